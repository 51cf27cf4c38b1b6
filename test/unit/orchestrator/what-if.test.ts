import { describe, expect, it } from 'vitest';
import { WhatIfSimulation } from '../../../src/orchestrator/forecast/what-if-simulation.js';
import { QuantileAdvisor } from '../../../src/orchestrator/advice/quantile-advisor.js';
import { checkMesh } from '../../../src/orchestrator/definition/check-mesh.js';
import type { Layer } from '../../../src/layers/layer.js';
import type { CheckedMesh, MeshInput, TaskInput } from '../../../src/orchestrator/definition/mesh-input.js';

const defaults = { maxAttempts: 3, executionTimeoutMs: 300_000 };
const GIB = 2 ** 30;

function localLayer(slots: number): Layer {
  return {
    name: 'LOCAL',
    node: 'test',
    capacity: () => ({ slots, cores: slots, memoryBytes: 64 * GIB }),
    refusal: () => undefined,
    start: () => Promise.reject(new Error('what-if starts nothing')),
    statistics: () => ({ running: 0, started: 0, completed: 0, failed: 0 }),
  };
}

function waits(
  seconds: Record<string, number>,
  edges: [string, string, string?][] = [],
  more: Partial<TaskInput> = {},
): CheckedMesh {
  const input: MeshInput = {
    name: 'what-if',
    tasks: Object.entries(seconds).map(([key, s]) => ({
      key,
      work: { wait: { durationMs: s * 1000 } },
      ...more,
    })),
    edges: edges.map(([source, target, type]) => ({ source, target, type: (type ?? 'HARD') as 'HARD' })),
  };
  const checked = checkMesh(input, defaults);
  if (!checked.ok) throw new Error(JSON.stringify(checked.refusal));
  return checked.value;
}

const whatIf = (slots: number) =>
  new WhatIfSimulation(new Map([['LOCAL', localLayer(slots)]]), new QuantileAdvisor(), {
    meshDefinition: async () => undefined,
  });

describe('what-if simulation', () => {
  it('adds up a chain and shares slots between independent tasks', async () => {
    const chain = await whatIf(4).simulate(
      waits({ a: 1, b: 2, c: 3 }, [
        ['a', 'b'],
        ['b', 'c'],
      ]),
      {},
    );
    expect(chain.makespanSeconds).toBeCloseTo(6);
    expect(chain.criticalPath).toEqual({ keys: ['a', 'b', 'c'], seconds: 6 });
    const wide = await whatIf(2).simulate(waits({ a: 2, b: 2, c: 2, d: 2 }), {});
    expect(wide.makespanSeconds).toBeCloseTo(4);
    expect(wide.layers).toEqual([{ layer: 'LOCAL', slots: 2, busySeconds: 8, utilisation: 1 }]);
  });

  it('starts the task with the longest remaining path first', async () => {
    const mesh = waits({ short: 1, head: 1, tail: 5 }, [['head', 'tail']]);
    const { tasks } = await whatIf(1).simulate(mesh, {});
    expect(tasks.map((task) => task.key)).toEqual(['head', 'tail', 'short']);
  });

  it('never runs the two ends of a RESOURCE edge at once and lets the source go first', async () => {
    const { tasks, makespanSeconds } = await whatIf(4).simulate(
      waits({ b: 1, a: 2 }, [['a', 'b', 'RESOURCE']]),
      {},
    );
    expect(tasks.map((task) => task.key)).toEqual(['a', 'b']);
    expect(makespanSeconds).toBeCloseTo(3);
  });

  it('respects concurrency keys, caps and asked slots', async () => {
    const keyed = waits({ a: 1, b: 1, c: 1 }, [], { concurrency: { key: 'db', limit: 1 } });
    expect((await whatIf(4).simulate(keyed, {})).makespanSeconds).toBeCloseTo(3);
    const free = waits({ a: 1, b: 1, c: 1, d: 1 });
    expect(
      (await whatIf(1).simulate(free, { layers: [{ name: 'LOCAL', slots: 4 }] })).makespanSeconds,
    ).toBeCloseTo(1);
    expect((await whatIf(4).simulate(free, { concurrency: 2 })).makespanSeconds).toBeCloseTo(2);
  });

  it('counts tasks whose duration nobody knows and says what it assumed', async () => {
    const checked = checkMesh(
      { name: 'x', tasks: [{ key: 'a', work: { command: { argv: ['true'] } } }] },
      defaults,
    );
    if (!checked.ok) throw new Error('fixture');
    const result = await whatIf(1).simulate(checked.value, {});
    expect(result).toMatchObject({ unknown: 1, assumedSeconds: 1, makespanSeconds: 1 });
  });

  it('runs a mesh of 10,000 tasks and 50,000 edges without a cycle of starts before parents', async () => {
    const tasks: TaskInput[] = Array.from({ length: 10_000 }, (_, i) => ({
      key: `t${i}`,
      work: { wait: { durationMs: 10 } },
    }));
    const edges = Array.from({ length: 50_000 }, (_, i) => ({
      source: `t${(i * 7919) % 5000}`,
      target: `t${5000 + ((i * 104729) % 5000)}`,
    }));
    const unique = [...new Map(edges.map((edge) => [`${edge.source}>${edge.target}`, edge])).values()];
    const checked = checkMesh({ name: 'big', tasks, edges: unique }, defaults);
    if (!checked.ok) throw new Error(JSON.stringify(checked.refusal).slice(0, 500));
    const result = await whatIf(100).simulate(checked.value, {});
    expect(result.tasks).toHaveLength(10_000);
    const at = new Map(result.tasks.map((task) => [task.key, task]));
    for (const { source, target } of unique) {
      expect((at.get(target) as { startSeconds: number }).startSeconds).toBeGreaterThanOrEqual(
        (at.get(source) as { endSeconds: number }).endSeconds - 1e-9,
      );
    }
  });
});
