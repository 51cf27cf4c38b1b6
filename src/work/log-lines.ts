/**
 * Bytes of a stream into lines of text. Called with every chunk a command prints; never holds more than one line.
 * Lines are cut at the byte level and decoded whole, so a character split between two chunks arrives intact; broken
 * UTF-8 becomes U+FFFD. `\n`, `\r\n` and a lone `\r` (a progress bar) each end a line; other control characters stay.
 */
import { storable } from './output.js';

export const LINE_BYTES_MAX = 65_536;
const NEWLINE = 10;
const RETURN = 13;

/** Where to cut so that no character is split: at most three bytes before `at`. */
function characterStart(bytes: Buffer, at: number): number {
  let start = at;
  while (start > at - 3 && start > 0 && ((bytes[start] as number) & 0xc0) === 0x80) start--;
  return start;
}

export class LineSplitter {
  readonly #emit: (text: string) => void;
  readonly #bytesMax: number;
  /** The beginning of a line that has not ended; an own copy, because streams reuse and pool their chunks. */
  #rest: Buffer = Buffer.alloc(0);
  /** Has something of the present line been emitted? Then it is not an empty one. */
  #isContinued = false;

  constructor(emit: (text: string) => void, bytesMax: number = LINE_BYTES_MAX) {
    this.#emit = emit;
    this.#bytesMax = bytesMax;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    // What was kept holds no newline: looking at it again would cost a long line the square of its length.
    let searchFrom = this.#rest.length;
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE, searchFrom); at >= 0; at = bytes.indexOf(NEWLINE, searchFrom)) {
      this.#endLine(bytes.subarray(from, at));
      from = at + 1;
      searchFrom = from;
    }
    this.#keep(bytes.subarray(from));
  }

  /** The stream ended: what is left is the last line. */
  end(): void {
    if (this.#rest.length > 0) this.#endLine(this.#rest);
    this.#rest = Buffer.alloc(0);
  }

  /** A `\r` followed by anything but `\n` ends a line now: who watches a progress bar wants to see it move. */
  #keep(bytes: Buffer): void {
    let rest = bytes;
    const lastReturn = rest.subarray(0, -1).lastIndexOf(RETURN);
    if (lastReturn >= 0) {
      this.#write(rest.subarray(0, lastReturn));
      rest = rest.subarray(lastReturn + 1);
    }
    while (rest.length > this.#bytesMax) rest = this.#cut(rest);
    this.#rest = Buffer.from(rest);
  }

  #endLine(bytes: Buffer): void {
    this.#write(bytes);
    if (!this.#isContinued) this.#emit('');
    this.#isContinued = false;
  }

  #write(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > this.#bytesMax) rest = this.#cut(rest);
    this.#emitParts(rest.toString('utf8'));
  }

  /** Emits the first `bytesMax` bytes of an overlong line; answers what follows. */
  #cut(bytes: Buffer): Buffer {
    const end = characterStart(bytes, this.#bytesMax);
    this.#emitParts(bytes.toString('utf8', 0, end));
    return bytes.subarray(end);
  }

  #emitParts(text: string): void {
    const parts = text.includes('\r') ? text.split('\r') : [text];
    for (const part of parts) {
      if (part === '') continue;
      this.#isContinued = true;
      this.#emit(storable(part));
    }
  }
}
