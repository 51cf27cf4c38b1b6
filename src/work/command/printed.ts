/**
 * What of a command's printed bytes outlives them: the last line of stdout (the output, when no file was written) and
 * the end of stderr (the message of a failure). Called with every chunk, before and after the log is full; memory is
 * bounded whatever is printed.
 */
const NEWLINE = 10;

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 32 && (byte < 9 || byte > 13)) return false;
  return true;
}

/** `text` is undefined when nothing but blank lines was printed, or when the line was too long to keep. */
export interface PrintedLine {
  readonly text: string | undefined;
  readonly tooLong: boolean;
}

/** Keeps the last line that is not blank, whole up to `bytesMax`; a longer one is known to be too long and not kept. */
export class LastLine {
  readonly #bytesMax: number;
  #complete: Buffer | 'tooLong' | undefined;
  /** The line that has not ended yet, in pieces. */
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  push(chunk: Buffer): void {
    const lastBreak = chunk.lastIndexOf(NEWLINE);
    if (lastBreak < 0) return this.#append(chunk);
    this.#closeAt(chunk, lastBreak);
    this.#pieces = [];
    this.#length = 0;
    this.#append(chunk.subarray(lastBreak + 1));
  }

  get(): PrintedLine {
    const rest = this.#open();
    const line = rest === 'tooLong' || !isBlank(rest) ? rest : this.#complete;
    if (line === undefined || line === 'tooLong') return { text: undefined, tooLong: line === 'tooLong' };
    const text = line.toString('utf8').trim();
    // A progress bar redrawn with \r before the result is not part of it.
    return { text: text.includes('\r') ? (text.split('\r').at(-1) as string).trim() : text, tooLong: false };
  }

  #append(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    if (this.#length > this.#bytesMax) this.#pieces = [];
    else this.#pieces.push(Buffer.from(bytes));
  }

  #open(): Buffer | 'tooLong' {
    return this.#length > this.#bytesMax ? 'tooLong' : Buffer.concat(this.#pieces);
  }

  /** Looks backwards from the last break for the last line that says something. */
  #closeAt(chunk: Buffer, lastBreak: number): void {
    let end = lastBreak;
    while (end >= 0) {
      const previous = end === 0 ? -1 : chunk.lastIndexOf(NEWLINE, end - 1);
      if (previous < 0) break;
      const line = chunk.subarray(previous + 1, end);
      if (!isBlank(line)) return this.#settle(line);
      end = previous;
    }
    this.#append(chunk.subarray(0, Math.max(end, 0)));
    const first = this.#open();
    if (first === 'tooLong' || !isBlank(first)) this.#settle(first);
  }

  #settle(line: Buffer | 'tooLong'): void {
    this.#complete = line === 'tooLong' || line.length > this.#bytesMax ? 'tooLong' : Buffer.from(line);
  }
}

/** The last bytes of a stream. */
export class Tail {
  readonly #bytesMax: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  push(chunk: Buffer): void {
    const joined = chunk.length >= this.#bytesMax ? chunk : Buffer.concat([this.#bytes, chunk]);
    this.#bytes = Buffer.from(joined.subarray(-this.#bytesMax));
  }

  /** The last `count` lines; a cut first line is dropped when others follow. */
  lines(count: number): string {
    const lines = this.#bytes.toString('utf8').trimEnd().split(/\r?\n/);
    const whole = this.#bytes.length === this.#bytesMax && lines.length > 1 ? lines.slice(1) : lines;
    return whole.slice(-count).join('\n');
  }
}
