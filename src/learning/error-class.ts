/**
 * What a failure code says about the next attempt. Used as a feature, and for tuning retries: codes are many and the authors
 * of modules add their own, classes are few enough to learn from.
 */
export const ERROR_CLASSES = ['TIME', 'MEMORY', 'CRASH', 'NETWORK', 'BUSY', 'REFUSED', 'OTHER'] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** The first that fits counts: a connection that timed out is of the network, `HTTP_429` asks to wait. */
const patterns: readonly (readonly [RegExp, ErrorClass])[] = [
  [/HTTP_(429|503)|THROTTL|RATE_LIMIT|TOO_MANY_REQUESTS|OVERLOAD|BUSY|LOCKED/, 'BUSY'],
  [/CONNECT|DNS|HOST|NETWORK|TLS|RESPONSE_TIMEOUT|SOCKET|ECONN|ETIMEDOUT|EAI_AGAIN|HTTP_5/, 'NETWORK'],
  [/MEMORY|OOM|SIGKILL|EXIT_137/, 'MEMORY'],
  [/TIMEOUT|TIMED_OUT|DEADLINE|EXIT_124/, 'TIME'],
  [/INVALID|NOT_FOUND|UNSUPPORTED|DENIED|REFUSED|OUTSIDE|UNRESOLVED|TOO_LARGE|HTTP_4|EXECUTABLE/, 'REFUSED'],
  [/CRASH|SIG[A-Z]+|LOST|SHUTDOWN|QUARANTINED|EXITED|WORKER_FAILED|SPAWN|EXIT_1(3[4-9]|43)/, 'CRASH'],
];

export function errorClassOf(code: string): ErrorClass {
  return patterns.find(([pattern]) => pattern.test(code))?.[1] ?? 'OTHER';
}
