/** What people do to tasks and meshes that are there: hold, release, cancel, pause, resume. */
import { describe, expect, it } from 'vitest';
import { CoreHarness, specOf, told } from '../../support/core-harness.js';

const twice = { retryPolicy: { ...specOf('').retryPolicy, maxAttempts: 2 } };

describe('hold and release', () => {
  it('keep a submitted task back until it is released', () => {
    const core = new CoreHarness();
    core.mesh('a -> b', { a: { hold: true } });
    expect(core.statuses()).toBe('a HELD, b PENDING');
    expect(told(core.task('releaseTask', 'a'))).toEqual([
      'TASK_RELEASED a',
      'TASK_QUEUED a',
      'TASK_STARTED a',
    ]);
  });

  it('work in PENDING, in QUEUED and while waiting for a time', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a -> b; queued; timed', { timed: { delayMs: 1000 } });
    for (const name of ['b', 'queued', 'timed']) core.task('holdTask', name);
    core.complete('a');
    core.advance(1000);
    expect(core.statuses()).toBe('a COMPLETED, b HELD, queued HELD, timed HELD');
    for (const name of ['b', 'queued', 'timed']) core.task('releaseTask', name);
    core.runOut();
    expect(core.meshStatus()).toBe('COMPLETED');
  });

  it('leave dependencies and time in force: a released task waits for what it waited for', () => {
    const core = new CoreHarness();
    core.mesh('a -> b; t', { b: { hold: true }, t: { hold: true, delayMs: 1000 } });
    core.task('releaseTask', 'b');
    core.task('releaseTask', 't');
    expect(core.statuses()).toBe('a RUNNING, b PENDING, t PENDING');
    core.advance(1000);
    expect(core.status('t')).toBe('RUNNING');
  });

  it('give the place in the queue to the next', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b; c');
    core.task('holdTask', 'b');
    core.complete('a');
    expect(core.running()).toEqual(['c']);
  });

  it('are refused once the task has started, waits for a retry, or has ended', () => {
    const core = new CoreHarness();
    core.mesh('running; retrying; ended', { retrying: twice });
    core.fail('retrying');
    core.complete('ended');
    for (const name of ['running', 'retrying', 'ended'])
      expect(core.refusedTask('holdTask', name).code, name).toBe('CONFLICT');
    for (const name of ['running', 'retrying', 'ended'])
      expect(core.refusedTask('releaseTask', name).code, name).toBe('CONFLICT');
    expect(core.refusedTask('holdTask', 'running').message).toContain('cancel');
  });

  it('are harmless twice: holding a held task changes nothing, releasing a released one is refused', () => {
    const core = new CoreHarness();
    core.mesh('a', { a: { hold: true } });
    expect(told(core.task('holdTask', 'a'))).toEqual([]);
    core.task('releaseTask', 'a');
    expect(core.refusedTask('releaseTask', 'a').code).toBe('CONFLICT');
  });

  it('stop the clock of the queue', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b', { b: { queueTimeoutMs: 100 } });
    core.task('holdTask', 'b');
    core.advance(1000);
    expect(core.status('b')).toBe('HELD');
    core.task('releaseTask', 'b');
    core.advance(100);
    expect(core.status('b')).toBe('FAILED');
  });
});

describe('cancelTask', () => {
  it('ends a task in every status before its start, and dooms what needs it', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a -> pending -> below; queued; held; retrying', {
      held: { hold: true },
      retrying: { ...twice, priority: 'HIGH' },
    });
    core.fail('retrying');
    for (const name of ['pending', 'queued', 'held', 'retrying']) core.task('cancelTask', name);
    expect(core.statuses()).toBe(
      'a RUNNING, pending CANCELLED, below UPSTREAM_FAILED, queued CANCELLED, held CANCELLED, retrying CANCELLED',
    );
    core.advance(60_000);
    core.complete('a');
    expect(core.starts).toEqual(['retrying', 'a']);
  });

  it('ends a running task at once, keeps its place until its attempt is over, and refuses its outcome', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b');
    const entry = core.task('cancelTask', 'a');
    expect(entry.batch.outcomes).toMatchObject([{ taskId: 'm/a', outcome: 'CANCELLED' }]);
    expect(core.aborts).toEqual(['a CANCELLED']);
    expect(core.statuses()).toBe('a CANCELLED, b QUEUED');
    core.complete('a', 'too late');
    expect(core.statuses()).toBe('a CANCELLED, b RUNNING');
    expect(core.row('a').output).toBeUndefined();
  });

  it('is refused for what has ended', () => {
    const core = new CoreHarness();
    core.mesh('a; b');
    core.complete('a');
    expect(core.refusedTask('cancelTask', 'a').message).toContain('has ended as COMPLETED');
  });

  it('lets an attempt that is over its time go on ending, without a second order', () => {
    const core = new CoreHarness();
    core.mesh('a', { a: { executionTimeoutMs: 100 } });
    core.advance(100);
    core.task('cancelTask', 'a');
    core.stopped('a', 'TIMED_OUT');
    expect(core.status('a')).toBe('CANCELLED');
    expect(core.aborts).toEqual(['a TIMED_OUT']);
  });
});

