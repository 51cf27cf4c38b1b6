/**
 * The pool of connections that lookups and reads share. The composition root opens and ends it. Every wait has an end: a link
 * can die without a word (a firewall forgets it, a machine loses its power), and whoever waits for an answer then waits for ever.
 */
import pg from 'pg';
import type { Clock } from '../../../kit/clock.js';
import { within } from '../../../kit/within.js';
import { instantTypes } from '../instants.js';
import type { Queries } from './queries.js';
import { cut } from './session-end.js';
import { SharedSessions } from './shared-sessions.js';

/** Also for a free place in the pool. */
const CONNECT_MS_MAX = 10_000;
/** What people ask for may take as long as their request; `app/` says how long that is. */
const QUERY_MS_MAX = 30_000;
/** What is asked again anyway: soon over a link that works, which is opened for it. */
const LOOK_MS_MAX = 10_000;
const KEEP_ALIVE_MS = 10_000;
/** Until those who still use a connection have given it back. */
const END_MS_MAX = 2_000;

export interface PoolOptions {
  readonly max: number;
  /** An idle connection broke; the pool opens another when one is needed. */
  readonly lost: (error: Error) => void;
  readonly queryMsMax?: number;
}

/** The driver knows a bound for each statement, its types do not. */
export function atMost(ms: number, statement: string | pg.QueryConfig): pg.QueryConfig {
  const config = typeof statement === 'string' ? { text: statement } : statement;
  return { ...config, query_timeout: ms } as pg.QueryConfig;
}

export class SessionPool extends pg.Pool {
  /** For statements that are over within a millisecond. */
  readonly short: SharedSessions;
  readonly #sessions = new Set<pg.PoolClient>();

  constructor(url: string, { max, lost, queryMsMax = QUERY_MS_MAX }: PoolOptions) {
    const session: pg.ClientConfig = {
      connectionString: url,
      application_name: 'taskmesh',
      types: instantTypes,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: queryMsMax,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    };
    super({ ...session, max });
    this.short = new SharedSessions(session, lost);
    this.on('error', lost);
    this.on('connect', (client) => {
      this.#sessions.add(client);
      // The pool ends without waiting for its sockets; an error on one of them then would end the process.
      client.on('error', () => undefined);
    });
    this.on('remove', (client) => void this.#sessions.delete(client));
  }

  /** For statements that are repeated until they succeed: over a link that died they give up sooner. */
  get looks(): Queries {
    const query = (statement: string | pg.QueryConfig, values?: unknown[]) =>
      this.query(atMost(LOOK_MS_MAX, statement), values);
    return { query } as Queries;
  }

  /** Says goodbye, and cuts who does not answer. */
  async close(clock: Clock): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      this.on('remove', () => this.#sessions.size === 0 && resolve());
      if (this.#sessions.size === 0) resolve();
    });
    await within(clock, END_MS_MAX, Promise.all([this.end(), gone, this.short.close(clock)]));
    for (const session of this.#sessions) cut(session);
  }
}
