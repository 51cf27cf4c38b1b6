/** Concurrency keys: the four strategies, keys that span meshes, and who is woken when a place is free. */
import { describe, expect, it } from 'vitest';
import type { ConcurrencyStrategy } from '../../../src/lifecycle/vocabulary.js';
import { CoreHarness, specOf, told } from '../../support/core-harness.js';

const under = (strategy: ConcurrencyStrategy, limit = 1, key = 'k') => ({
  concurrency: { key, limit, strategy },
});

/** Each task in a mesh of its own, so that they arrive one by one: `t1/t`, `t2/t`, … */
function arrive(core: CoreHarness, count: number, wish: ReturnType<typeof under>): string[] {
  return Array.from({ length: count }, (_, i) => {
    core.mesh('t', { t: wish }, { id: `t${i + 1}` });
    return `t${i + 1}/t`;
  });
}

const statuses = (core: CoreHarness, names: readonly string[]): string =>
  names.map((name) => core.status(name)).join(' ');

describe.each([1, 2])('with limit %i', (limit) => {
  it('QUEUE runs at most so many at once, in the order of arrival', () => {
    const core = new CoreHarness({ slots: 8 });
    const names = arrive(core, 5, under('QUEUE', limit));
    for (let done = 0; done < names.length; done++) {
      expect(core.running()).toEqual(names.slice(done, done + limit));
      core.complete(names[done] as string);
    }
    expect(statuses(core, names)).toBe('COMPLETED COMPLETED COMPLETED COMPLETED COMPLETED');
  });

  it('CANCEL_NEWEST cancels who finds it full', () => {
    const core = new CoreHarness({ slots: 8 });
    const names = arrive(core, limit + 1, under('CANCEL_NEWEST', limit));
    expect(core.status(names[limit] as string)).toBe('CANCELLED');
    expect(core.row(names[limit] as string).reason).toContain('"k" is full');
    core.complete('t1/t');
    core.mesh('t', { t: under('CANCEL_NEWEST', limit) }, { id: 'later' });
    expect(core.status('later/t')).toBe('RUNNING');
  });

  it('CANCEL_RUNNING cancels the oldest, and the newcomer starts when its place is really free', () => {
    const core = new CoreHarness({ slots: 8 });
    const names = arrive(core, limit + 1, under('CANCEL_RUNNING', limit));
    const newest = names[limit] as string;
    expect(core.status('t1/t')).toBe('CANCELLED');
    expect(core.aborts).toEqual(['t1/t CANCELLED']);
    expect(core.status(newest)).toBe('QUEUED');
    core.stopped('t1/t');
    expect(core.running()).toEqual(names.slice(1));
  });

  it('COALESCE lets one wait and skips the others into it', () => {
    const core = new CoreHarness({ slots: 8 });
    const names = arrive(core, limit + 3, under('COALESCE', limit));
    const expected = [...Array<string>(limit).fill('RUNNING'), 'QUEUED', 'SKIPPED', 'SKIPPED'];
    expect(statuses(core, names)).toBe(expected.join(' '));
    expect(core.row(names[limit + 1] as string).reason).toContain(names[limit]);
    core.complete('t1/t');
    expect(core.status(names[limit] as string)).toBe('RUNNING');
    core.mesh('t', { t: under('COALESCE', limit) }, { id: 'later' });
    expect(core.status('later/t')).toBe('QUEUED');
  });
});

describe('CANCEL_RUNNING', () => {
  it('cancels who still waits when a third comes before the first has ended', () => {
    const core = new CoreHarness({ slots: 8 });
    const names = arrive(core, 3, under('CANCEL_RUNNING'));
    expect(statuses(core, names)).toBe('CANCELLED CANCELLED QUEUED');
    core.stopped('t1/t');
    expect(core.running()).toEqual(['t3/t']);
  });

  it('never cancels what somebody else made; then the newcomer waits', () => {
    const core = new CoreHarness({ slots: 8 });
    core.mesh('t', { t: under('CANCEL_RUNNING') }, { id: 'owners' });
    core.mesh('t', { t: under('CANCEL_RUNNING') }, { id: 'guests', createdBy: 'anonymous' });
    expect(statuses(core, ['owners/t', 'guests/t'])).toBe('RUNNING QUEUED');
    core.complete('owners/t');
    expect(core.status('guests/t')).toBe('RUNNING');
  });
});

