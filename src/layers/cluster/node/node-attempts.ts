/**
 * The attempts of one incarnation: takes starts and cancels from its queue, runs work on a layer of this process and reports.
 * Every start is answered by exactly one outcome. Made by the node agent for each incarnation.
 */
import type { Clock } from '../../../kit/clock.js';
import { Stop } from '../../../kit/stop.js';
import type { AttemptKey, Outcome } from '../../../lifecycle/task.js';
import type { AttemptSink, AttemptStart, LogLine } from '../../../work/attempt.js';
import { ranFor, stopped } from '../../../work/outcome.js';
import type { ExecutorLayer } from '../../executor-layer.js';
import { CANCEL, type CancelMessage, type Packed, START, type StartMessage, unpack } from '../messages.js';
import { EndedAttempts } from './ended-attempts.js';
import type { Outbox } from './outbox.js';

/** Signs of life and progress go out at most this often per attempt. */
const REPORT_MS = 100;
/** Cancels that came before their starts. */
const EARLY_MAX = 1000;

export class NodeAttempts {
  readonly #incarnation: number;
  readonly #layer: ExecutorLayer;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #stops = new Map<number, Stop>();
  readonly #early = new Map<number, CancelMessage>();
  readonly #ended = new EndedAttempts();

  constructor(
    incarnation: number,
    { layer, outbox, clock }: { layer: ExecutorLayer; outbox: Outbox; clock: Clock },
  ) {
    this.#incarnation = incarnation;
    this.#layer = layer;
    this.#outbox = outbox;
    this.#clock = clock;
  }

  get running(): number {
    return this.#stops.size;
  }

  /** The processor of its BullMQ queue. A start is in process for as long as its attempt. */
  async take(name: string, data: Packed): Promise<void> {
    if (name === START) await this.#start(unpack<StartMessage>(data));
    else if (name === CANCEL) await this.#cancel(unpack<CancelMessage>(data));
  }

  async #start({ incarnation, attempt }: StartMessage): Promise<void> {
    // Given out again: BullMQ lost sight of this process for a moment, or the queue has lost what was in it.
    if (incarnation !== this.#incarnation || this.#stops.has(attempt.token)) return;
    const { taskId, token } = attempt;
    const key = { taskId, attempt: attempt.attempt, token };
    const ended = this.#ended.outcomeOf(token);
    if (ended !== undefined) {
      await this.#tell(key, ended);
      return;
    }
    const stop = new Stop();
    this.#stops.set(token, stop);
    const early = this.#early.get(token);
    if (early !== undefined) stop.abort(early.reason);
    this.#early.delete(token);
    const sink = new ReportingSink(attempt, this.#outbox, this.#clock);
    const outcome = await this.#layer.start(attempt, stop, sink);
    this.#stops.delete(token);
    this.#ended.remember(token, outcome);
    await this.#tell(key, outcome);
  }

  /** What is not here has ended, or comes later; whoever still waits for it need not. */
  async #cancel(message: CancelMessage): Promise<void> {
    const { incarnation, key, reason } = message;
    if (incarnation !== this.#incarnation) return;
    const stop = this.#stops.get(key.token);
    if (stop !== undefined) {
      stop.abort(reason);
      return;
    }
    if (this.#early.size >= EARLY_MAX) this.#early.delete(this.#early.keys().next().value as number);
    this.#early.set(key.token, message);
    await this.#tell(key, stopped(reason, ranFor(0)));
  }

  async #tell(key: AttemptKey, outcome: Outcome): Promise<void> {
    await this.#outbox.outcome(key, outcome);
  }
}

/** Numbers the lines, because another server may be told the rest of them. */
class ReportingSink implements AttemptSink {
  readonly #token: number;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  #line = 0;
  #aliveAt = Number.NEGATIVE_INFINITY;
  #progressAt = Number.NEGATIVE_INFINITY;

  constructor({ token }: AttemptStart, outbox: Outbox, clock: Clock) {
    this.#token = token;
    this.#outbox = outbox;
    this.#clock = clock;
  }

  log(line: LogLine): void {
    this.#outbox.log(this.#token, { ...line, line: ++this.#line });
  }

  progress(fraction: number, message: string | null): void {
    const now = this.#clock.monotonic();
    if (now - this.#progressAt < REPORT_MS && fraction < 1) return;
    this.#progressAt = now;
    this.#outbox.say({ kind: 'progress', token: this.#token, fraction, message });
  }

  heartbeat(): void {
    const now = this.#clock.monotonic();
    if (now - this.#aliveAt < REPORT_MS) return;
    this.#aliveAt = now;
    this.#outbox.say({ kind: 'alive', token: this.#token });
  }
}
