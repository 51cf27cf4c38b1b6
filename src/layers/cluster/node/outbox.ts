/**
 * What a node has to say, on its way to whoever leads. Reports gather while the last batch is being added and leave as the
 * next one, numbered, so that they are told in their order. Nothing is lost while the backend is away but log lines beyond
 * a bound, and those are told of.
 *
 * States: open → closed (its incarnation is dead or has left).
 */
import type { Clock } from '../../../kit/clock.js';
import type { AttemptKey } from '../../../lifecycle/task.js';
import type { NumberedLine } from '../../layer.js';
import { outcomeReport, packReports, type Report } from '../messages.js';
import { Pending } from '../pending.js';
import type { MessageQueue } from '../queue-backend.js';
import type { NodeKey } from '../seal.js';
import { type Job, Sender } from '../sender.js';

/** From here on log lines find no room, until the backend has taken what waits. */
const CHARACTERS_MAX = 32_000_000;

export class Outbox {
  readonly #node: NodeKey;
  readonly #clock: Clock;
  readonly #sender: Sender;
  readonly #pending = new Pending();
  /** Lines of each attempt that found no room: how many, and the number of the last. */
  readonly #dropped = new Map<number, { readonly lines: number; readonly last: number }>();
  #seq = 0;

  constructor(
    node: NodeKey,
    { queue, clock, onError }: { queue: MessageQueue; clock: Clock; onError: (error: Error) => void },
  ) {
    this.#node = node;
    this.#clock = clock;
    this.#sender = new Sender({ queue, clock, onError, gather: () => this.#gather() });
  }

  log(key: AttemptKey, line: NumberedLine): void {
    if (this.#pending.characters + line.text.length > CHARACTERS_MAX) {
      const lines = (this.#dropped.get(key.token)?.lines ?? 0) + 1;
      this.#dropped.set(key.token, { lines, last: line.line });
      return;
    }
    this.say({ kind: 'log', key, line });
  }

  say(report: Exclude<Report, { kind: 'outcome' }>): void {
    this.#add(JSON.stringify(report));
  }

  /** `outcome`: as JSON. */
  outcome(key: AttemptKey, outcome: string): void {
    this.#tellDropped(key);
    this.#add(outcomeReport(key, outcome));
  }

  #add(report: string): void {
    this.#pending.add(report);
    this.#sender.kick();
  }

  /** Resolves when the backend has all that was said. */
  idle(): Promise<void> {
    return this.#sender.idle();
  }

  close(): void {
    this.#sender.close();
  }

  /** In the place of the last of them. */
  #tellDropped(key: AttemptKey): void {
    const dropped = this.#dropped.get(key.token);
    if (dropped === undefined) return;
    this.#dropped.delete(key.token);
    const text = `${dropped.lines} line(s) are missing: the queue of the cluster was away for too long`;
    const line = { at: this.#clock.wall(), stream: 'LOG', level: 'WARN', text, line: dropped.last } as const;
    this.say({ kind: 'log', key, line });
  }

  #gather(): Job | undefined {
    const reports = this.#pending.take();
    if (reports.length === 0) return undefined;
    const seq = ++this.#seq;
    return {
      name: 'reports',
      data: packReports(this.#node, seq, reports),
      opts: {
        jobId: `${this.#node.ref.replace(':', '.')}-${seq}`,
        removeOnComplete: true,
        removeOnFail: true,
      },
    };
  }
}
