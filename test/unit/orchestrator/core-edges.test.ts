/** What each type of edge means for its target, and that what one outcome makes possible travels in one batch. */
import { describe, expect, it } from 'vitest';
import { COMMAND, CoreHarness, told } from '../../support/core-harness.js';

const milestone = { work: null };
const COMMAND_WORK = { work: COMMAND };

describe('HARD', () => {
  it('starts the target only after the source is COMPLETED', () => {
    const core = new CoreHarness();
    core.mesh('a -> b');
    expect(core.statuses()).toBe('a RUNNING, b PENDING');
    core.complete('a');
    expect(core.statuses()).toBe('a COMPLETED, b RUNNING');
  });

  it('waits for every source', () => {
    const core = new CoreHarness();
    core.mesh('a, b, c -> d');
    core.complete('a');
    core.complete('c');
    expect(core.status('d')).toBe('PENDING');
    core.complete('b');
    expect(core.status('d')).toBe('RUNNING');
  });

  it('makes everything below a failed source UPSTREAM_FAILED, transitively and in the same batch', () => {
    const core = new CoreHarness();
    core.mesh('a -> b -> c -> d; a -> e; x');
    const entry = core.fail('a');
    expect(core.statuses()).toBe(
      'a FAILED, b UPSTREAM_FAILED, c UPSTREAM_FAILED, d UPSTREAM_FAILED, e UPSTREAM_FAILED, x RUNNING',
    );
    expect(told(entry)).toContain('TASK_UPSTREAM_FAILED d');
    expect(core.row('b').reason).toBe('"a" ended as FAILED');
    expect(core.row('c').reason).toBe('"b" ended as UPSTREAM_FAILED');
  });

  it.each(['cancelTask', 'fail'] as const)('dooms the target when the source ends by %s', (how) => {
    const core = new CoreHarness();
    core.mesh('a -> b');
    if (how === 'fail') core.fail('a');
    else core.task('cancelTask', 'a');
    expect(core.status('b')).toBe('UPSTREAM_FAILED');
  });

  it('dooms a HELD target too, and one that waits for its time', () => {
    const core = new CoreHarness();
    core.mesh('a -> b, c', { b: { hold: true }, c: { delayMs: 5000 } });
    core.fail('a');
    expect(core.statuses()).toBe('a FAILED, b UPSTREAM_FAILED, c UPSTREAM_FAILED');
    expect(core.meshStatus()).toBe('FAILED');
  });
});

describe('SOFT', () => {
  it.each(['complete', 'fail', 'cancel'] as const)(
    'starts the target whatever became of the source (%s)',
    (how) => {
      const core = new CoreHarness();
      core.mesh('a -soft-> b');
      expect(core.status('b')).toBe('PENDING');
      if (how === 'complete') core.complete('a');
      else if (how === 'fail') core.fail('a');
      else core.task('cancelTask', 'a');
      expect(core.status('b')).toBe('RUNNING');
    },
  );

  it('is met by an UPSTREAM_FAILED source, so that a clean-up after a broken chain runs', () => {
    const core = new CoreHarness();
    core.mesh('a -> b -> c; c -soft-> cleanup');
    core.fail('a');
    expect(core.statuses()).toBe('a FAILED, b UPSTREAM_FAILED, c UPSTREAM_FAILED, cleanup RUNNING');
  });
});

describe('DATA', () => {
  it('orders and dooms as HARD does, and says that the target has inputs', () => {
    const core = new CoreHarness();
    core.mesh('a -data-> b; c -data-> d');
    expect(core.state('b').hasData).toBe(true);
    expect(core.state('a').hasData).toBe(false);
    core.complete('a', { rows: 3 });
    core.fail('c');
    expect(core.statuses()).toBe('a COMPLETED, b RUNNING, c FAILED, d UPSTREAM_FAILED');
    expect(core.row('a').output).toEqual({ rows: 3 });
  });
});

