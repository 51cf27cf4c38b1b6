/**
 * Leadership: an advisory lock on a session of its own decides who tries, an epoch in a row fences everybody else
 * (`taskmesh_commit` checks it inside every batch). Called by the Postgres store, once per leadership.
 */
import pg from 'pg';
import type { Clock } from '../../../kit/clock.js';
import type { Lease } from '../../store.js';
import { NEXT_EPOCH } from '../sql/recovery/next-epoch.js';
import { LeaderSession } from './leader-session.js';

/** Any number that no other program uses on this database: "TM" and a version. */
const LEADER_LOCK = 0x54_4d_00_01;
/** What a hand-over costs at most. A follower that blocked on the lock instead could not give up waiting. */
const RETRY_MS = 200;
const CONNECT_MS_MAX = 5_000;

export interface LeadershipOptions {
  readonly url: string;
  readonly clock: Clock;
  /** Shown to operators: `host:pid`. */
  readonly holder: string;
  readonly leaseMs: number;
  /** Called when another holds the lock. */
  readonly following?: (() => void) | undefined;
}

/** Rejects when `signal` aborts or the database cannot be reached; the caller tries again after a while. */
export async function lead(
  options: LeadershipOptions,
  signal: AbortSignal,
  client = leaderClient(options),
): Promise<Lease> {
  const session = new LeaderSession(client, options);
  try {
    await client.connect();
    await client.query(`SET idle_session_timeout = ${Math.ceil(options.leaseMs)}`);
    for (let tries = 0; !(await holdsLock(client)); tries++) {
      if (tries === 0) options.following?.();
      await pause(options.clock, signal);
    }
    const askedAt = options.clock.monotonic();
    const { rows } = await client.query<{ epoch: string }>(NEXT_EPOCH, [options.holder]);
    signal.throwIfAborted();
    return session.begin(Number(rows[0]?.epoch), askedAt);
  } catch (error) {
    await session.release();
    throw error;
  }
}

function leaderClient({ url, leaseMs }: LeadershipOptions): pg.Client {
  return new pg.Client({
    connectionString: url,
    application_name: 'taskmesh leader',
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: leaseMs,
    keepAlive: true,
  });
}

async function holdsLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [
    LEADER_LOCK,
  ]);
  return rows[0]?.held === true;
}

async function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    const wake = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = clock.setTimer(RETRY_MS, wake);
    signal.addEventListener('abort', wake);
  });
  signal.throwIfAborted();
}
