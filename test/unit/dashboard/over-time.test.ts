/** Samples of metrics become rows of a chart: counters as growth, servers added up, a restart as a new beginning. */
import { describe, expect, it } from 'vitest';
import { overTime, picked, type Sample, summed } from '../../../src/dashboard/parts/over-time.js';

function sample(seconds: number, server: string, metrics: Sample['metrics']): Sample {
  return { at: new Date(seconds * 1000).toISOString(), server, metrics };
}

const ended = (layer: string, value: number): Sample['metrics'] => ({
  attempts_total: [
    { layer, outcome: 'completed', value },
    { layer: 'other', outcome: 'completed', value: 1000 },
  ],
});

describe('metrics over time', () => {
  it('shows what a counter grew by each second, and begins anew where it fell', () => {
    const samples = [
      sample(1000, 'a', ended('local', 10)),
      sample(1010, 'a', ended('local', 30)),
      sample(1020, 'a', ended('local', 5)),
    ];
    const pick = { of: summed('attempts_total', { layer: 'local' }), counts: true };
    expect(overTime(samples, [pick])).toEqual([
      [1000, 1010, 1020],
      [null, 2, 0.5],
    ]);
  });

  it('adds servers up, or takes the highest', () => {
    const samples = [sample(1000, 'a', { memory: 3 }), sample(1001, 'b', { memory: 4 })];
    const of = picked('memory');
    expect(overTime(samples, [{ of }, { of, highest: true }])).toEqual([[1000], [7], [4]]);
  });

  it('has a gap where a family was not measured, and no rows without samples', () => {
    const samples = [sample(1000, 'a', { tasks: { running: 2 } }), sample(1010, 'a', {})];
    expect(overTime(samples, [{ of: picked('tasks', 'running') }])).toEqual([
      [1000, 1010],
      [2, null],
    ]);
    expect(overTime([], [{ of: picked('tasks', 'running') }])).toEqual([[], []]);
  });
});
