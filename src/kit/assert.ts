/**
 * Assertions for programmer errors, used by every folder.
 * They stay on in production: a broken invariant stops the part that found it rather than letting it commit nonsense.
 * Never used for bad input from outside; that is a value or a typed error with its own code.
 */

/** Thrown by `assert` and `unreachable` only. Nobody catches it below the edge (process, request, executor). */
export class BrokenInvariant extends Error {
  readonly code = 'BROKEN_INVARIANT';
  override readonly name = 'BrokenInvariant';
}

/** A message that has to be composed is given as a function, so that the passing case costs nothing. */
export function assert(condition: unknown, message: string | (() => string)): asserts condition {
  if (condition) return;
  throw new BrokenInvariant(typeof message === 'string' ? message : message());
}

/** The default branch of an exhaustive switch: the compiler proves it dead, this guards it at run time. */
export function unreachable(value: never): never {
  throw new BrokenInvariant(`unreachable: no case for ${String(value)}`);
}
