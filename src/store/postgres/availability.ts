/**
 * Says UNAVAILABLE where the database could not be asked: it is starting, stopping, failing over or gone, and the caller
 * may try again. Put by the composition root around everything that reads. An answer of the database that says something
 * about the question stays what it is: a fault of ours.
 */
import { RefusedError } from '../../lifecycle/refusal.js';
import { isTransientState } from './commit/commit-errors.js';

const LOST_LINKS = new Set([
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
  ],
  // Prisma: server not reached, timed out, closed the connection, no connection free (its error reference)
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024'],
  ...['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'],
]);
/** What `pg` says of a link that broke, without any code. */
const LOST_LINK =
  /connection terminated|timeout exceeded when trying to connect|connection error and is not queryable/i;
const DEPTH_MAX = 6;

export function sayingUnavailable<T extends object>(part: T): T {
  return new Proxy(part, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const answer: unknown = member.apply(target, args);
        // Prisma's promises are none: they begin when somebody waits for them.
        return isThenable(answer) ? Promise.resolve(answer).catch((error: unknown) => refuse(error)) : answer;
      };
    },
  });
}

function isThenable(answer: unknown): answer is PromiseLike<unknown> {
  return typeof (answer as { then?: unknown } | null | undefined)?.then === 'function';
}

function refuse(error: unknown): never {
  const why = whyAway(error);
  if (why === undefined) throw error;
  const message = `the database does not answer at this moment (${why}); try again shortly`;
  const refused = new RefusedError({ code: 'UNAVAILABLE', message });
  refused.cause = error;
  throw refused;
}

/** Prisma wraps the driver's error in one or two of its own, each under another name. */
function whyAway(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > DEPTH_MAX) return undefined;
  const { code, originalCode, kind, message, cause, meta, driverAdapterError, errors } = error as Record<
    string,
    unknown
  >;
  for (const name of [originalCode, code, kind]) {
    if (typeof name === 'string' && (LOST_LINKS.has(name) || isTransientState(name))) return name;
  }
  if (typeof message === 'string' && LOST_LINK.test(message)) return 'connection lost';
  for (const inner of [cause, driverAdapterError, meta, Array.isArray(errors) ? errors[0] : undefined]) {
    const why = whyAway(inner, depth + 1);
    if (why !== undefined) return why;
  }
  return undefined;
}
