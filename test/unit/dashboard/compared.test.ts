/** Two runs compared by the keys of their tasks: what ended otherwise first, then what differs most. */
import { describe, expect, it } from 'vitest';
import { comparedTasks, workSeconds } from '../../../src/dashboard/history/compared.js';

type Row = readonly [key: string, status: 'COMPLETED' | 'FAILED' | 'SKIPPED', seconds: number | null];

function graph(rows: readonly Row[]) {
  return {
    ids: rows.map(([key]) => `id of ${key}`),
    keys: rows.map(([key]) => key),
    names: rows.map(([key]) => key),
    statuses: rows.map(([, status]) => status),
    attemptNumbers: rows.map(() => 1),
    layers: rows.map(() => 'LOCAL' as const),
    startedAt: rows.map(([, , seconds]) => (seconds === null ? null : 1000)),
    finishedAt: rows.map(([, , seconds]) => (seconds === null ? null : 1000 + seconds * 1000)),
  };
}

describe('two runs', () => {
  it('are compared task by task', () => {
    const before = graph([
      ['a', 'COMPLETED', 1],
      ['b', 'COMPLETED', 1],
      ['c', 'FAILED', 1],
      ['gone', 'COMPLETED', 1],
    ]);
    const after = graph([
      ['a', 'COMPLETED', 1.5],
      ['b', 'COMPLETED', 4],
      ['c', 'COMPLETED', 2],
      ['new', 'SKIPPED', null],
    ]);
    const tasks = comparedTasks(before, after);
    expect(tasks.map(({ key, more }) => [key, more])).toEqual([
      ['c', 1],
      ['gone', null],
      ['new', null],
      ['b', 3],
      ['a', 0.5],
    ]);
    expect([tasks[1]?.after, tasks[2]?.before]).toEqual([undefined, undefined]);
    expect([workSeconds(before), workSeconds(after)]).toEqual([4, 7.5]);
  });
});
