/**
 * Leadership: an advisory lock on a session of its own decides who tries, an epoch in a row fences everybody else
 * (`taskmesh_commit` checks it inside every batch). The Postgres store calls it. The session lives by pings; PostgreSQL
 * ends it when they stop (`idle_session_timeout` = lease), and this side stops believing in it a little earlier.
 */
import pg from 'pg';
import type { Clock, Timer } from '../../kit/clock.js';
import type { Lease } from '../store.js';

/** Any number that no other program uses on this database: "TM" and a version. */
const LEADER_LOCK = 0x54_4d_00_01;
const RETRY_MS = 200;
const CONNECT_MS_MAX = 5000;

const NEXT_EPOCH = `
  UPDATE leader_lease SET epoch = epoch + 1, holder = $1, acquired_at = date_trunc('milliseconds', clock_timestamp())
  RETURNING epoch`;

export interface LeadershipOptions {
  readonly url: string;
  readonly clock: Clock;
  /** Shown to operators: `host:pid`. */
  readonly holder: string;
  readonly leaseMs: number;
}

export async function lead(options: LeadershipOptions, signal: AbortSignal): Promise<Lease> {
  for (;;) {
    if (signal.aborted) throw new Error('gave up waiting for leadership: the program stops');
    const lease = await tryToLead(options);
    if (lease !== undefined) return lease;
    await new Promise<void>((resolve) => {
      const timer = options.clock.setTimer(RETRY_MS, resolve);
      signal.addEventListener('abort', () => (timer.cancel(), resolve()), { once: true });
    });
  }
}

/** Undefined when somebody else holds the lock. */
async function tryToLead(options: LeadershipOptions): Promise<Lease | undefined> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: 'taskmesh leader',
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: options.leaseMs,
    keepAlive: true,
  });
  const session = new LeaderSession(client, options);
  try {
    await client.connect();
    await client.query(`SET idle_session_timeout = ${Math.ceil(options.leaseMs)}`);
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [LEADER_LOCK]);
    if (rows[0]?.held !== true) {
      await session.release();
      return undefined;
    }
    const { rows: leases } = await client.query<{ epoch: string }>(NEXT_EPOCH, [options.holder]);
    return session.begin(Number(leases[0]?.epoch));
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** States: connecting, leading (`begin`), over (`#over`): lost or released, whichever came first. */
class LeaderSession {
  readonly #client: pg.Client;
  readonly #options: LeadershipOptions;
  readonly #lost: Promise<string>;
  #end: (reason: string) => void = () => {};
  #ping: Timer | undefined;
  #deadline: Timer | undefined;
  #over = false;

  constructor(client: pg.Client, options: LeadershipOptions) {
    this.#client = client;
    this.#options = options;
    this.#lost = new Promise((resolve) => {
      this.#end = resolve;
    });
    client.on('error', (error) => this.#lose(`the leader's session broke: ${error.message}`));
    client.on('end', () => this.#lose("the leader's session ended"));
  }

  begin(epoch: number): Lease {
    this.#arm();
    return { epoch, lost: this.#lost, release: () => this.release() };
  }

  async release(): Promise<void> {
    this.#lose('released');
    await this.#client.end().catch(() => undefined);
  }

  /** The local deadline lies before PostgreSQL's, so that two never lead by the clock either. */
  #arm(): void {
    const { clock, leaseMs } = this.#options;
    this.#deadline?.cancel();
    this.#deadline = clock.setTimer(leaseMs * 0.8, () => this.#lose(`no answer from the database for ${leaseMs * 0.8} ms`));
    this.#ping = clock.setTimer(leaseMs / 6, () => void this.#pingOnce());
  }

  async #pingOnce(): Promise<void> {
    try {
      await this.#client.query('SELECT 1');
      if (!this.#over) this.#arm();
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
    if (reason !== 'released') this.#client.end().catch(() => undefined);
  }
}
