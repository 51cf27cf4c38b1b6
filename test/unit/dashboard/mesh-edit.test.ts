/** The difference of two files of a mesh as operations, and what cannot be done with its reason. */
import { describe, expect, it } from 'vitest';
import { meshEdit } from '../../../src/dashboard/edit/mesh-edit.js';
import type { Task } from '../../../src/dashboard/edit/mesh-text.js';
import type { SubmitMeshInput } from '../../../src/generated/dashboard/graphql.js';

const BEFORE = {
  name: 'm',
  tasks: [
    { key: 'a', work: { wait: { durationMs: 1 } } },
    { key: 'b', dependsOn: [{ task: 'a' }] },
    { key: 'c', dependsOn: [{ task: 'b', type: 'SOFT' }] },
  ],
} as SubmitMeshInput;
const TASKS = [
  { key: 'a', status: 'COMPLETED', attempt: 1 },
  { key: 'b', status: 'RUNNING', attempt: 1 },
  { key: 'c', status: 'PENDING', attempt: 0 },
] as unknown as Task[];

function edit(tasks: readonly object[], more: object = {}): object[] {
  return meshEdit(BEFORE, { ...BEFORE, ...more, tasks } as SubmitMeshInput, TASKS);
}

const [A, B, C] = BEFORE.tasks as [object, object, object];

describe('an edited mesh', () => {
  it('is nothing to do where only the order of fields differs', () => {
    expect(edit([{ work: { wait: { durationMs: 1 } }, key: 'a' }, B, C])).toEqual([]);
  });

  it('takes new tasks and edges at once, behind what is removed and before what is changed', () => {
    const operations = edit([A, B, { key: 'c', priority: 'HIGH', dependsOn: [{ task: 'a' }] }, { key: 'd' }]);
    expect(operations).toMatchObject([
      { kind: 'removeEdge', source: 'b', target: 'c' },
      { kind: 'extend', tasks: [{ key: 'd' }], edges: [{ source: 'a', target: 'c', type: 'HARD' }] },
      { kind: 'updateTask', key: 'c', patch: { priority: 'HIGH' } },
    ]);
    expect(operations.some((one) => 'why' in one)).toBe(false);
  });

  it('draws an edge of another type anew', () => {
    expect(edit([A, B, { key: 'c', dependsOn: [{ task: 'b' }] }])).toMatchObject([
      { kind: 'removeEdge', source: 'b', target: 'c' },
      { kind: 'extend', edges: [{ source: 'b', target: 'c', type: 'HARD' }] },
    ]);
  });

  it('says what has started and cannot be changed', () => {
    const ended = edit([{ key: 'a', tags: ['x'], work: { wait: { durationMs: 2 } } }, B, C]);
    expect(ended).toMatchObject([{ why: expect.stringMatching(/has ended \(COMPLETED\): .*work stays/) }]);
    expect(edit([{ ...A, tags: ['x'] }, B, C])).toEqual([
      expect.not.objectContaining({ why: expect.anything() }),
    ]);
    expect(edit([A, { ...B, taskType: 'LARGE' }, C])).toMatchObject([
      { why: expect.stringContaining('it runs') },
    ]);
    expect(edit([A, { key: 'b' }, C])).toMatchObject([
      { kind: 'removeEdge', why: expect.stringContaining('history') },
    ]);
    expect(edit([A, B])).toMatchObject([{ kind: 'deleteTask', key: 'c' }]);
  });

  it('takes a field back, leaves the mesh itself as it is, and writes no masked secret', () => {
    expect(edit([{ key: 'a' }, B, C])).toMatchObject([{ patch: { work: null } }]);
    expect(edit([A, B, C], { name: 'n' })).toMatchObject([
      { kind: 'none', why: expect.stringContaining('only tasks') },
    ]);
    const masked = { command: { argv: ['x'], env: { KEY: '***' } } };
    expect(edit([A, B, { ...C, work: masked }])).toMatchObject([{ why: expect.stringContaining('masked') }]);
  });
});
