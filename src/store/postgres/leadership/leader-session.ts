/**
 * The session that holds the leader's lock. It lives by pings: PostgreSQL ends it when they stop (`idle_session_timeout`
 * = lease), and this side stops believing in it a little earlier, by its own monotonic clock. Made by `lead`.
 */
import type pg from 'pg';
import type { Clock, Timer } from '../../../kit/clock.js';
import type { Lease } from '../../store.js';
import { endSession } from '../sessions/session-end.js';

/** The part of the lease after which this side gives up: it must be sure before PostgreSQL is. */
const BELIEVED = 0.8;
/** The part after which it gives up although it asked once more. */
const WAITED_FOR = 0.9;
const PINGS_PER_LEASE = 6;

export interface SessionOptions {
  readonly clock: Clock;
  readonly leaseMs: number;
}

/** States: connecting, leading (from `begin` on), over (`#over`): lost or released, whichever came first. */
export class LeaderSession {
  readonly #client: pg.Client;
  readonly #options: SessionOptions;
  readonly #lost: Promise<string>;
  #end: (reason: string) => void = () => {};
  #ping: Timer | undefined;
  #deadline: Timer | undefined;
  #over = false;

  constructor(client: pg.Client, options: SessionOptions) {
    this.#client = client;
    this.#options = options;
    this.#lost = new Promise((resolve) => {
      this.#end = resolve;
    });
    client.on('error', (error) => this.#lose(`the leader's session broke: ${error.message}`));
    client.on('end', () => this.#lose("the leader's session ended"));
  }

  /** `askedAt`: when the statement was sent that the database answered last. */
  begin(epoch: number, askedAt: number): Lease {
    this.#believe(askedAt);
    return { epoch, lost: this.#lost, holds: () => this.#holds(), release: () => this.release() };
  }

  /** The lock is the session's: as long as that answers, nobody else has it. */
  async #holds(): Promise<boolean> {
    const isAnswered = await this.#client.query('SELECT 1').then(
      () => true,
      () => false,
    );
    return isAnswered && !this.#over;
  }

  async release(): Promise<void> {
    this.#lose('released');
    await endSession(this.#client, this.#options.clock);
  }

  /** Counts from the sending: the database's own timer starts at the answer or before, never earlier than that. */
  #believe(askedAt: number): void {
    const { clock, leaseMs } = this.#options;
    this.#deadline?.cancel();
    const leftMs = askedAt + leaseMs * BELIEVED - clock.monotonic();
    this.#deadline = clock.setTimer(leftMs, () => this.#askOnceMore(askedAt));
    this.#ping = clock.setTimer(leaseMs / PINGS_PER_LEASE, () => void this.#pingOnce());
  }

  /**
   * The silence may have been ours: a busy process reads its answers late. A session that still answers still holds the
   * lock. The answer must come while the lease lasts: a process that stood still for longer does not wait for it.
   */
  #askOnceMore(askedAt: number): void {
    const { clock, leaseMs } = this.#options;
    this.#ping?.cancel();
    const reason = `no answer from the database for ${leaseMs * WAITED_FOR} ms`;
    const leftMs = askedAt + leaseMs * WAITED_FOR - clock.monotonic();
    this.#deadline = clock.setTimer(leftMs, () => this.#lose(reason));
    void this.#pingOnce();
  }

  async #pingOnce(): Promise<void> {
    const askedAt = this.#options.clock.monotonic();
    try {
      await this.#client.query('SELECT 1');
      if (!this.#over) this.#believe(askedAt);
    } catch (error) {
      this.#lose(`the leader's session broke: ${(error as Error).message}`);
    }
  }

  #lose(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#ping?.cancel();
    this.#deadline?.cancel();
    this.#end(reason);
    if (reason !== 'released') void endSession(this.#client, this.#options.clock);
  }
}
