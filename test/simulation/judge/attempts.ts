/** Rules of outcomes: what an attempt's outcome makes of its task, how failures and crashes are counted, who told it. */
import type { EventRow } from '../../../src/lifecycle/batch.js';
import type { Attempt, Moment } from './books.js';
import type { PeerRules } from './peers.js';
import type { Report } from './promises.js';
import type { WorkRules } from './work.js';

const CRASHES_MAX = 3;

export class AttemptRules {
  readonly #report: Report;
  readonly #work: WorkRules;
  readonly #peers: PeerRules;

  constructor(report: Report, work: WorkRules, peers: PeerRules) {
    this.#report = report;
    this.#work = work;
    this.#peers = peers;
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
    if (to === 'FAILED' && outcome.outcome === 'CRASHED') this.#holdQuarantine(attempt, payload.failure);
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

  #holdQuarantine({ task }: Attempt, failure: unknown): void {
    const { kind } = (failure ?? {}) as { kind?: string };
    if (kind !== 'QUARANTINED')
      this.#report('counts', `${task.name} fails as ${kind} after ${task.crashes} crashes`);
  }

  #holdDelay({ task, number }: Attempt, delayMs: number): void {
    const { maxIntervalMs } = task.spec.retryPolicy;
    if (!(delayMs >= 0 && delayMs <= maxIntervalMs))
      this.#report(
        'times',
        `${task.name} waits ${delayMs} ms after attempt ${number}, of at most ${maxIntervalMs}`,
      );
  }

  #holdLost(attempt: Attempt, moment: Moment): void {
    const { task, number, node, layer } = attempt;
    if (layer === 'CLUSTER' && this.#peers.hasNodes) return;
    const name = `attempt ${number} of ${task.name}`;
    // never begun: its server says so itself, or has said so to another leader
    if (this.#peers.hasPeers && this.#work.workOf(attempt) === undefined) return;
    if (node === moment.node) this.#report('lost', `${node} says that its own ${name} is lost, and lives`);
    else if (this.#peers.lives(attempt))
      this.#report('lost', `${moment.node} says that ${name} is lost, and ${node}, which runs it, lives`);
  }
}
