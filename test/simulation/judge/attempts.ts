/** Rules of outcomes: what an attempt's outcome makes of its task, how failures and crashes are counted, who told it. */
import type { EventRow } from '../../../src/lifecycle/batch.js';
import type { Attempt, Moment } from './books.js';
import type { Report } from './promises.js';
import type { WorkRules } from './work.js';

const CRASHES_MAX = 3;

export class AttemptRules {
  readonly #report: Report;
  readonly #work: WorkRules;

  constructor(report: Report, work: WorkRules) {
    this.#report = report;
    this.#work = work;
  }

  leaves(attempt: Attempt, to: string, { payload }: EventRow, moment: Moment): void {
    const { outcome, task } = attempt;
    if (outcome === undefined) return;
    const expected = this.#count(attempt);
    if (to !== expected)
      this.#report(
        'counts',
        `attempt ${attempt.number} of ${task.name} ended ${outcome.outcome} (${task.spent} of ` +
          `${task.spec.retryPolicy.maxAttempts} spent, ${task.crashes} crashes): ${to} instead of ${expected}`,
      );
    if (to === 'RETRYING') this.#holdDelay(attempt, payload.delayMs as number);
    if (outcome.outcome === 'CANCELLED') return;
    if (outcome.failure?.code === 'LOST') this.#holdLost(attempt, moment);
    else this.#work.holdToTold(attempt, outcome);
  }

  /** What the task becomes, by the attempts that are spent and the crashes it has had. */
  #count({ outcome, task }: Attempt): string {
    const { retryPolicy } = task.spec;
    switch (outcome?.outcome) {
      case 'COMPLETED':
      case 'CANCELLED':
        return outcome.outcome;
      case 'CRASHED':
        if (outcome.failure?.code === 'SHUTDOWN') return 'QUEUED';
        return ++task.crashes >= CRASHES_MAX ? 'FAILED' : 'QUEUED';
      default: {
        task.spent++;
        const final = retryPolicy.nonRetryableErrors.includes(outcome?.failure?.code ?? '');
        return final || task.spent >= retryPolicy.maxAttempts ? 'FAILED' : 'RETRYING';
      }
    }
  }

  #holdDelay({ task, number }: Attempt, delayMs: number): void {
    const { maxIntervalMs } = task.spec.retryPolicy;
    if (!(delayMs >= 0 && delayMs <= maxIntervalMs))
      this.#report(
        'times',
        `${task.name} waits ${delayMs} ms after attempt ${number}, of at most ${maxIntervalMs}`,
      );
  }

  #holdLost({ task, number, node }: Attempt, moment: Moment): void {
    if (node === moment.node)
      this.#report('lost', `${node} says that its own attempt ${number} of ${task.name} is lost, and lives`);
  }
}
