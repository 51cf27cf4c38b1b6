/**
 * Real pipes for what commands print. Node's own `pipe` is a socket pair, on which `echo x > /dev/stderr` and
 * `tee /dev/stdout` fail with ENXIO; a named pipe has no such flaw, costs the same, and its name can be used again.
 * Called once or twice per attempt by the command host. Where named pipes cannot be made it falls back to Node's.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** One mkfifo process makes this many; names are used again, so few attempts pay for it. */
const BATCH = 32;

/** States: open (ours and the child's ends) → handed over (only the child writes) → ended. */
export interface OutputPipe {
  /** For `stdio` of spawn. */
  readonly stdio: number | 'pipe';
  /** After the spawn: closes our writing end and answers the stream to read. */
  attach(childStream: Readable | null): Readable;
  /** Instead of `attach`, when there is no child. */
  discard(): void;
  /** After the stream has closed. `ended`: every writer is gone, so the pipe can serve again. */
  release(ended: boolean): void;
}

const SOCKET_PAIR: OutputPipe = {
  stdio: 'pipe',
  attach: (childStream) => childStream as Readable,
  discard: () => undefined,
  release: () => undefined,
};

export class PipePool {
  readonly #parentDir: string;
  readonly #free: string[] = [];
  #dir: string | undefined;
  #made = 0;
  #unsupported = false;

  constructor(parentDir: string) {
    this.#parentDir = parentDir;
  }

  take(): OutputPipe {
    try {
      if (this.#free.length === 0 && !this.#unsupported) this.#make();
      const path = this.#free.pop();
      return path === undefined ? SOCKET_PAIR : this.#open(path);
    } catch {
      // Somebody tidied the state directory up, or it is full: a command with lesser pipes is better than none.
      return SOCKET_PAIR;
    }
  }

  close(): void {
    if (this.#dir !== undefined) rmSync(this.#dir, { recursive: true, force: true });
  }

  #make(): void {
    mkdirSync(this.#parentDir, { recursive: true, mode: 0o700 });
    this.#dir ??= mkdtempSync(join(this.#parentDir, 'pipes-'));
    const dir = this.#dir;
    const paths = Array.from({ length: BATCH }, () => join(dir, `pipe-${this.#made++}`));
    const result = spawnSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' });
    if (result.status === 0) this.#free.push(...paths);
    else this.#unsupported = true;
  }

  #open(path: string): OutputPipe {
    // The reading end first and without blocking: opening the writing end waits for a reader.
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeEnd = openOrClose(path, readEnd);
    return {
      stdio: writeEnd,
      attach: () => {
        closeSync(writeEnd);
        return new Socket({ fd: readEnd, readable: true, writable: false });
      },
      discard: () => {
        closeSync(writeEnd);
        closeSync(readEnd);
        this.#free.push(path);
      },
      release: (ended) => {
        if (ended) this.#free.push(path);
        else rmSync(path, { force: true });
      },
    };
  }
}

/** Opens for writing; when that fails (no descriptors left) the reading end does not stay open. */
function openOrClose(path: string, readEnd: number): number {
  try {
    return openSync(path, constants.O_WRONLY);
  } catch (error) {
    closeSync(readEnd);
    throw error;
  }
}
