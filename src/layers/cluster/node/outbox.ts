/**
 * What a node has to say, on its way to whoever leads. Reports gather while the last batch is being added and leave as the
 * next one, numbered, so that they are told in their order. Nothing is lost while the backend is away but log lines beyond
 * a bound, and those are told of.
 *
 * States: open → closed (its incarnation is dead or has left).
 */
import type { Clock } from '../../../kit/clock.js';
import type { AttemptKey, Outcome } from '../../../lifecycle/task.js';
import type { LogLine } from '../../../work/attempt.js';
import { pack, type Report } from '../messages.js';
import type { MessageQueue } from '../queue-backend.js';
import { type Job, Sender } from '../sender.js';

const REPORTS_MAX = 500;
const CHARACTERS_MAX = 1_000_000;
/** Log lines that may wait, in characters. */
const LOG_CHARACTERS_MAX = 32_000_000;

export class Outbox {
  readonly #node: string;
  readonly #clock: Clock;
  readonly #sender: Sender;
  #pending: Report[] = [];
  #logCharacters = 0;
  /** Called when what is pending is with the backend, and those of the batch that is on its way there. */
  #awaiting: (() => void)[] = [];
  #leaving: (() => void)[] = [];
  /** Lines of each attempt that found no room. */
  readonly #dropped = new Map<number, number>();
  #seq = 0;

  constructor(
    node: string,
    { queue, clock, onError }: { queue: MessageQueue; clock: Clock; onError: (error: Error) => void },
  ) {
    this.#node = node;
    this.#clock = clock;
    this.#sender = new Sender({ queue, clock, onError, gather: () => this.#gather() });
  }

  log(token: number, line: LogLine): void {
    if (this.#logCharacters + line.text.length > LOG_CHARACTERS_MAX) {
      this.#dropped.set(token, (this.#dropped.get(token) ?? 0) + 1);
      return;
    }
    this.#logCharacters += line.text.length;
    this.say({ kind: 'log', token, line });
  }

  say(report: Report): void {
    this.#pending.push(report);
    this.#sender.kick();
  }

  /** Resolves when the backend has it. */
  outcome(key: AttemptKey, outcome: Outcome): Promise<void> {
    this.#tellDropped(key.token);
    return new Promise((resolve) => {
      this.#awaiting.push(resolve);
      this.say({ kind: 'outcome', key, outcome });
    });
  }

  idle(): Promise<void> {
    return this.#sender.idle();
  }

  close(): void {
    this.#sender.close();
  }

  #tellDropped(token: number): void {
    const lines = this.#dropped.get(token);
    if (lines === undefined) return;
    this.#dropped.delete(token);
    const text = `${lines} line(s) are missing: the queue of the cluster was away for too long`;
    this.say({ kind: 'log', token, line: { at: this.#clock.wall(), stream: 'LOG', level: 'WARN', text } });
  }

  /** All that is pending, as jobs that are small enough; what was gathered before is with the backend by now. */
  #gather(): Job[] {
    for (const resolve of this.#leaving) resolve();
    this.#leaving = this.#awaiting;
    this.#awaiting = [];
    const reports = this.#pending;
    this.#pending = [];
    this.#logCharacters = 0;
    const jobs: Job[] = [];
    for (let from = 0; from < reports.length; ) {
      const to = endOfBatch(reports, from);
      jobs.push(this.#job(reports.slice(from, to)));
      from = to;
    }
    return jobs;
  }

  #job(reports: readonly Report[]): Job {
    const seq = ++this.#seq;
    const jobId = `${this.#node.replace(':', '.')}-${seq}`;
    return {
      name: 'reports',
      data: pack({ node: this.#node, seq, reports }),
      opts: { jobId, removeOnComplete: true, removeOnFail: true },
    };
  }
}

function endOfBatch(reports: readonly Report[], from: number): number {
  let characters = 0;
  let to = from;
  for (; to < reports.length && to - from < REPORTS_MAX; to++) {
    characters += sizeOf(reports[to] as Report);
    if (characters > CHARACTERS_MAX && to > from) break;
  }
  return to;
}

function sizeOf(report: Report): number {
  if (report.kind === 'log') return report.line.text.length;
  return report.kind === 'outcome' ? JSON.stringify(report.outcome).length : 0;
}
