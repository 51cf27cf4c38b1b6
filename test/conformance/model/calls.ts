/** Stands before a store and counts the calls under way, so that a test knows when all is quiet; and lets none through once its process is dead. */
import type { Store } from '../../../src/store/store.js';

type Call = (...parts: unknown[]) => Promise<unknown>;

export class Calls {
  readonly store: Store;
  readonly #underWay = new Set<Promise<unknown>>();
  #dead = false;

  constructor(store: Store) {
    this.store = new Proxy(store, { get: (target, name) => this.#watched(target, name as keyof Store) });
  }

  /** From now on every call hangs for ever, as in a process that is no more. */
  kill(): void {
    this.#dead = true;
  }

  /** Resolves when no call is under way and none follows from those that were. */
  async quiet(): Promise<void> {
    for (let calm = 0; calm < 2; calm++) {
      if (this.#underWay.size > 0) calm = 0;
      await Promise.allSettled(this.#underWay);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  #watched(store: Store, name: keyof Store): Call {
    return (...parts) => {
      if (this.#dead) return new Promise(() => {});
      const call = (store[name] as Call).apply(store, parts);
      // a follower waits for the lead as long as somebody else has it
      if (name !== 'lead') this.#follow(call);
      return call;
    };
  }

  #follow(call: Promise<unknown>): void {
    this.#underWay.add(call);
    const over = (): void => void this.#underWay.delete(call);
    call.then(over, over);
  }
}
