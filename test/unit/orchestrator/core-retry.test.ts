/** What becomes of a task whose attempt did not complete, and what time alone brings about. */
import { describe, expect, it } from 'vitest';
import type { RetryPolicy } from '../../../src/lifecycle/task.js';
import { CoreHarness, specOf, told } from '../../support/core-harness.js';

const retry = (policy: Partial<RetryPolicy>) => ({ retryPolicy: { ...specOf('').retryPolicy, ...policy } });

describe('retry policy', () => {
  it('counts the first try: maxAttempts 3 is three starts, maxAttempts 1 none after the first', () => {
    const core = new CoreHarness();
    core.mesh('a; b', { a: retry({ maxAttempts: 3 }) });
    core.fail('b');
    expect(core.status('b')).toBe('FAILED');
    for (const attempt of [1, 2]) {
      core.fail('a');
      expect(core.status('a')).toBe('RETRYING');
      expect(core.row('a').attempt).toBe(attempt);
      core.advance(1000);
    }
    core.fail('a', 'LAST');
    expect(core.status('a')).toBe('FAILED');
    expect(core.row('a').failure).toEqual({ kind: 'ERROR', code: 'LAST', message: 'LAST' });
    expect(core.starts.filter((key) => key === 'a')).toHaveLength(3);
  });

  it('waits longer each time, up to the longest interval', () => {
    const core = new CoreHarness();
    core.mesh('a', {
      a: retry({ maxAttempts: 9, initialIntervalMs: 100, backoffCoefficient: 3, maxIntervalMs: 1000 }),
    });
    const delays: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt++) {
      const entry = core.fail('a');
      const event = entry.batch.events.find((one) => one.type === 'TASK_RETRYING');
      delays.push(event?.payload.delayMs as number);
      core.advance((event?.payload.delayMs as number) - 1);
      expect(core.status('a')).toBe('RETRYING');
      core.advance(1);
      expect(core.status('a')).toBe('RUNNING');
    }
    expect(delays).toEqual([100, 300, 900, 1000]);
  });

  it.each([
    [0, [0, 0, 0]],
    [0.5, [50, 100, 200]],
    [0.999_999, [100, 200, 400]],
  ])('with full jitter %s of the interval waits %s ms', (unit, expected) => {
    const core = new CoreHarness({ unit: () => unit });
    core.mesh('a', {
      a: retry({ maxAttempts: 9, jitter: true, initialIntervalMs: 100, backoffCoefficient: 2 }),
    });
    const delays = expected.map((delay) => {
      const event = core.fail('a').batch.events.find((one) => one.type === 'TASK_RETRYING');
      core.advance(delay);
      return event?.payload.delayMs;
    });
    expect(delays).toEqual(expected);
  });

  it('ends at once for the codes it names, and for what was rejected', () => {
    const core = new CoreHarness();
    const policy = retry({ maxAttempts: 5, nonRetryableErrors: ['EXIT_64', 'EXECUTION_TIMEOUT'] });
    core.mesh('a; b; c; d', { '*': { ...policy, executionTimeoutMs: 100 } });
    core.fail('a', 'EXIT_64');
    core.fail('b', 'NO_SUCH_PROGRAM', 'REJECTED');
    core.fail('c', 'EXIT_1');
    core.advance(100);
    core.stopped('d', 'TIMED_OUT');
    expect(core.statuses()).toBe('a FAILED, b FAILED, c RUNNING, d FAILED');
  });

  it('completes with the attempts it needed, and tells of every one', () => {
    const core = new CoreHarness();
    core.mesh('a -> b', { a: retry({ maxAttempts: 2 }) });
    core.fail('a');
    expect(core.status('b')).toBe('PENDING');
    core.advance(100);
    core.complete('a', 'at last');
    expect(core.statuses()).toBe('a COMPLETED, b RUNNING');
    expect(core.row('a')).toMatchObject({ attempt: 2, output: 'at last' });
    expect(
      [...core.database.attempts.values()]
        .filter((row) => row.taskId === 'm/a')
        .map((row) => row.outcome?.outcome),
    ).toEqual(['FAILED', 'COMPLETED']);
  });

  it('gives its place away during the back-off', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b', { a: retry({ maxAttempts: 2 }) });
    core.fail('a');
    expect(core.running()).toEqual(['b']);
  });

  it('can be cut short by retryNow and by startNow, and by nothing else', () => {
    const core = new CoreHarness();
    core.mesh('a; b', { '*': retry({ maxAttempts: 2 }) });
    core.fail('a');
    core.fail('b');
    core.task('retryNow', 'a');
    core.task('startNow', 'b');
    expect(core.statuses()).toBe('a RUNNING, b RUNNING');
    expect(core.refusedTask('retryNow', 'a').code).toBe('CONFLICT');
    expect(core.refusedTask('startNow', 'a').code).toBe('CONFLICT');
  });
});

