/**
 * What a GraphQL operation brings with it, and nothing else: who asks, the loaders of this one operation, its id and
 * the signal that it was given up. Made by the door for every operation; resolvers read it.
 */
import type { Reads } from '../store/reads.js';
import type { Viewer } from './door.js';
import type { Loaders } from './graphql/loaders.js';

export interface ApiContext {
  readonly viewer: Viewer;
  /** Of what the viewer has shown; wall clock, ms. Null: never. */
  readonly expiresAt: number | null;
  /** What there is for the viewer: of its tenant. */
  readonly reads: Reads;
  readonly loaders: Loaders;
  readonly requestId: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}
