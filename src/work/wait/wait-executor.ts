/**
 * Runs `wait` work: lets time pass by the injected clock and costs nothing meanwhile. Called by the local layer.
 */
import type { StopSignal } from '../../kit/stop.js';
import type { Clock } from '../../kit/clock.js';
import type { Measured, Outcome } from '../../lifecycle/task.js';
import type { AttemptStart } from '../attempt.js';
import type { Executor } from '../executor.js';
import { completed, crashed, ranFor, stopped } from '../outcome.js';

export class WaitExecutor implements Executor {
  readonly kind = 'wait';
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  execute(attempt: AttemptStart, signal: StopSignal): Promise<Outcome> {
    if (!('wait' in attempt.work))
      return Promise.resolve(crashed('EXECUTOR_FAULT', 'not wait work', ranFor(0)));
    const { durationMs } = attempt.work.wait;
    // A timer takes a millisecond at least.
    if (durationMs === 0 && !signal.aborted) return Promise.resolve(completed(null, waitedFor(0)));
    return this.#wait(durationMs, signal);
  }

  async close(): Promise<void> {
    // Keeps nothing: the layer aborts what runs.
  }

  async #wait(ms: number, signal: StopSignal): Promise<Outcome> {
    const beganAt = this.#clock.monotonic();
    const passed = await this.#pass(ms, signal);
    const measured = waitedFor(this.#clock.monotonic() - beganAt);
    return passed ? completed(null, measured) : stopped(signal.reason, measured);
  }

  #pass(ms: number, signal: StopSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      const stop = (): void => {
        timer.cancel();
        resolve(false);
      };
      const timer = this.#clock.setTimer(ms, () => {
        signal.removeEventListener('abort', stop);
        resolve(true);
      });
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}

function waitedFor(runMs: number): Measured {
  return { runMs, cpuMs: 0, memoryPeakBytes: null, exitCode: null };
}
