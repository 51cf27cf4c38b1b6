/**
 * Hints over LISTEN and NOTIFY, on one channel and a connection of its own, which is opened again when it breaks. Given hints
 * go through the pool, outside of every commit, one statement at a time for each kind. Made by the composition root.
 */
import pg from 'pg';
import { backoffMs } from '../../../kit/backoff.js';
import type { Clock, Timer } from '../../../kit/clock.js';
import type { Part } from '../../../kit/part.js';
import { HINTS, type Hint, type Hints } from '../../hints.js';
import type { Queries } from '../sessions/queries.js';
import { endSession } from '../sessions/session-end.js';

const CHANNEL = 'taskmesh';
const AGAIN = { initialIntervalMs: 50, backoffCoefficient: 2, maxIntervalMs: 2000, jitter: false };
/** A link that died without a word is noticed by this; until then polling bounds the delay. */
const PING_MS = 5000;
/** Of one kind: what is given meanwhile goes as one. */
const PAUSE_MS = 20;

/** States: opening or waiting to open again (no client), listening, closed. */
export class PostgresHints implements Hints, Part {
  readonly #url: string;
  readonly #pool: Queries;
  readonly #clock: Clock;
  readonly #listeners = new Map<Hint, Set<() => void>>(HINTS.map((hint) => [hint, new Set()]));
  /** Kinds that are on their way, and whether they were given again meanwhile. */
  readonly #given = new Map<Hint, boolean>();
  #client: pg.Client | undefined;
  #timer: Timer | undefined;
  #failures = 0;
  #closed = false;

  constructor(pool: Queries, { url, clock }: { url: string; clock: Clock }) {
    this.#pool = pool;
    this.#url = url;
    this.#clock = clock;
  }

  on(hint: Hint, listener: () => void): () => void {
    const listeners = this.#listeners.get(hint) as Set<() => void>;
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  give(hint: Hint): void {
    if (this.#given.has(hint)) this.#given.set(hint, true);
    else void this.#notify(hint);
  }

  async start(): Promise<void> {
    await this.#open();
  }

  async stop(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    if (this.#client !== undefined) await endSession(this.#client, this.#clock);
  }

  async #notify(hint: Hint): Promise<void> {
    this.#given.set(hint, false);
    await this.#pool.query('SELECT pg_notify($1, $2)', [CHANNEL, hint]).catch(() => undefined);
    await new Promise<void>((resolve) => this.#clock.setTimer(PAUSE_MS, resolve));
    const again = this.#given.get(hint);
    this.#given.delete(hint);
    if (again === true && !this.#closed) this.give(hint);
  }

  /** Never rejects: without hints everything comes a little later. */
  async #open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'taskmesh hints',
      connectionTimeoutMillis: PING_MS,
      query_timeout: PING_MS,
      keepAlive: true,
    });
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    client.on('notification', ({ payload }) => this.#tell(payload as Hint));
    this.#client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.#failures = 0;
      for (const hint of HINTS) this.#tell(hint);
      this.#pingLater(client);
    } catch {
      this.#lost(client);
    }
  }

  #pingLater(client: pg.Client): void {
    if (this.#closed || this.#client !== client) return;
    this.#timer = this.#clock.setTimer(PING_MS, () => {
      client.query('SELECT 1').then(
        () => this.#pingLater(client),
        () => this.#lost(client),
      );
    });
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    void endSession(client, this.#clock);
    if (this.#closed) return;
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(backoffMs(AGAIN, ++this.#failures, 0), () => void this.#open());
  }

  #tell(hint: Hint): void {
    for (const listener of this.#listeners.get(hint) ?? []) listener();
  }
}
