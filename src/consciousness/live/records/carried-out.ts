/**
 * Requests of other servers that were carried out, the latest of them. Kept in the standing and noted in the moment of the write
 * that states what they changed, so that one which comes again, here or to the next leader, changes nothing. A value; JSON.
 */
import type { Json } from '../../../kit/json.js';
import { BoundedMap } from '../../../learning/bounded-map.js';

/** A request comes again for as long as its sender waits, and is one of few that are open then. */
const REQUESTS_MAX = 200;

export class CarriedOut {
  readonly #requests = new BoundedMap<Json>(REQUESTS_MAX);

  /** `said`: what its answer needs and cannot be read from the store. Nothing, where it is no request of another server. */
  note(requestId: string | undefined, said: Json = true): void {
    if (requestId !== undefined) this.#requests.set(requestId, said);
  }

  /** Undefined: it was not carried out. */
  said(requestId: string | undefined): Json | undefined {
    return requestId === undefined ? undefined : this.#requests.get(requestId);
  }

  snapshot(): Json {
    return [...this.#requests.entries()].map(([requestId, said]) => [requestId, said]);
  }

  restore(state: Json): void {
    this.#requests.clear();
    for (const [requestId, said] of state as unknown as [string, Json][]) this.#requests.set(requestId, said);
  }
}
