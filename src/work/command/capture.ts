/**
 * Reads what a command prints: stdout and stderr into log lines, the last line and the tail kept for the outcome.
 * Called by the command run. Reading is as fast as the command prints and keeps nothing, so a flood costs time, not
 * memory: after the log's limit, chunks are only looked at for their last line.
 */
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Clock } from '../../kit/clock.js';
import type { AttemptLog } from '../attempt-log.js';
import { LineSplitter } from '../log-lines.js';
import type { OutputPipe } from './pipe-pool.js';
import { LastLine, type PrintedLine, Tail } from './printed.js';

export interface OutputPipes {
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
}

const TAIL_BYTES = 4_096;
/** Nothing of the command runs any more when this starts: what is left is at most a pipe's buffer. */
const DRAIN_MS = 2_000;

/** Resolves true when the stream ended by itself: every process that could write to it is gone. */
function closed(stream: Readable): Promise<boolean> {
  return new Promise((resolve) => {
    let ended = false;
    stream.once('end', () => {
      ended = true;
    });
    stream.once('close', () => resolve(ended));
    // A broken pipe of ours ends the capture, not the server.
    stream.on('error', () => stream.destroy());
  });
}

export class Capture {
  readonly #log: AttemptLog;
  readonly #lastLine: LastLine;
  readonly #errors = new Tail(TAIL_BYTES);
  readonly #streams: Readable[];
  readonly #ended: Promise<void>;

  constructor(child: ChildProcess, pipes: OutputPipes, log: AttemptLog, lineBytesMax: number) {
    this.#log = log;
    this.#lastLine = new LastLine(lineBytesMax);
    const stdout = pipes.stdout.attach(child.stdout);
    const stderr = pipes.stderr.attach(child.stderr);
    this.#streams = [stdout, stderr];
    this.#ended = Promise.all([
      this.#read(stdout, 'STDOUT', this.#lastLine, pipes.stdout),
      this.#read(stderr, 'STDERR', this.#errors, pipes.stderr),
    ]).then(() => undefined);
  }

  /** The last line of stdout, once drained. */
  lastLine(): PrintedLine {
    return this.#lastLine.get();
  }

  lastErrors(): string {
    return this.#errors.lines(8);
  }

  /** Resolves when everything printed has been read, or what holds the pipe open is none of ours. */
  async drain(clock: Clock): Promise<void> {
    const timer = clock.setTimer(DRAIN_MS, () => {
      for (const stream of this.#streams) stream.destroy();
    });
    await this.#ended;
    timer.cancel();
  }

  async #read(
    stream: Readable,
    name: 'STDOUT' | 'STDERR',
    keep: { push(chunk: Buffer): void },
    pipe: OutputPipe,
  ): Promise<void> {
    const splitter = new LineSplitter((text) => this.#log.write(name, text));
    stream.on('data', (chunk: Buffer) => {
      keep.push(chunk);
      if (this.#log.isFull) this.#log.alive();
      else splitter.push(chunk);
    });
    pipe.release(await closed(stream));
    splitter.end();
  }
}