describe('RESOURCE', () => {
  it('never runs the two at the same time; the source goes first when both are ready', () => {
    const core = new CoreHarness();
    core.mesh('b; a -resource-> b', { b: { priority: 'CRITICAL' } });
    expect(core.running()).toEqual(['a']);
    expect(core.status('b')).toBe('QUEUED');
    core.complete('a');
    expect(core.running()).toEqual(['b']);
  });

  it('lets the target go on when the source fails', () => {
    const core = new CoreHarness();
    core.mesh('a -resource-> b');
    core.fail('a');
    expect(core.status('b')).toBe('RUNNING');
  });

  it('lets the target go first while the source is not ready, and then the source waits', () => {
    const core = new CoreHarness();
    core.mesh('x -> a; a -resource-> b');
    expect(core.running()).toEqual(['x', 'b']);
    core.complete('x');
    expect(core.status('a')).toBe('QUEUED');
    core.complete('b');
    expect(core.running()).toEqual(['a']);
  });

  it('waits for a cancelled neighbour until nothing of it runs any more', () => {
    const core = new CoreHarness();
    core.mesh('a -resource-> b');
    core.task('cancelTask', 'a');
    expect(core.status('b')).toBe('QUEUED');
    core.stopped('a');
    expect(core.status('b')).toBe('RUNNING');
  });

  it('keeps a ring of neighbours apart, one at a time', () => {
    const core = new CoreHarness();
    core.mesh('a -resource-> b -resource-> c; a -resource-> c');
    for (const expected of ['a', 'b', 'c']) {
      expect(core.running()).toEqual([expected]);
      core.complete(expected);
    }
    expect(core.meshStatus()).toBe('COMPLETED');
  });

  it('is given up when the waiting target is held, and taken up when it is released', () => {
    const core = new CoreHarness();
    core.mesh('a -resource-> b');
    core.task('holdTask', 'b');
    core.complete('a');
    expect(core.status('b')).toBe('HELD');
    core.task('releaseTask', 'b');
    expect(core.status('b')).toBe('RUNNING');
  });
});

describe('milestones', () => {
  it('complete by themselves, without a place and without an attempt', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('x; a -> m1 -> m2 -> b', { a: milestone, m1: milestone, m2: milestone });
    expect(core.statuses()).toBe('x RUNNING, a COMPLETED, m1 COMPLETED, m2 COMPLETED, b QUEUED');
    expect(core.row('m2').attempt).toBe(0);
  });

  it('do not overflow the stack in a chain of 20,000', () => {
    const core = new CoreHarness();
    const chain = Array.from({ length: 20_000 }, (_, i) => `t${i}`).join(' -> ');
    core.mesh(chain, { '*': milestone, t0: { hold: true, work: null } });
    core.task('releaseTask', 't0');
    expect(core.status('t19999')).toBe('COMPLETED');
    expect(core.meshStatus()).toBe('COMPLETED');
  });
});

describe('one batch', () => {
  it('states a completion, the starts it makes possible and the end of the mesh together', () => {
    const core = new CoreHarness();
    core.mesh('a -> b, c', { a: COMMAND_WORK });
    const entry = core.complete('a', 7);
    expect(entry.batch.outcomes).toMatchObject([{ taskId: 'm/a', attempt: 1, outcome: 'COMPLETED' }]);
    expect(entry.batch.attempts.map((row) => row.taskId)).toEqual(['m/b', 'm/c']);
    expect(entry.effects.filter((effect) => effect.kind === 'start')).toHaveLength(2);
    expect(told(entry)).toEqual([
      'TASK_COMPLETED a',
      'TASK_QUEUED b',
      'TASK_QUEUED c',
      'TASK_STARTED b',
      'TASK_STARTED c',
    ]);
    core.complete('b');
    expect(told(core.complete('c'))).toEqual(['TASK_COMPLETED c', 'MESH_COMPLETED']);
  });

  it('gives every attempt a token of its own and every event the next seq', () => {
    const core = new CoreHarness();
    core.mesh('a -> b');
    core.complete('a');
    const tokens = [...core.database.attempts.values()].map((attempt) => attempt.token);
    expect(new Set(tokens).size).toBe(2);
    expect(core.database.events.map((event) => event.seq)).toEqual(
      core.database.events.map((_, index) => index + 1),
    );
  });
});

describe('the outcome of a mesh', () => {
  it.each([
    ['COMPLETED when every task completed', 'a -> b', ['a', 'b'], [], 'COMPLETED'],
    ['FAILED when one failed, even if a SOFT dependent completed', 'a -soft-> b', ['b'], ['a'], 'FAILED'],
  ] as const)('is %s', (_, text, completing, failing, outcome) => {
    const core = new CoreHarness();
    core.mesh(text);
    for (const key of failing) core.fail(key);
    for (const key of completing) core.complete(key);
    expect(core.meshStatus()).toBe(outcome);
  });

  it('is FAILED when a task was cancelled, and CANCELLED only when the mesh was', () => {
    const core = new CoreHarness();
    core.mesh('a');
    core.task('cancelTask', 'a');
    expect(core.meshStatus()).toBe('FAILED');
    core.mesh('a', {}, { id: 'n' });
    core.ok({ kind: 'cancelMesh', meshId: 'n' });
    expect(core.meshStatus('n')).toBe('CANCELLED');
  });

  it('is COMPLETED when the others were skipped', () => {
    const core = new CoreHarness({ slots: 1 });
    const concurrency = { key: 'k', limit: 1, strategy: 'COALESCE' as const };
    core.mesh('a; b; c', { '*': { concurrency } });
    core.runOut();
    expect(core.statuses()).toBe('a COMPLETED, b SKIPPED, c SKIPPED');
    expect(core.meshStatus()).toBe('COMPLETED');
  });
});