describe('late and false outcomes', () => {
  it('are refused and told of', () => {
    const core = new CoreHarness();
    core.mesh('a -> b', { a: twice });
    const token = core.state('a').live?.token as number;
    const measured = { runMs: 1, cpuMs: null, memoryPeakBytes: null, exitCode: null };
    const outcome = { kind: 'COMPLETED', output: null, measured } as const;
    core.fail('a');
    core.advance(100);
    for (const key of [
      { attempt: 1, token },
      { attempt: 2, token: 999 },
      { attempt: 7, token },
    ]) {
      const attempts = [{ key: { taskId: 'm/a', ...key }, outcome }];
      expect(told(core.ok({ kind: 'attemptsSettled', attempts }))).toEqual(['LATE_OUTCOME_REFUSED a']);
    }
    expect(core.statuses()).toBe('a RUNNING, b PENDING');
  });
});

describe('cancelMesh', () => {
  it('ends every task, tells running attempts to stop, and nothing of it starts afterwards', () => {
    const core = new CoreHarness({ slots: 2 });
    core.mesh('a -> b -soft-> c; r; h; q; t; x -resource-> q', {
      h: { hold: true },
      t: { delayMs: 1000 },
      r: { ...twice, priority: 'CRITICAL' },
    });
    core.fail('r');
    const started = core.starts.length;
    core.ok({ kind: 'cancelMesh', meshId: 'm' });
    expect(core.meshStatus()).toBe('CANCELLED');
    expect(core.statuses().match(/CANCELLED/g)).toHaveLength(8);
    for (const name of core.running()) core.complete(name);
    core.advance(120_000);
    expect(core.starts).toHaveLength(started);
    expect(core.core.meshes.has('m')).toBe(false);
  });

  it('leaves other meshes alone and gives them the places', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b');
    core.mesh('c', {}, { id: 'n' });
    core.ok({ kind: 'cancelMesh', meshId: 'm' });
    expect(core.status('n/c')).toBe('QUEUED');
    core.stopped('a');
    expect(core.status('n/c')).toBe('RUNNING');
  });

  it('is refused for a mesh that has ended, and for the default mesh', () => {
    const core = new CoreHarness();
    core.mesh('a');
    core.complete('a');
    expect(core.refused({ kind: 'cancelMesh', meshId: 'm' }).code).toBe('CONFLICT');
    expect(core.refused({ kind: 'cancelMesh', meshId: '00000000-0000-7000-8000-000000000000' }).code).toBe(
      'CONFLICT',
    );
  });

  it('ends a paused mesh too', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b');
    core.ok({ kind: 'pauseMesh', meshId: 'm' });
    core.ok({ kind: 'cancelMesh', meshId: 'm' });
    core.stopped('a');
    expect(core.statuses()).toBe('a CANCELLED, b CANCELLED');
  });
});

describe('pause and resume', () => {
  it('let what runs go on, start nothing new, and go on where it stood', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a -> b; c');
    core.ok({ kind: 'pauseMesh', meshId: 'm' });
    core.complete('a');
    expect(core.statuses()).toBe('a COMPLETED, b QUEUED, c QUEUED');
    expect(core.running()).toEqual([]);
    core.ok({ kind: 'resumeMesh', meshId: 'm' });
    core.runOut();
    expect(core.meshStatus()).toBe('COMPLETED');
  });

  it('hold milestones back as well', () => {
    const core = new CoreHarness();
    core.mesh('a -> mark -> b', { mark: { work: null } });
    core.ok({ kind: 'pauseMesh', meshId: 'm' });
    core.complete('a');
    expect(core.statuses()).toBe('a COMPLETED, mark QUEUED, b PENDING');
    core.ok({ kind: 'resumeMesh', meshId: 'm' });
    expect(core.statuses()).toBe('a COMPLETED, mark COMPLETED, b RUNNING');
  });

  it('stop the clock of the queue, which begins anew with the resumption', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b', { b: { queueTimeoutMs: 100 } });
    core.advance(90);
    core.ok({ kind: 'pauseMesh', meshId: 'm' });
    core.advance(10_000);
    expect(core.status('b')).toBe('QUEUED');
    core.ok({ kind: 'resumeMesh', meshId: 'm' });
    core.advance(99);
    expect(core.status('b')).toBe('QUEUED');
    core.advance(1);
    expect(core.status('b')).toBe('FAILED');
  });

  it('keep retries and start times waiting in the queue', () => {
    const core = new CoreHarness();
    core.mesh('r; t', { r: twice, t: { delayMs: 500 } });
    core.fail('r');
    core.ok({ kind: 'pauseMesh', meshId: 'm' });
    core.advance(1000);
    expect(core.statuses()).toBe('r QUEUED, t QUEUED');
    core.ok({ kind: 'resumeMesh', meshId: 'm' });
    expect(core.running()).toHaveLength(2);
  });

  it('say nothing the second time, and are refused for what has ended', () => {
    const core = new CoreHarness();
    core.mesh('a; b');
    expect(told(core.ok({ kind: 'resumeMesh', meshId: 'm' }))).toEqual([]);
    core.ok({ kind: 'pauseMesh', meshId: 'm' });
    expect(told(core.ok({ kind: 'pauseMesh', meshId: 'm' }))).toEqual([]);
    core.complete('a');
    core.complete('b');
    expect(core.meshStatus()).toBe('COMPLETED');
    expect(core.refused({ kind: 'pauseMesh', meshId: 'm' }).code).toBe('CONFLICT');
    expect(core.refused({ kind: 'resumeMesh', meshId: 'm' }).code).toBe('CONFLICT');
  });
});
