/**
 * Identifiers: UUID version 7 (RFC 9562), whose text sorts by time of making.
 * One `IdSource` per process, made by the composition root; the simulation makes one from the virtual clock and a seed.
 */
import type { Clock } from './clock.js';
import type { Random } from './random.js';

const DIGITS = Buffer.from('0123456789abcdef', 'latin1');
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Any UUID in the hyphenated text form, of any version, in either case. */
export function isUuid(text: string): boolean {
  return text.length === 36 && UUID.test(text);
}

/**
 * Every id is greater than the one before, also within a millisecond, when the machine's clock goes back, and beyond 2^29 ids
 * in one millisecond (the timestamp then runs ahead by one).
 *
 * Layout (RFC 9562 section 6.2, method 1): 48 bits of milliseconds, version, a 30-bit counter in rand_a (12) and the top of
 * rand_b (18), 44 random bits. A new millisecond seeds the counter at random with its top bit clear, which leaves 2^29 steps.
 */
export class IdSource {
  readonly #clock: Pick<Clock, 'wall'>;
  readonly #random: Random;
  #timestampMs = -1;
  #counter = 0;
  /**
   * The last id. Written in place and copied out: 0.06 µs, and the string is flat. Joined from pieces it took 0.8 µs and
   * 0.2 more when it was first read, and a submission of 50,000 edges makes 60,000 ids.
   */
  readonly #text = Buffer.from('00000000-0000-7000-8000-000000000000', 'latin1');

  constructor(clock: Pick<Clock, 'wall'>, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  next(): string {
    this.#step(Math.floor(this.#clock.wall()));
    const counter = this.#counter;
    const unit = this.#random.next();
    const middle = Math.floor(unit * 0x1000);
    const tail = Math.floor((unit * 0x1000 - middle) * 0x1_0000_0000);
    this.#write(14, 0x7000 | (counter >>> 18));
    this.#write(19, 0x8000 | ((counter >>> 4) & 0x3fff));
    this.#write(24, ((counter & 0xf) << 12) | middle);
    this.#write(28, tail >>> 16);
    this.#write(32, tail);
    return this.#text.toString('latin1');
  }

  /** Four digits. */
  #write(at: number, word: number): void {
    this.#text[at] = DIGITS[(word >>> 12) & 0xf] as number;
    this.#text[at + 1] = DIGITS[(word >>> 8) & 0xf] as number;
    this.#text[at + 2] = DIGITS[(word >>> 4) & 0xf] as number;
    this.#text[at + 3] = DIGITS[word & 0xf] as number;
  }

  #step(wallMs: number): void {
    if (wallMs > this.#timestampMs) this.#enter(wallMs);
    else if (this.#counter === 0x3fff_ffff) this.#enter(this.#timestampMs + 1);
    else this.#counter++;
  }

  #enter(timestampMs: number): void {
    this.#timestampMs = timestampMs;
    this.#counter = Math.floor(this.#random.next() * 0x2000_0000);
    const text = timestampMs.toString(16).padStart(12, '0');
    this.#text.write(`${text.slice(0, 8)}-${text.slice(8)}`, 'latin1');
  }
}
