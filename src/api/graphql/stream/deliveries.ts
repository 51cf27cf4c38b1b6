/**
 * The stream of a subscription that holds a place: what its source yields, executed and shaped. The door makes one for each.
 *
 * States: open, until the source ends or fails, the subscriber returns, or may have no more; then over for good, its place left.
 */
import type { ExecutionResult, GraphQLError } from 'graphql';
import type { SubscriptionPlace } from './subscription-count.js';

export interface Delivering {
  /** Of a payload, as it leaves. */
  readonly result: (payload: unknown) => Promise<ExecutionResult> | ExecutionResult;
  /** Asked before each delivery: why this subscriber may have no more. */
  readonly refusal: () => GraphQLError | undefined;
  /** Of an error that ended the source. */
  readonly failure: (error: unknown) => GraphQLError;
}

const OVER = { done: true, value: undefined } as const;

export class Deliveries implements AsyncIterableIterator<ExecutionResult> {
  readonly #source: AsyncIterator<unknown>;
  readonly #place: SubscriptionPlace;
  readonly #delivering: Delivering;

  constructor(source: AsyncIterable<unknown>, place: SubscriptionPlace, delivering: Delivering) {
    this.#source = source[Symbol.asyncIterator]();
    this.#place = place;
    this.#delivering = delivering;
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    const { result, refusal, failure } = this.#delivering;
    let why: GraphQLError | undefined;
    try {
      const step = await this.#source.next();
      if (step.done) {
        this.#place.leave();
        return OVER;
      }
      const made = result(step.value);
      const value = made instanceof Promise ? await made : made;
      why = refusal();
      if (why === undefined) return { done: false, value };
    } catch (error) {
      why = failure(error);
    }
    await this.return();
    throw why;
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#place.leave();
    await this.#source.return?.();
    return OVER;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
