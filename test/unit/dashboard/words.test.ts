/** Times, sizes and reasons in the words of the dashboard. */
import { describe, expect, it } from 'vitest';
import { bytes, duration, figure, lower, plural } from '../../../src/dashboard/parts/words.js';
import { type Task, whyWaiting } from '../../../src/dashboard/task/why-waiting.js';

describe('words', () => {
  it.each([
    [0.0204, '20 ms'],
    [4.24, '4.2 s'],
    [59.4, '59 s'],
    [59.6, '1m 00s'],
    [192, '3m 12s'],
    [7500, '2h 05m'],
    [183_600, '2d 03h'],
    [Number.NaN, '–'],
  ])('of %f seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('of sizes, figures and numbers are short', () => {
    expect([bytes(999), bytes(20_100_000), bytes(null)]).toEqual(['999 B', '20.1 MB', '–']);
    expect([figure(0.00012345), figure(12_345.6), figure(null)]).toEqual(['0.000123', '12,346', '–']);
    expect([plural(1, 'mesh'), plural(2, 'mesh'), plural(1200, 'task')]).toEqual([
      '1 mesh',
      '2 meshes',
      '1,200 tasks',
    ]);
    expect(lower('UPSTREAM_FAILED')).toBe('upstream failed');
  });
});

describe('why a task waits', () => {
  const task = (more: object): Task =>
    ({
      status: 'PENDING',
      reason: null,
      availableAt: null,
      edgesIn: [],
      edgesOut: [],
      nodeSelector: [],
      concurrency: null,
      layerPreference: null,
      attempt: 1,
      ...more,
    }) as unknown as Task;
  const source = (name: string, status: string): object => ({ type: 'HARD', source: { name, status } });

  it('names what it waits for, apart by what runs and what does not', () => {
    const edgesIn = [
      source('a', 'COMPLETED'),
      source('b', 'RUNNING'),
      source('c', 'PENDING'),
      source('d', 'QUEUED'),
    ];
    expect(whyWaiting(task({ edgesIn }), 0)).toEqual([
      'It waits for b, which runs now.',
      'It waits for c and d, which have not started yet.',
    ]);
  });

  it('says nothing of what waits for nothing', () => {
    expect(whyWaiting(task({ status: 'RUNNING' }), 0)).toEqual([]);
  });

  it('tells of holds, tries and limits', () => {
    expect(whyWaiting(task({ status: 'HELD' }), 0)[0]).toContain('Somebody holds it');
    expect(whyWaiting(task({ status: 'RETRYING' }), 0)[0]).toContain('Attempt 1 failed');
    const concurrency = { key: 'db', limit: 1, strategy: 'QUEUE' };
    expect(whyWaiting(task({ status: 'QUEUED', concurrency }), 0).join(' ')).toContain(
      'At most 1 task with the key db',
    );
  });
});
