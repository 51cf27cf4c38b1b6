/**
 * Requests of other servers that were carried out, the latest of them. Kept in the standing and noted in the moment of the write
 * that states what they changed, so that one which comes again, here or to the next leader, changes nothing. A value; JSON.
 */
import type { Json } from '../../../kit/json.js';
import { BoundedMap } from '../../../learning/bounded-map.js';

/** A request comes again for as long as its sender waits, and is one of few that are open then. */
const REQUESTS_MAX = 200;

export interface Carried {
  /** Undefined: it is no request of another server. */
  readonly requestId: string | undefined;
  /** What its answer needs and cannot be read from the store. */
  readonly said?: Json | undefined;
}

export class CarriedOut {
  readonly #requests = new BoundedMap<Json>(REQUESTS_MAX);

  note({ requestId, said = true }: Carried): void {
    if (requestId !== undefined) this.#requests.set(requestId, said);
  }

  /** Undefined: it was not carried out. */
  said(requestId: string | undefined): Json | undefined {
    return requestId === undefined ? undefined : this.#requests.get(requestId);
  }

  /** With `more` after all that are noted. */
  snapshot(more: readonly Carried[] = []): Json {
    const noted = [...this.#requests.entries()].map(([requestId, said]) => [requestId, said]);
    const others = more.flatMap(({ requestId, said = true }) =>
      requestId === undefined ? [] : [[requestId, said]],
    );
    return [...noted, ...others];
  }

  restore(state: Json): void {
    this.#requests.clear();
    for (const [requestId, said] of state as unknown as [string, Json][]) this.#requests.set(requestId, said);
  }
}
