/**
 * The attempts of one incarnation: takes starts and cancels from its queue, runs work on a layer of this process and reports.
 * Every start is answered by exactly one outcome. Made by the node agent for each incarnation.
 */
import type { Clock } from '../../../kit/clock.js';
import { Stop } from '../../../kit/stop.js';
import type { AttemptKey } from '../../../lifecycle/task.js';
import type { AbortReason, AttemptSink, AttemptStart, LogLine } from '../../../work/attempt.js';
import { ranFor, stopped } from '../../../work/outcome.js';
import type { ExecutorLayer } from '../../executor-layer.js';
import { type OrderBatch, unpack } from '../messages.js';
import { isSealed, type NodeKey } from '../seal.js';
import { EndedAttempts } from './ended-attempts.js';
import type { Outbox } from './outbox.js';

/** Signs of life and progress go out at most this often per attempt. */
const REPORT_MS = 100;

export class NodeAttempts {
  readonly #node: NodeKey;
  readonly #layer: ExecutorLayer;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #onForged: () => void;
  readonly #running = new Map<number, Stop>();
  readonly #ended = new EndedAttempts();

  constructor(
    node: NodeKey,
    parts: { layer: ExecutorLayer; outbox: Outbox; clock: Clock; onForged: () => void },
  ) {
    this.#node = node;
    this.#layer = parts.layer;
    this.#outbox = parts.outbox;
    this.#clock = parts.clock;
    this.#onForged = parts.onForged;
  }

  get running(): number {
    return this.#running.size;
  }

  /** What its BullMQ queue brings. Everything in it has begun when this returns; what no server has sealed begins nothing. */
  take(data: unknown): void {
    if (!isSealed(data, 'orders', this.#node)) return this.#onForged();
    for (const order of unpack<OrderBatch>(data).orders) {
      if (order.kind === 'start') void this.#start(order.attempt);
      else this.#cancel(order.key, order.reason);
    }
  }

  /** It may be here already: a new leader orders again, and so does one whose queue may have lost what was in it. */
  async #start(attempt: AttemptStart): Promise<void> {
    const { taskId, token } = attempt;
    if (this.#running.has(token)) return;
    const key = { taskId, attempt: attempt.attempt, token };
    const ended = this.#ended.outcomeOf(token);
    if (ended !== undefined) {
      this.#outbox.outcome(key, ended);
      return;
    }
    const stop = new Stop();
    this.#running.set(token, stop);
    const sink = new ReportingSink(key, this.#outbox, this.#clock);
    const outcome = await this.#layer.start(attempt, stop, sink);
    this.#running.delete(token);
    this.#end(key, JSON.stringify(outcome));
  }

  /** What is not here has ended, or was overtaken by its cancel and will not begin: whoever waits for it need not. */
  #cancel(key: AttemptKey, reason: AbortReason): void {
    const stop = this.#running.get(key.token);
    if (stop !== undefined) stop.abort(reason);
    else this.#end(key, this.#ended.outcomeOf(key.token) ?? JSON.stringify(stopped(reason, ranFor(0))));
  }

  /** `outcome`: as JSON, made once for the memory and for the way. */
  #end(key: AttemptKey, outcome: string): void {
    this.#ended.remember(key.token, outcome);
    this.#outbox.outcome(key, outcome);
  }
}

/** Numbers the lines, because another server may be told the rest of them. */
class ReportingSink implements AttemptSink {
  readonly #key: AttemptKey;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  #line = 0;
  #aliveAt = Number.NEGATIVE_INFINITY;
  #progressAt = Number.NEGATIVE_INFINITY;

  constructor(key: AttemptKey, outbox: Outbox, clock: Clock) {
    this.#key = key;
    this.#outbox = outbox;
    this.#clock = clock;
  }

  log(line: LogLine): void {
    this.#outbox.log(this.#key, { ...line, line: ++this.#line });
  }

  progress(fraction: number, message: string | null): void {
    const now = this.#clock.monotonic();
    if (now - this.#progressAt < REPORT_MS && fraction < 1) return;
    this.#progressAt = now;
    this.#outbox.say({ kind: 'progress', token: this.#key.token, fraction, message });
  }

  heartbeat(): void {
    const now = this.#clock.monotonic();
    if (now - this.#aliveAt < REPORT_MS) return;
    this.#aliveAt = now;
    this.#outbox.say({ kind: 'alive', token: this.#key.token });
  }
}
