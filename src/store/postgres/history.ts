/**
 * Where history is: a commit leaves it in the tail, durable, and this brings it into the tables that are read, in the next
 * pause and many batches at a time. Who reads those tables waits for `settled` first, and so sees all that was acknowledged
 * before. Shared by the store, which writes, and the reads. One fold takes about 10 us per event, beside the commits.
 */
import type pg from 'pg';
import type { Clock, Timer } from '../../kit/clock.js';
import { FOLD_HISTORY } from './sql/history/fold-history.js';

/** Folding waits for such a pause between commits: a burst is over sooner when nothing else writes meanwhile. */
const PAUSE_MS = 25;
/** But not longer, and not beyond so many events. */
const WAIT_MS_MAX = 1_000;
const EVENTS_WAITING_MAX = 40_000;
/** Of one fold: who wants to read waits for it. */
const EVENTS_AT_ONCE = 5_000;
/** Commits wait when the tail grows longer: history must not fall behind without bound. */
const EVENTS_BEHIND_MAX = 120_000;

/** States: reading (another process may write the tail), writing (`lead` was called; all of the tail is ours), closed. */
export class History {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  #writing = false;
  /** The last batch that was committed, and the last that is folded. */
  #committed = 0;
  #folded = 0;
  /** Events in the tail, as far as known. */
  #behind = 0;
  #folding: Promise<void> | undefined;
  /** While reading: the fold that the next to ask will share, and the one before it. */
  #nextAsked: Promise<void> | undefined;
  #asked: Promise<unknown> = Promise.resolve();
  #timer: Timer | undefined;
  #closed = false;

  constructor(pool: pg.Pool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  /** From now on only this process commits; what others have left in the tail is folded when it resolves. */
  async lead(): Promise<void> {
    await this.#folding?.catch(() => undefined);
    this.#folded = await this.#ask(null);
    this.#committed = this.#folded;
    this.#behind = 0;
    this.#writing = true;
  }

  /** Another process may lead now. */
  follow(): void {
    this.#writing = false;
  }

  /** Undefined, or the wait for a tail that has grown too long. */
  room(): Promise<void> | undefined {
    return this.#behind < EVENTS_BEHIND_MAX ? undefined : this.settled();
  }

  /** A batch was committed, with so many events. */
  committed(batch: number, events: number): void {
    this.#committed = batch;
    this.#behind += events;
    this.#arm();
  }

  /** Resolves when the tables hold all that was committed before the call. */
  async settled(): Promise<void> {
    if (!this.#writing) return await this.#settledByAnyone();
    const goal = this.#committed;
    while (this.#writing && this.#folded < goal) await (this.#folding ??= this.#fold());
  }

  /** Any number of readers cost one statement at a time, begun after each of them asked. */
  #settledByAnyone(): Promise<void> {
    return (this.#nextAsked ??= this.#asked.then(async () => {
      this.#nextAsked = undefined;
      const asked = this.#ask(null);
      this.#asked = asked.catch(() => undefined);
      await asked;
    }));
  }

  /** Leaves nothing in the tail, for whoever reads the tables without us. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#folding?.catch(() => undefined);
    await this.#ask(null).catch(() => undefined);
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#closed || this.#folded >= this.#committed) return;
    this.#look(this.#clock.monotonic() + WAIT_MS_MAX);
  }

  #look(until: number): void {
    const seen = this.#committed;
    this.#timer = this.#clock.setTimer(PAUSE_MS, () => {
      const busy = this.#committed > seen && this.#behind < EVENTS_WAITING_MAX;
      if (busy && this.#clock.monotonic() < until) this.#look(until);
      else void this.#settleAndArm();
    });
  }

  /** A database that is away is the commits' affair; the next of them arms this again. */
  async #settleAndArm(): Promise<void> {
    const failed = await this.settled().then(
      () => false,
      () => true,
    );
    this.#timer = undefined;
    if (!failed) this.#arm();
  }

  async #fold(): Promise<void> {
    try {
      this.#folded = await this.#ask(EVENTS_AT_ONCE);
      this.#behind = this.#folded < this.#committed ? Math.max(0, this.#behind - EVENTS_AT_ONCE) : 0;
    } finally {
      this.#folding = undefined;
    }
  }

  /** Answers the last batch that is folded. */
  async #ask(events: number | null): Promise<number> {
    const { rows } = await this.#pool.query<{ batch: string }>({ ...FOLD_HISTORY, values: [events] });
    return Number(rows[0]?.batch);
  }
}
