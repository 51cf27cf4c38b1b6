/** Rules of leadership: whose batches count, when a leader must know that it is none any more, and why it may give up. */
import type { BatchKey } from '../../../src/lifecycle/batch.js';
import type { LeadershipEvent } from '../../../src/orchestrator/orchestrator-options.js';
import type { Report } from './promises.js';

/** What the trouble of the world may be called by those who meet it. Anything else is a fault of the core. */
const TROUBLE = [
  /^link: /,
  /^fenced: another leader has taken over$/,
  /^another leader has taken over$/,
  /^the leader's session (broke|ended)/,
  /^no answer from the database for/,
  /^the program stops$/,
  /^the registry of nodes, or the queue of the cluster, does not answer$/,
  /^handed over: this server stops$/,
  /^Connection terminated unexpectedly$/,
  /^Query read timeout$/,
  /^timeout expired$/,
  /^This operation was aborted$/,
];

export class LeadershipRules {
  readonly #report: Report;
  readonly #nodes = new Map<number, string>();
  #newest = 0;
  #last: BatchKey = { epoch: 0, seq: 0 };

  constructor(report: Report) {
    this.#report = report;
  }

  epochGiven(epoch: number, node: string): void {
    if (epoch <= this.#newest)
      this.#report('epochs', `epoch ${epoch} is given to ${node} after epoch ${this.#newest}`);
    this.#newest = epoch;
    this.#nodes.set(epoch, node);
  }

  /** `believer`: a process that runs, hears nothing from the database for longer than a lease, and still leads. */
  leaseGiven(node: string, believer: string | undefined): void {
    if (believer !== undefined)
      this.#report('lease', `${node} gets the lease while ${believer} believes that it leads`);
  }

  nodeOf(epoch: number): string {
    return this.#nodes.get(epoch) ?? 'nobody';
  }

  applied(key: BatchKey): void {
    const { epoch, seq } = key;
    const say = `batch ${seq} of epoch ${epoch} is applied`;
    if (epoch !== this.#newest) this.#report('epochs', `${say} while epoch ${this.#newest} leads`);
    if (epoch < this.#last.epoch || seq !== this.#last.seq + 1)
      this.#report('epochs', `${say} after batch ${this.#last.seq} of epoch ${this.#last.epoch}`);
    this.#last = key;
  }

  told(node: string, event: LeadershipEvent): void {
    if (event.kind === 'leading') return;
    if (!TROUBLE.some((known) => known.test(event.reason)))
      this.#report('sound', `${node} gives up: ${event.reason.split('\n').slice(0, 4).join(' | ')}`);
  }
}