describe('a key', () => {
  it('spans meshes, and another key is another count', () => {
    const core = new CoreHarness({ slots: 8 });
    core.mesh('a; b', { a: under('QUEUE'), b: under('QUEUE', 1, 'other') });
    core.mesh('c; d', { c: under('QUEUE') }, { id: 'n' });
    expect(core.running()).toEqual(['a', 'b', 'n/d']);
  });

  it('wakes the waiting task of the highest priority, not the oldest', () => {
    const core = new CoreHarness({ slots: 8 });
    core.mesh('a; low; high; normal', {
      '*': under('QUEUE'),
      low: { ...under('QUEUE'), priority: 'LOW' },
      high: { ...under('QUEUE'), priority: 'HIGH' },
      normal: under('QUEUE'),
    });
    core.runOut();
    expect(core.starts).toEqual(['high', 'a', 'normal', 'low']);
  });

  it('does not hold back those without a key', () => {
    const core = new CoreHarness({ slots: 2 });
    core.mesh('a; b; c', {
      a: { ...under('QUEUE'), priority: 'HIGH' },
      b: { ...under('QUEUE'), priority: 'HIGH' },
    });
    expect(core.running()).toEqual(['a', 'c']);
  });

  it('is free during the back-off of a retry', () => {
    const core = new CoreHarness();
    core.mesh('a; b', {
      '*': under('QUEUE'),
      a: { ...under('QUEUE'), retryPolicy: { ...specOf('').retryPolicy, maxAttempts: 2 } },
    });
    core.fail('a');
    expect(core.running()).toEqual(['b']);
    core.advance(100);
    expect(core.status('a')).toBe('QUEUED');
    core.complete('b');
    expect(core.running()).toEqual(['a']);
  });

  it.each(['holdTask', 'cancelTask', 'deleteTask'] as const)(
    'passes over who has left the queue (%s)',
    (how) => {
      const core = new CoreHarness();
      core.mesh('a; b; c', { '*': under('QUEUE') });
      core.task(how, 'b');
      core.complete('a');
      expect(core.running()).toEqual(['c']);
    },
  );

  it('is asked again when a held task is released', () => {
    const core = new CoreHarness();
    core.mesh('a; b', { '*': under('CANCEL_NEWEST'), b: { ...under('CANCEL_NEWEST'), hold: true } });
    const entry = core.task('releaseTask', 'b');
    expect(told(entry)).toEqual(['TASK_RELEASED b', 'TASK_CANCELLED b']);
  });

  it('is not kept by the queued task of a paused mesh', () => {
    const core = new CoreHarness();
    core.mesh('a', { a: under('QUEUE') });
    core.mesh('b', { b: under('QUEUE') }, { id: 'paused' });
    core.mesh('c', { c: under('QUEUE') }, { id: 'n' });
    core.ok({ kind: 'pauseMesh', meshId: 'paused' });
    core.complete('a');
    expect(core.running()).toEqual(['n/c']);
    core.ok({ kind: 'resumeMesh', meshId: 'paused' });
    core.complete('n/c');
    expect(core.running()).toEqual(['paused/b']);
  });

  it('is not kept by a task that waits for its RESOURCE neighbour, which may itself wait for the key', () => {
    const core = new CoreHarness();
    core.mesh('first', { first: under('QUEUE') }, { id: 'gate' });
    core.mesh('a -resource-> b', { a: under('QUEUE'), b: { ...under('QUEUE'), priority: 'HIGH' } });
    core.complete('gate/first');
    expect(core.running()).toEqual(['a']);
    core.complete('a');
    expect(core.running()).toEqual(['b']);
  });

  it('loses no wake-up under any mixture of limits, neighbours and pauses', () => {
    const core = new CoreHarness({ slots: 3 });
    const text = Array.from({ length: 12 }, (_, i) => `t${i}`).join('; ');
    for (const id of ['x', 'y', 'z']) {
      const wishes = Object.fromEntries(
        Array.from({ length: 12 }, (_, i) => [`t${i}`, under('QUEUE', 1 + (i % 2), `k${i % 3}`)]),
      );
      core.mesh(`${text}; t0 -resource-> t3; t4 -resource-> t1; t6 -resource-> t9 -resource-> t10`, wishes, {
        id,
      });
    }
    core.ok({ kind: 'pauseMesh', meshId: 'y' });
    core.runOut();
    expect([core.meshStatus('x'), core.meshStatus('z')]).toEqual(['COMPLETED', 'COMPLETED']);
    core.ok({ kind: 'resumeMesh', meshId: 'y' });
    core.runOut();
    expect(core.meshStatus('y')).toBe('COMPLETED');
  });
});
