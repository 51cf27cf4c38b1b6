/** A migrated database with `PostgresReads` over it, and a count of the statements that reach the server. */
import pg from 'pg';
import { SystemClock } from '../../src/kit/clock.js';
import { History } from '../../src/store/postgres/history.js';
import { PostgresReads } from '../../src/store/postgres/postgres-reads.js';
import type { Page } from '../../src/store/reads.js';
import { freshDatabase } from './postgres.js';
import { StoreRows } from './store/rows.js';

export interface ReadsDatabase {
  readonly pool: pg.Pool;
  readonly reads: PostgresReads;
  readonly rows: StoreRows;
  /** What a call sends to the server. */
  statementsOf(call: () => Promise<unknown>): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openReadsDatabase(): Promise<ReadsDatabase> {
  const database = await freshDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 3 });
  const sent: string[] = [];
  pool.on('connect', (client) => spy(client, sent));
  // As in a process that leads: nobody else writes history.
  const history = new History(pool, new SystemClock());
  await history.lead();
  const reads = new PostgresReads(pool, { history });
  return {
    pool,
    reads,
    rows: new StoreRows(pool),
    async statementsOf(call) {
      sent.length = 0;
      await call();
      return [...sent];
    },
    async close() {
      await reads.close();
      await pool.end();
      await database.drop();
    },
  };
}

function spy(client: pg.ClientBase, sent: string[]): void {
  // `pool.end` does not wait for its sockets; dropping the database ends the last ones, and nobody else listens then.
  client.on('error', () => undefined);
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  client.query = ((...args: unknown[]) => {
    const [first] = args;
    sent.push(typeof first === 'string' ? first : (first as { text: string }).text);
    return query(...args);
  }) as typeof client.query;
}

/** All pages of a list, from the first to the last. */
export async function walk<T>(page: (after: string | null) => Promise<Page<T>>): Promise<T[]> {
  const nodes: T[] = [];
  for (let after: string | null = null; ; ) {
    const next = await page(after);
    nodes.push(...next.nodes);
    if (!next.hasNextPage) return nodes;
    after = next.cursors.at(-1) as string;
  }
}
