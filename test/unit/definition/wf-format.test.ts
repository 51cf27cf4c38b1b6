/** How WfFormat becomes a mesh: waits of the recorded times, edges with the weight of the files handed over. */
import { describe, expect, it } from 'vitest';
import { readMeshFile } from '../../../src/orchestrator/definition/mesh-file.js';

const defaults = { maxAttempts: 3, executionTimeoutMs: 300_000 };

const recent = {
  name: 'tiny',
  description: 'made for this test',
  schemaVersion: '1.5',
  runtimeSystem: { name: 'by hand', version: '1', url: 'http://example.invalid' },
  workflow: {
    specification: {
      tasks: [
        {
          name: 'split',
          id: 'split_ID01',
          parents: [],
          children: ['work_ID02'],
          inputFiles: ['raw'],
          outputFiles: ['part1', 'part2'],
        },
        {
          name: 'work',
          id: 'work_ID02',
          parents: ['split_ID01'],
          children: ['join_ID04'],
          inputFiles: ['part1'],
          outputFiles: ['done1'],
        },
        {
          name: 'work',
          id: 'work_ID03',
          parents: ['split_ID01'],
          children: [],
          inputFiles: ['part2'],
          outputFiles: ['done2'],
        },
        {
          name: 'join',
          id: 'join_ID04',
          parents: ['work_ID03'],
          children: [],
          inputFiles: ['done1', 'done2'],
          outputFiles: [],
        },
      ],
      files: [
        { id: 'raw', sizeInBytes: 500_000_000 },
        { id: 'part1', sizeInBytes: 200_000_000 },
        { id: 'part2', sizeInBytes: 50_000_000 },
        { id: 'done1', sizeInBytes: 1000 },
        { id: 'done2', sizeInBytes: 1000 },
      ],
    },
    execution: {
      makespanInSeconds: 12,
      executedAt: '2024-01-01T00:00:00Z',
      tasks: [
        {
          id: 'split_ID01',
          runtimeInSeconds: 1.2345,
          coreCount: 2,
          memoryInBytes: 4096,
          machines: ['n1'],
          command: { program: 'split' },
        },
        { id: 'work_ID02', runtimeInSeconds: 2 },
        { id: 'work_ID03', runtimeInSeconds: 0 },
      ],
      machines: [{ nodeName: 'n1', cpu: { coreCount: 4 } }],
    },
  },
};

const old = {
  name: 'old',
  schemaVersion: '1.3',
  workflow: {
    tasks: [
      {
        name: 'a',
        runtime: 3,
        parents: [],
        children: ['b'],
        files: [{ link: 'output', name: 'f', size: 100_000_000 }],
        cores: 1,
        machine: 'n1',
      },
      {
        name: 'b',
        runtimeInSeconds: 1,
        parents: ['a'],
        files: [{ link: 'input', name: 'f', sizeInBytes: 100_000_000 }],
      },
    ],
  },
};

function mesh(value: object, speed?: number) {
  const read = readMeshFile(new TextEncoder().encode(JSON.stringify(value)), {
    fileName: 'w.json',
    speed,
    defaults,
  });
  if (read.ok) return read;
  throw new Error(JSON.stringify(read.faults, null, 1));
}

describe('a WfFormat 1.5 file', () => {
  it('becomes waits of the recorded times with what was measured', () => {
    const { input } = mesh(recent);
    expect(input.tasks[0]).toEqual({
      key: 'split_ID01',
      name: 'split',
      work: { wait: { durationMs: 1235 } },
      dependsOn: [],
      metadata: {
        inputBytes: 500_000_000,
        outputBytes: 250_000_000,
        program: 'split',
        machine: ['n1'],
        cores: 2,
        memoryBytes: 4096,
      },
    });
    expect(input.metadata).toMatchObject({
      source: 'WfFormat',
      schemaVersion: '1.5',
      recordedBy: 'by hand',
      machines: ['n1'],
    });
  });

  it('takes edges from parents and children alike, weighted by the files handed over', () => {
    expect(mesh(recent).mesh.edges).toEqual([
      { source: 'split_ID01', target: 'work_ID02', type: 'HARD', weight: 2 },
      { source: 'split_ID01', target: 'work_ID03', type: 'HARD', weight: 0.5 },
      { source: 'work_ID03', target: 'join_ID04', type: 'HARD', weight: 0.00001 },
      { source: 'work_ID02', target: 'join_ID04', type: 'HARD', weight: 0.00001 },
    ]);
  });

  it('runs faster by the factor asked for, transfers included', () => {
    const { input } = mesh(recent, 100);
    expect(input.tasks.map(({ work }) => work)).toEqual(
      [12, 20, 0, 0].map((durationMs) => ({ wait: { durationMs } })),
    );
    expect(input.tasks[1]?.dependsOn).toEqual([{ task: 'split_ID01', weight: 0.02 }]);
  });

  it('groups tasks of one name whatever their ids', () => {
    expect(mesh(recent).mesh.tasks.map(({ spec }) => spec.typeKey)).toEqual([
      'wait:split',
      'wait:work',
      'wait:work',
      'wait:join',
    ]);
  });
});

describe('an older WfFormat file', () => {
  it('is read with its own names', () => {
    const { input } = mesh(old);
    expect(input.tasks[1]).toMatchObject({
      key: 'b',
      work: { wait: { durationMs: 1000 } },
      dependsOn: [{ task: 'a', weight: 1 }],
    });
    expect(input.tasks[0]).toMatchObject({
      work: { wait: { durationMs: 3000 } },
      metadata: { cores: 1, machine: 'n1' },
    });
  });
});
