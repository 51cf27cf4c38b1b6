/**
 * Runs `wait` work: lets time pass by the injected clock and costs nothing meanwhile. Called by the local layer.
 */
import type { StopSignal } from '../../kit/stop.js';
import type { Clock } from '../../kit/clock.js';
import type { Outcome } from '../../lifecycle/task.js';
import type { AttemptStart } from '../attempt.js';
import type { Executor } from '../executor.js';
import { completed, crashed, ranFor, stopped } from '../outcome.js';

export class WaitExecutor implements Executor {
  readonly kind = 'wait';
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async execute(attempt: AttemptStart, signal: StopSignal): Promise<Outcome> {
    if (!('wait' in attempt.work)) return crashed('EXECUTOR_FAULT', 'not wait work', ranFor(0));
    const beganAt = this.#clock.monotonic();
    const passed = await this.#pass(attempt.work.wait.durationMs, signal);
    const runMs = this.#clock.monotonic() - beganAt;
    const measured = { runMs, cpuMs: 0, memoryPeakBytes: null, exitCode: null };
    return passed ? completed(null, measured) : stopped(signal.reason, measured);
  }

  async close(): Promise<void> {
    // Keeps nothing: the layer aborts what runs.
  }

  #pass(ms: number, signal: StopSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      // A timer takes a millisecond at least.
      if (ms === 0) return resolve(true);
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
