/**
 * Everything a module says, as lines: its `log` function, `console`, and what it writes to stdout and stderr. Runs in
 * the worker thread. Each line is posted at once, because a module that then blocks its thread would never let a
 * buffer go; after the log's limit nothing more is posted, so a flood cannot fill the server's memory.
 */
import { formatWithOptions, inspect } from 'node:util';
import type { LogLevel, LogStream } from '../../lifecycle/vocabulary.js';
import { LINE_OVERHEAD_BYTES } from '../attempt-log.js';
import { levelOf, levelWord } from '../log-level.js';
import { LineSplitter } from '../log-lines.js';
import type { Said } from './module-messages.js';

export type Say = (said: Said) => void;

/** As modules get it: `log('text')`, `log('text', 'WARN')`, `log.error('text')`. */
export interface ModuleLog {
  (text: unknown, level?: string): void;
  debug(text: unknown): void;
  info(text: unknown): void;
  warn(text: unknown): void;
  error(text: unknown): void;
}

export class ModuleConsole {
  readonly #post: Say;
  #say: Say = () => undefined;
  #bytesLeft = 0;
  readonly #partial: LineSplitter[] = [];

  /** Takes over this thread's console and standard streams for good. */
  constructor(post: Say) {
    this.#post = post;
    this.#takeConsole();
    this.#takeStream(process.stdout, 'STDOUT');
    this.#takeStream(process.stderr, 'STDERR');
  }

  /** From now on what is said belongs to this attempt. */
  begin(bytesMax: number): void {
    this.#bytesLeft = bytesMax;
    this.#say = this.#post;
  }

  /** Posts unfinished lines; what is said later belongs to nobody. */
  end(): void {
    for (const splitter of this.#partial) splitter.end();
    this.#say = () => undefined;
  }

  log(): ModuleLog {
    const at = (level: LogLevel) => (text: unknown) => this.#lines('LOG', level, asText(text));
    const log = (text: unknown, level?: string): void => at(levelWord(String(level)) ?? 'INFO')(text);
    return Object.assign(log, { debug: at('DEBUG'), info: at('INFO'), warn: at('WARN'), error: at('ERROR') });
  }

  /** Counts as attempt-log.ts does: one line too many arrives there, and the mark is written. */
  #line(stream: LogStream, level: LogLevel, text: string): void {
    if (this.#bytesLeft < 0) return;
    this.#bytesLeft -= Buffer.byteLength(text) + LINE_OVERHEAD_BYTES;
    this.#say({ type: 'line', stream, level, text });
  }

  #lines(stream: LogStream, level: LogLevel, text: string): void {
    if (this.#bytesLeft < 0) return;
    const splitter = new LineSplitter((line) => this.#line(stream, level, line));
    splitter.push(Buffer.from(`${text}\n`));
  }

  #takeConsole(): void {
    const taken =
      (stream: LogStream, level: LogLevel) =>
      (...values: unknown[]) =>
        this.#lines(stream, level, formatWithOptions({ colors: false }, ...values));
    Object.assign(console, {
      debug: taken('STDOUT', 'DEBUG'),
      log: taken('STDOUT', 'INFO'),
      info: taken('STDOUT', 'INFO'),
      warn: taken('STDERR', 'WARN'),
      error: taken('STDERR', 'ERROR'),
      trace: taken('STDERR', 'DEBUG'),
    });
  }

  #takeStream(target: NodeJS.WriteStream, stream: LogStream): void {
    const splitter = new LineSplitter((text) => this.#line(stream, levelOf(text, stream), text));
    this.#partial.push(splitter);
    type Done = (error?: Error | null) => void;
    target.write = (chunk: Uint8Array | string, encoding?: BufferEncoding | Done, done?: Done): boolean => {
      const isNamed = typeof encoding === 'string';
      if (this.#bytesLeft >= 0)
        splitter.push(
          typeof chunk === 'string' ? Buffer.from(chunk, isNamed ? encoding : 'utf8') : Buffer.from(chunk),
        );
      const callback = isNamed ? done : (encoding ?? done);
      if (callback) queueMicrotask(() => callback(null));
      return true;
    };
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value);
}
