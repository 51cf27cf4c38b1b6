/**
 * The captured log of one attempt, with its limit: what executors write to, in front of the sink. After the limit one
 * line says so and the rest is dropped; the work goes on. Never blocks and never buffers.
 */
import type { Clock } from '../kit/clock.js';
import type { LogLevel, LogStream } from '../lifecycle/vocabulary.js';
import type { AttemptSink } from './attempt.js';
import { levelOf } from './log-level.js';

export const LOG_BYTES_MAX = 10 * 1_048_576;
/** What a line costs besides its text: else ten million empty lines would fit. */
export const LINE_OVERHEAD_BYTES = 32;

function sizeText(bytes: number): string {
  return bytes % 1_048_576 === 0 ? `${bytes / 1_048_576} MB` : `${bytes} bytes`;
}

export class AttemptLog {
  readonly #sink: AttemptSink;
  readonly #clock: Clock;
  readonly #bytesMax: number;
  #bytes = 0;
  #full = false;

  constructor(sink: AttemptSink, clock: Clock, bytesMax: number = LOG_BYTES_MAX) {
    this.#sink = sink;
    this.#clock = clock;
    this.#bytesMax = bytesMax;
  }

  /** From then on nothing that the work prints is kept: the caller may stop decoding it. */
  get isFull(): boolean {
    return this.#full;
  }

  write(stream: LogStream, text: string, level: LogLevel = levelOf(text, stream)): void {
    if (this.#full) return;
    this.#bytes += Buffer.byteLength(text) + LINE_OVERHEAD_BYTES;
    if (this.#bytes > this.#bytesMax) {
      this.#full = true;
      this.note('WARN', `log truncated at ${sizeText(this.#bytesMax)}`);
    } else {
      this.#sink.log({ at: this.#clock.wall(), stream, level, text });
    }
  }

  /** A line of ours about the work; few, so they do not count. */
  note(level: LogLevel, text: string): void {
    this.#sink.log({ at: this.#clock.wall(), stream: 'LOG', level, text });
  }

  /** The work shows signs of life without a line. */
  alive(): void {
    this.#sink.heartbeat();
  }
}