describe('crashes', () => {
  it('spend no attempt of the task: it is queued again at once', () => {
    const core = new CoreHarness();
    core.mesh('a');
    core.crash('a');
    expect(core.status('a')).toBe('RUNNING');
    expect(core.row('a')).toMatchObject({ attempt: 2, crashes: 1 });
    core.crash('a');
    core.complete('a');
    expect(core.status('a')).toBe('COMPLETED');
  });

  it('quarantine the task at the third', () => {
    const core = new CoreHarness();
    core.mesh('a -> b', { a: retry({ maxAttempts: 10 }) });
    for (let i = 0; i < 3; i++) core.crash('a', 'OOM');
    expect(core.statuses()).toBe('a FAILED, b UPSTREAM_FAILED');
    expect(core.row('a').failure).toMatchObject({ kind: 'QUARANTINED', code: 'QUARANTINED' });
    expect(core.row('a')).toMatchObject({ attempt: 3, crashes: 3 });
  });

  it('between failures leave the back-off where it was', () => {
    const core = new CoreHarness();
    core.mesh('a', { a: retry({ maxAttempts: 3, initialIntervalMs: 100 }) });
    core.fail('a');
    core.advance(100);
    core.crash('a');
    const event = core.fail('a').batch.events.find((one) => one.type === 'TASK_RETRYING');
    expect(event?.payload.delayMs).toBe(200);
    core.advance(200);
    core.fail('a');
    expect(core.status('a')).toBe('FAILED');
  });

  it('are never what an orderly end of the program is', () => {
    const core = new CoreHarness();
    core.mesh('a');
    for (let i = 0; i < 10; i++) core.crash('a', 'SHUTDOWN');
    expect(core.status('a')).toBe('RUNNING');
  });

  it('are what an attempt becomes that reports a cancellation nobody asked for', () => {
    const core = new CoreHarness();
    core.mesh('a');
    core.stopped('a');
    expect(core.row('a')).toMatchObject({ status: 'RUNNING', attempt: 2, crashes: 1 });
  });
});

