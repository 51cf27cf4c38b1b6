/**
 * The private directory of one attempt (mode 0700): its inputs, its standard input and the file it may write its
 * output to. Called by the command run, which removes it when the attempt has ended. Synchronous on purpose: it runs
 * in the command host, where five small calls cost 0.1 ms and the thread pool would cost five times that.
 */
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../kit/json.js';

export type OutputFile =
  | { readonly kind: 'absent' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'unreadable'; readonly reason: string };

export class AttemptFiles {
  readonly dir: string;
  readonly inputsPath: string;
  readonly outputPath: string;

  constructor(parentDir: string, inputs: JsonObject) {
    mkdirSync(parentDir, { recursive: true, mode: 0o700 });
    this.dir = mkdtempSync(join(parentDir, 'attempt-'));
    this.inputsPath = join(this.dir, 'inputs.json');
    this.outputPath = join(this.dir, 'output.json');
    writeFileSync(this.inputsPath, JSON.stringify(inputs), { mode: 0o600 });
  }

  /**
   * A descriptor that reads `text`; the caller closes it. A file and not a pipe: it cannot fill up, break or block,
   * whether the command reads all of it, some of it or nothing.
   */
  openStdin(text: string): number {
    const path = join(this.dir, 'stdin');
    writeFileSync(path, text, { mode: 0o600 });
    return openSync(path, 'r');
  }

  /** What the command left in its output file. A link or a pipe in its place is not followed and cannot block us. */
  readOutput(bytesMax: number): OutputFile {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(
        this.outputPath,
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
      const stat = fstatSync(descriptor);
      if (!stat.isFile()) return { kind: 'unreadable', reason: 'it is not a regular file' };
      if (stat.size > bytesMax) return { kind: 'tooLarge' };
      const bytes = Buffer.alloc(stat.size);
      const length = readSync(descriptor, bytes, 0, stat.size, 0);
      const text = bytes.toString('utf8', 0, length);
      return text.trim() === '' ? { kind: 'absent' } : { kind: 'text', text };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      return code === 'ENOENT' ? { kind: 'absent' } : { kind: 'unreadable', reason: String(code) };
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
