/**
 * Gives the batches of each incarnation out in their order, although a worker takes several at once: what an attempt
 * printed is told before its outcome. A gap is waited for a moment only, because a lost batch must not hold up the rest.
 */
import type { Clock, Timer } from '../../kit/clock.js';

const PATIENCE_MS = 500;

interface Stream {
  /** Undefined: nothing was heard of it yet by this process, which may have come to lead in the middle. */
  next: number | undefined;
  readonly held: Map<number, () => void>;
  patience: Timer | undefined;
}

export class ReportOrder {
  readonly #clock: Clock;
  readonly #streams = new Map<string, Stream>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `deliver` when it is this batch's turn: at once for the next and for one that comes again. */
  take({ node, seq }: { node: string; seq: number }, deliver: () => void): void {
    const stream = this.#streamOf(node);
    if (stream.next !== undefined && seq > stream.next) {
      stream.held.set(seq, deliver);
      stream.patience ??= this.#clock.setTimer(PATIENCE_MS, () => this.#skip(stream));
      return;
    }
    deliver();
    stream.next = Math.max(stream.next ?? 0, seq + 1);
    this.#release(stream);
  }

  forget(node: string): void {
    const stream = this.#streams.get(node);
    stream?.patience?.cancel();
    this.#streams.delete(node);
    for (const deliver of stream?.held.values() ?? []) deliver();
  }

  close(): void {
    for (const { patience } of this.#streams.values()) patience?.cancel();
    this.#streams.clear();
  }

  #streamOf(node: string): Stream {
    let stream = this.#streams.get(node);
    if (stream === undefined) {
      stream = { next: undefined, held: new Map(), patience: undefined };
      this.#streams.set(node, stream);
    }
    return stream;
  }

  #skip(stream: Stream): void {
    stream.patience = undefined;
    stream.next = Math.min(...stream.held.keys());
    this.#release(stream);
  }

  #release(stream: Stream): void {
    for (let next = stream.next ?? 0; stream.held.has(next); next = stream.next) {
      const deliver = stream.held.get(next);
      stream.held.delete(next);
      deliver?.();
      stream.next = next + 1;
    }
    stream.patience?.cancel();
    stream.patience =
      stream.held.size > 0 ? this.#clock.setTimer(PATIENCE_MS, () => this.#skip(stream)) : undefined;
  }
}
