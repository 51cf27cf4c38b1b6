/**
 * A stream of payloads for one subscriber that ends at once when it is told to, even while it waits for the next
 * event. Plain async generators cannot: their `return()` queues behind the pending `next()`, which would keep an
 * abandoned subscription alive until the next event.
 *
 * States: open, until the source ends, the subscriber returns, or the outer signal aborts; then closed for good.
 */
export class ClosableStream<T> implements AsyncIterableIterator<T> {
  readonly #controller = new AbortController();
  readonly #iterator: AsyncIterator<T>;

  constructor(source: (signal: AbortSignal) => AsyncIterable<T>, outer: AbortSignal) {
    const { signal } = this.#controller;
    if (outer.aborted) this.#controller.abort(CLOSED);
    else outer.addEventListener('abort', () => this.#controller.abort(CLOSED), { once: true, signal });
    this.#iterator = source(signal)[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<T>> {
    const result = await this.#iterator.next();
    if (result.done) this.#controller.abort(CLOSED);
    return result;
  }

  async return(): Promise<IteratorResult<T>> {
    this.#controller.abort(CLOSED);
    await this.#iterator.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** An end without a reason makes an error and its stack. */
const CLOSED = 'closed';
