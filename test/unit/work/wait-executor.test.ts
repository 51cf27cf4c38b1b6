/** Waiting, by a virtual clock. */
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { WaitExecutor } from '../../../src/work/wait/wait-executor.js';
import { abortable, attemptOf, neverAborted } from '../../support/work/fixtures.js';

it('completes with null when the time has passed, not before', async () => {
  const clock = new VirtualClock();
  let isOver = false;
  const outcome = new WaitExecutor(clock).execute(attemptOf({ wait: { durationMs: 60_000 } }), neverAborted);
  void outcome.then(() => (isOver = true));
  clock.advance(59_999);
  await Promise.resolve();
  expect(isOver).toBe(false);
  clock.advance(1);
  expect(await outcome).toEqual({
    kind: 'COMPLETED',
    output: null,
    measured: { runMs: 60_000, cpuMs: 0, memoryPeakBytes: null, exitCode: null },
  });
});

it('ends at once when it is told to stop, and leaves no timer', async () => {
  const clock = new VirtualClock();
  const { signal, abort } = abortable();
  const outcome = new WaitExecutor(clock).execute(attemptOf({ wait: { durationMs: 60_000 } }), signal);
  clock.advance(10);
  abort('TIMED_OUT');
  expect(await outcome).toMatchObject({
    kind: 'TIMED_OUT',
    failure: { code: 'EXECUTION_TIMEOUT' },
    measured: { runMs: 10 },
  });
  expect(clock.timerCount).toBe(0);
});

it('does not begin when it was stopped before', async () => {
  const clock = new VirtualClock();
  const { signal, abort } = abortable();
  abort('SHUTDOWN');
  const outcome = await new WaitExecutor(clock).execute(attemptOf({ wait: { durationMs: 1 } }), signal);
  expect(outcome).toMatchObject({ kind: 'CRASHED', failure: { kind: 'CRASHED', code: 'SHUTDOWN' } });
});
