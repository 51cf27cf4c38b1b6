/**
 * How many subscriptions are open, and the limit of that. The door enters one for each and leaves when its stream has
 * ended, whoever ended it.
 */
import { GraphQLError } from 'graphql';

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
