/**
 * The access of what is served beside GraphQL: pages, documents, probes. Asked by the root hook for the route that
 * matched. A route that stands neither here nor in the REST table stops the start of the server.
 */
import { fastifyPath } from '../rest/route.js';
import { ROUTES } from '../rest/routes.js';
import type { Access } from './matrix.js';

/** `public`: answered without a token from anywhere. `field`: what the GraphQL field behind it asks. */
export type PlaceAccess = Access | 'public' | 'field';

const page: Access = { role: 'VIEWER', reach: 'mesh' };

/** By the pattern of the route. */
export const PLACES: Readonly<Record<string, PlaceAccess>> = {
  /** A browser brings no token with an address; the page holds nothing, and asks for one. */
  '/': 'public',
  '/assets/:file': 'public',
  '/docs': page,
  '/favicon.ico': page,
  '/graphiql': page,
  '/graphql': 'field',
  '/openapi.json': page,
  '/schema.graphql': page,
  /** For whoever watches over processes; they say no more than up, ready, and the names of checks. */
  '/health/live': 'public',
  '/health/ready': 'public',
  '/metrics/prometheus': { role: 'VIEWER', reach: 'system' },
};

const bridged: ReadonlySet<string> = new Set(
  ROUTES.filter(({ kind }) => kind !== 'face').map(({ path }) => fastifyPath(path)),
);

export function placeOf(url: string): PlaceAccess | undefined {
  if (url.startsWith('/docs/')) return page; // what the documentation is made of
  return PLACES[url] ?? (bridged.has(url) ? 'field' : undefined);
}
