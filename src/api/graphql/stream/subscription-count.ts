/**
 * How many subscriptions are open, and the limit of that. The door enters one for each and leaves when its stream has
 * ended, whoever ended it.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';

export interface SubscriptionPlace {
  /** Harmless when called twice. */
  leave(): void;
}

export class SubscriptionCount {
  #open = 0;

  constructor(readonly max: number) {}

  get open(): number {
    return this.#open;
  }

  /** Undefined when all places are taken. */
  enter(): SubscriptionPlace | undefined {
    if (this.#open >= this.max) return undefined;
    this.#open++;
    let inside = true;
    return {
      leave: () => {
        if (inside) this.#open--;
        inside = false;
      },
    };
  }

  full(): GraphQLError {
    const message = `all ${this.max} subscriptions of this server are in use; end one or raise [server] subscriptions_max`;
    return new GraphQLError(message, { extensions: { code: 'OVERLOADED', limit: this.max } });
  }
}

export interface Shapes {
  readonly result: (result: ExecutionResult) => ExecutionResult;
  /** Asked before each delivery: why this subscriber may have no more. */
  readonly refusal: () => GraphQLError | undefined;
  /** Of an error that ended the source. */
  readonly failure: (error: unknown) => GraphQLError;
}

/** The stream of a subscription that holds a place, everything that leaves it shaped. */
export function counted(
  stream: AsyncGenerator<ExecutionResult>,
  place: SubscriptionPlace,
  shapes: Shapes,
): AsyncGenerator<ExecutionResult> {
  const ended = async (result: IteratorResult<ExecutionResult>): Promise<IteratorResult<ExecutionResult>> => {
    const refusal = result.done ? undefined : shapes.refusal();
    if (refusal !== undefined) {
      place.leave();
      await stream.return(undefined);
      throw refusal;
    }
    if (result.done) place.leave();
    return result.done ? result : { done: false, value: shapes.result(result.value) };
  };
  const failed = (error: unknown): never => {
    place.leave();
    throw shapes.failure(error);
  };
  return {
    next: () => stream.next().then(ended, failed),
    return: (value) => stream.return(value).finally(() => place.leave()),
    throw: (error) => stream.throw(error).finally(() => place.leave()),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return(undefined);
    },
  } as AsyncGenerator<ExecutionResult>;
}
