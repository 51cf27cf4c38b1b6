/**
 * One subscriber of a feed: what it has been given, and what waits for it. Used by the event feed and the log feed,
 * which offer it what is published; it reads the rest from the store. It holds at most 256 items, whatever its reader
 * does, and never makes anyone wait.
 *
 * States: replaying (reads pages from the store behind `#cursor`; offers only tell how far there is something) and
 * live (offers go into the buffer). It is live from the beginning where it begins in the present; else it goes live when a page shows that nothing known is left, and falls back to
 * replaying when an offer does not join on to the last one or the buffer is full. Since `#cursor` only moves when
 * something is handed over, falling back repeats and skips nothing.
 */
import { backoffMs } from '../../kit/backoff.js';
import type { Clock } from '../../kit/clock.js';
import type { Waves } from '../../kit/waves.js';
import type { Sieve } from '../watch.js';

export const BUFFER_MAX = 256;
export const PAGE_MAX = 256;
const AGAIN = { initialIntervalMs: 20, backoffCoefficient: 2, maxIntervalMs: 2000, jitter: false };

export interface FeedPage<T> {
  readonly items: readonly T[];
  /** Everything up to here has been looked at. */
  readonly scannedTo: number;
}

export interface FeedSource<T> {
  /** Items behind `after`, ascending, at most `limit`. */
  page(after: number, limit: number): Promise<FeedPage<T>>;
  positionOf(item: T): number;
  /** The highest position anyone has heard of so far. */
  known(): number;
  /** Where the present is, asked when a reader does not say where to start. */
  present(): Promise<number>;
}

/** A run of positions `from..to` of which `items` are those that this reader wants. */
export interface Offer<T> {
  readonly from: number;
  readonly to: number;
  readonly items: readonly T[];
}

export interface ReaderOptions<T> {
  readonly source: FeedSource<T>;
  readonly after: number | undefined;
  /** Nothing before what will be offered is left behind `after`: ten thousand who come together ask the store for nothing. */
  readonly isLive?: boolean;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Of the feed: its readers are woken by them. */
  readonly waves: Waves;
  /** Asked when they are about to be handed over; absent: all. */
  readonly sieve?: Sieve<T> | undefined;
  /** Its reading is over. */
  readonly left: () => void;
}

export class FeedReader<T> {
  readonly #source: FeedSource<T>;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #waves: Waves;
  readonly #sieve: Sieve<T>;
  readonly #left: () => void;
  /** Everything up to here has been handed over or was not wanted. */
  #cursor: number | undefined;
  /** While live: the buffer holds all that is wanted between `#cursor` and here. */
  #coveredTo = 0;
  #live = false;
  #lapses = 0;
  #buffer: T[] = [];
  #wake: (() => void) | undefined;
  /** Will be woken by a wave. */
  #isDue = false;

  constructor({ source, after, isLive = false, sieve = all, ...options }: ReaderOptions<T>) {
    const { signal, clock, waves, left } = options;
    this.#source = source;
    this.#sieve = sieve;
    this.#left = left;
    this.#cursor = after;
    this.#signal = signal;
    this.#clock = clock;
    this.#waves = waves;
    if (isLive) this.#goLive();
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  offer({ from, to, items }: Offer<T>): void {
    if (!this.#live || to <= this.#coveredTo) return;
    if (from > this.#coveredTo + 1) return this.lapse();
    const fresh = items.filter((item) => this.#source.positionOf(item) > this.#coveredTo);
    if (this.#buffer.length + fresh.length > BUFFER_MAX) return this.lapse();
    for (const item of fresh) this.#buffer.push(item);
    this.#coveredTo = to;
    if (fresh.length > 0) this.#wakeSoon();
  }

  /** Forgets what waits; it is read from the store again. */
  lapse(): void {
    this.#lapses++;
    this.#live = false;
    this.#buffer = [];
    this.#wake?.();
  }

  async *read(): AsyncGenerator<readonly T[]> {
    try {
      this.#cursor ??= await this.#insist(() => this.#source.present());
      while (!this.#signal.aborted) {
        if (!this.#live) yield* this.#replay();
        else if (this.#buffer.length === 0) await this.#something();
        else {
          const own = this.#own(this.#take());
          const items = own instanceof Promise ? await own : own;
          // many wait for the same answer
          if (own instanceof Promise) await this.#waves.turn();
          if (items.length > 0) yield items;
        }
      }
    } finally {
      this.#left();
    }
  }

  #own(items: readonly T[]): readonly T[] | Promise<readonly T[]> {
    const own = this.#sieve(items);
    if (!(own instanceof Promise)) return own;
    return own.catch(async () => (await this.#insist(async () => await this.#sieve(items))) ?? []);
  }

  #take(): readonly T[] {
    const items = this.#buffer;
    this.#buffer = [];
    this.#cursor = this.#coveredTo;
    return items;
  }

  #wakeSoon(): void {
    if (this.#isDue || this.#wake === undefined) return;
    this.#isDue = true;
    this.#waves.wake(() => {
      this.#isDue = false;
      this.#wake?.();
    });
  }

  /** One page, then live if that was all there is. Nothing is awaited between the last look and going live. */
  async *#replay(): AsyncGenerator<readonly T[]> {
    const after = this.#cursor as number;
    const lapses = this.#lapses;
    const page = await this.#insist(() => this.#source.page(after, PAGE_MAX));
    if (this.#signal.aborted || page === undefined) return;
    this.#cursor = Math.max(after, page.scannedTo);
    const items = await this.#own(page.items);
    if (items.length > 0) yield items;
    if (page.items.length > 0) await nextTurn();
    const isAll =
      page.items.length < PAGE_MAX && this.#cursor >= this.#source.known() && lapses === this.#lapses;
    if (isAll) this.#goLive();
    else if (this.#cursor === after) await this.#pause(AGAIN.initialIntervalMs);
  }

  #goLive(): void {
    this.#coveredTo = this.#cursor as number;
    this.#live = true;
  }

  #something(): Promise<void> {
    this.#cursor = this.#coveredTo;
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
      if (this.#signal.aborted) this.#wake();
    });
  }

  /** The store may be away for a while; a subscription outlives that. Undefined only after the signal. */
  async #insist<R>(read: () => Promise<R>): Promise<R | undefined> {
    for (let attempt = 1; !this.#signal.aborted; attempt++) {
      try {
        return await read();
      } catch {
        await this.#pause(backoffMs(AGAIN, attempt, 0));
      }
    }
    return undefined;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(ms, done);
      this.#signal.addEventListener('abort', done, { once: true });
      const signal = this.#signal;
      function done(): void {
        timer.cancel();
        signal.removeEventListener('abort', done);
        resolve();
      }
    });
  }
}

function all<T>(items: readonly T[]): readonly T[] {
  return items;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
