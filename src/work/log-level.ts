/**
 * The level of a captured line. Rule: a line that says its level keeps it: it starts, after an optional date and time
 * and opening bracket, with a level word, or it is a JSON log (pino, bunyan, structlog, Google) with a `level` or
 * `severity` field. Any other line on stdout is INFO, on stderr WARN. Only the first 256 characters are read.
 */
import type { LogLevel, LogStream } from '../lifecycle/vocabulary.js';

const WORDS: { readonly [word: string]: LogLevel } = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  notice: 'INFO',
  warn: 'WARN',
  warning: 'WARN',
  error: 'ERROR',
  fatal: 'ERROR',
  critical: 'ERROR',
};
const ALTERNATIVES = Object.keys(WORDS).join('|');
/** Put together, so test/attack/regexes.test.ts checks it by its name. */
export const LEADING = new RegExp(
  `^(?:[\\d:.,/TZ+\\-]{5,40}[ \\t]+){0,3}[[<(]?(${ALTERNATIVES})(?![A-Za-z0-9_])`,
  'i',
);
const FIELD = /"(?:level|severity)" ?: ?(?:"([A-Za-z]{1,10})"|(\d{1,3})\b)/;
const HEAD = 256;

export function levelWord(word: string): LogLevel | undefined {
  const lower = word.toLowerCase();
  return Object.hasOwn(WORDS, lower) ? WORDS[lower] : undefined;
}

/** pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
function numericLevel(level: number): LogLevel {
  if (level >= 50) return 'ERROR';
  if (level >= 40) return 'WARN';
  return level >= 30 ? 'INFO' : 'DEBUG';
}

export function levelOf(text: string, stream: LogStream): LogLevel {
  const fallback: LogLevel = stream === 'STDERR' ? 'WARN' : 'INFO';
  const head = text.length > HEAD ? text.slice(0, HEAD) : text;
  if (head.startsWith('{')) {
    const field = FIELD.exec(head);
    if (field?.[2] !== undefined) return numericLevel(Number(field[2]));
    return (field?.[1] && levelWord(field[1])) || fallback;
  }
  const word = LEADING.exec(head)?.[1];
  return (word && levelWord(word)) || fallback;
}
