/** The timeline: attempts as stretches, lanes that do not overlap, how many at once, and gaps that are folded. */
import { describe, expect, it } from 'vitest';
import { STATUSES } from '../../../src/dashboard/parts/statuses.js';
import { concurrency, rowsByLane, rowsByTask, stretches } from '../../../src/dashboard/timeline/segments.js';
import { TimeScale } from '../../../src/dashboard/timeline/time-scale.js';
import { BEGIN, drawn } from './drawn.js';

const attempts = {
  tasks: [0, 0, 1],
  numbers: [1, 2, 1],
  startedAt: [BEGIN + 1000, BEGIN + 5000, BEGIN + 1500],
  finishedAt: [BEGIN + 2000, BEGIN + 6000, BEGIN + 3000],
  waitMs: [1000, 500, 0],
  layers: ['LOCAL', 'LOCAL', 'LOCAL'] as const,
  nodes: ['n', 'n', 'n'],
  outcomes: ['FAILED', 'COMPLETED', 'COMPLETED'] as const,
};

describe('stretches', () => {
  it('are queued, run, wait for another try and run again', () => {
    const state = drawn('one, two');
    state.set(0, STATUSES.indexOf('COMPLETED'));
    state.set(1, STATUSES.indexOf('COMPLETED'));
    state.attempt[0] = 2;
    state.attempt[1] = 1;
    const list = stretches(state, state.ids, attempts, BEGIN + 9000);
    expect(
      list.filter(({ task }) => task === 0).map(({ kind, from, to }) => [kind, from - BEGIN, to - BEGIN]),
    ).toEqual([
      ['queued', 0, 1000],
      ['running', 1000, 2000],
      ['retrying', 2000, 4500],
      ['queued', 4500, 5000],
      ['running', 5000, 6000],
    ]);
    expect(rowsByTask(state, list, undefined).map(({ name }) => name)).toEqual(['one', 'two']);
    expect(rowsByLane(list, undefined).map((row) => row.stretches.length)).toEqual([2, 1]);
    expect(concurrency(list).most).toBe(2);
  });

  it('are blocked from the creation that their id tells until they are queued, or end without that', () => {
    const made = BEGIN.toString(16).padStart(12, '0');
    const idOf = (name: string): string =>
      `${made.slice(0, 8)}-${made.slice(8)}-7000-8000-00000000000${name}`;
    const state = drawn('1 -> 2, 3', idOf);
    state.finishedAt[2] = BEGIN + 4000;
    state.set(2, STATUSES.indexOf('UPSTREAM_FAILED'));
    const only = { ...attempts, tasks: [0, 1], numbers: [1, 1], waitMs: [0, 1000] };
    only.startedAt = [BEGIN + 20, BEGIN + 5000];
    const blocked = stretches(state, state.ids, only, BEGIN + 9000).filter(({ kind }) => kind === 'blocked');
    expect(blocked.map(({ task, from, to }) => [task, from - BEGIN, to - BEGIN])).toEqual([
      [1, 0, 4000],
      [2, 0, 4000],
    ]);
  });

  it('go on to now for what runs, and tell what is expected behind it', () => {
    const state = drawn('one -> two');
    const at = new Date(BEGIN + 1000).toISOString();
    state.apply({ at, type: 'TASK_STARTED', taskId: 'one', to: 'RUNNING', payload: { attempt: 1 } });
    state.expect({
      ...{ taskIds: ['one', 'two'], runP10: [8, 1], runP50: [10, 2], runP90: [12, 3] },
      ...{ endP10: [7, 9], endP50: [9, 11], endP90: [11, 14], eta: null },
    });
    const now = state.now();
    const list = stretches(state, state.ids, { ...attempts, tasks: [], numbers: [] }, now);
    expect(list.map(({ task, kind }) => [task, kind])).toEqual([
      [0, 'running'],
      [0, 'expected'],
      [1, 'expected'],
    ]);
    expect((list[2]?.to ?? 0) - (list[2]?.from ?? 0)).toBeCloseTo(2000, -2);
  });
});

describe('the scale of time', () => {
  const run = (from: number, to: number): Parameters<typeof concurrency>[0][number] => ({
    ...{ task: 0, kind: 'running' as const, from, to, attempt: 1, outcome: null, layer: null, node: '' },
    ...{ low: Number.NaN, high: Number.NaN },
  });

  it('folds a long gap and goes back and forth without loss', () => {
    const scale = new TimeScale([run(0, 10_000), run(100_000, 110_000)], { from: 0, to: 110_000 }, 1000);
    expect(scale.gaps).toHaveLength(1);
    expect(scale.toPlace(110_000)).toBeCloseTo(1000, 6);
    expect(scale.toPlace(10_000)).toBeCloseTo((1000 - 26) / 2, 6);
    for (const time of [0, 5000, 50_000, 105_000])
      expect(scale.toTime(scale.toPlace(time))).toBeCloseTo(time, 3);
  });

  it('folds nothing where work never rests', () => {
    expect(new TimeScale([run(0, 60_000), run(50_000, 110_000)], { from: 0, to: 110_000 }, 500).gaps).toEqual(
      [],
    );
  });
});
