/**
 * What a module threw, as a code and a message. Runs in the worker thread for what the module throws, and in the
 * server for what ends the thread. Accepts anything: JavaScript throws anything.
 */
import { inspect } from 'node:util';
import { codeOr } from '../outcome.js';

export interface Thrown {
  readonly code: string;
  readonly message: string;
}

const STACK_LINES = 8;
/** Frames that say nothing to the module's author. */
const OURS = /module-(?:worker|call)\.[jt]s|node:internal/;

function text(error: Error): string {
  const stack = typeof error.stack === 'string' ? error.stack : '';
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line) && !OURS.test(line));
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.name}: ${error.cause.message}` : '';
  return [`${error.message}${cause}`, ...frames.slice(0, STACK_LINES)].join('\n');
}

/** The code is `error.code`, else `error.name`; that is what a retry policy's `nonRetryableErrors` names. */
export function thrown(error: unknown): Thrown {
  try {
    if (!(error instanceof Error))
      return { code: 'ERROR', message: typeof error === 'string' ? error : inspect(error, { depth: 1 }) };
    const { code } = error as NodeJS.ErrnoException;
    return { code: codeOr(codeOr('ERROR', error.name), code), message: text(error) };
  } catch {
    // A getter of the thrown value threw in turn.
    return { code: 'ERROR', message: 'The module threw a value that cannot be read.' };
  }
}