describe('timeouts', () => {
  it('queueTimeoutMs fails a task that waited too long for a place', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b; c', { b: { queueTimeoutMs: 500 }, c: { queueTimeoutMs: 5000 } });
    core.advance(499);
    expect(core.status('b')).toBe('QUEUED');
    core.advance(1);
    expect(core.status('b')).toBe('FAILED');
    expect(core.row('b').failure).toMatchObject({ kind: 'TIMEOUT', code: 'QUEUE_TIMEOUT' });
    expect(core.status('c')).toBe('QUEUED');
  });

  it('queueTimeoutMs does not count once the task has started', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b', { b: { queueTimeoutMs: 500 } });
    core.advance(400);
    core.complete('a');
    core.advance(5000);
    expect(core.status('b')).toBe('RUNNING');
  });

  it('executionTimeoutMs stops the attempt, which keeps its place until it has ended', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b', { a: { executionTimeoutMs: 300 } });
    core.advance(299);
    expect(core.aborts).toEqual([]);
    core.advance(1);
    expect(core.aborts).toEqual(['a TIMED_OUT']);
    expect(core.statuses()).toBe('a RUNNING, b QUEUED');
    core.stopped('a', 'TIMED_OUT');
    expect(core.statuses()).toBe('a FAILED, b RUNNING');
    expect(core.row('a').failure).toMatchObject({ kind: 'TIMEOUT', code: 'EXECUTION_TIMEOUT' });
    expect(core.row('a').failure?.message).toContain('executionTimeoutMs = 300');
  });

  it('a timed-out attempt is tried again as the policy says, each with its whole time', () => {
    const core = new CoreHarness();
    core.mesh('a', { a: { ...retry({ maxAttempts: 2 }), executionTimeoutMs: 300 } });
    core.advance(300);
    core.stopped('a', 'TIMED_OUT');
    core.advance(100);
    core.advance(299);
    expect(core.aborts).toHaveLength(1);
    core.advance(1);
    expect(core.aborts).toHaveLength(2);
  });

  it('completes when the attempt finished before it could be stopped', () => {
    const core = new CoreHarness();
    core.mesh('a', { a: { executionTimeoutMs: 300 } });
    core.advance(300);
    core.complete('a', 'just in time');
    expect(core.status('a')).toBe('COMPLETED');
  });

  it('heartbeatTimeoutMs stops a silent attempt and spares one that gives signs of life', () => {
    const core = new CoreHarness();
    core.mesh('silent; alive', { '*': { heartbeatTimeoutMs: 100 } });
    const live = core.state('alive').live as { attempt: number; token: number };
    const key = { taskId: 'm/alive', attempt: live.attempt, token: live.token };
    for (let i = 0; i < 3; i++) {
      core.advance(60);
      core.ok({ kind: 'attemptAlive', key });
    }
    expect(core.aborts).toEqual(['silent TIMED_OUT']);
    core.stopped('silent', 'TIMED_OUT');
    expect(core.row('silent').failure).toMatchObject({ kind: 'TIMEOUT', code: 'HEARTBEAT_TIMEOUT' });
    expect(core.status('alive')).toBe('RUNNING');
  });
});

describe('startAfter', () => {
  it('keeps a task PENDING until its time, although nothing else holds it back', () => {
    const core = new CoreHarness();
    const entry = core.mesh('a', { a: { delayMs: 5000 } });
    expect(entry.batch.tasks[0]).toMatchObject({ status: 'PENDING', availableInMs: 5000 });
    core.advance(4999);
    expect(core.status('a')).toBe('PENDING');
    expect(told(core.advance(1))).toEqual(['TASK_QUEUED a', 'TASK_STARTED a']);
  });

  it('counts from the submission, beside the dependencies', () => {
    const core = new CoreHarness();
    core.mesh('a -> b, c', { b: { delayMs: 1000 }, c: { delayMs: 3000 } });
    core.advance(2000);
    expect(core.statuses()).toBe('a RUNNING, b PENDING, c PENDING');
    core.complete('a');
    expect(core.statuses()).toBe('a COMPLETED, b RUNNING, c PENDING');
    core.advance(1000);
    expect(core.status('c')).toBe('RUNNING');
  });

  it('in the past delays nothing', () => {
    const core = new CoreHarness();
    core.mesh('a', { a: { delayMs: -1000 } });
    expect(core.status('a')).toBe('RUNNING');
  });

  it('gives way to startNow, which does not overrule dependencies', () => {
    const core = new CoreHarness();
    core.mesh('a; b -> c; d -> e', { a: { delayMs: 5000 }, c: { delayMs: 5000 } });
    core.task('startNow', 'a');
    expect(core.status('a')).toBe('RUNNING');
    core.task('startNow', 'c');
    expect(core.status('c')).toBe('PENDING');
    core.complete('b');
    expect(core.status('c')).toBe('RUNNING');
    expect(core.refusedTask('startNow', 'e').message).toContain('unfinished dependencies');
  });
});
