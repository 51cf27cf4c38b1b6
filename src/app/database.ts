/** Opens the database of the program: migrated, with store and reads. */
import { hostname } from 'node:os';
import { SystemClock } from '../kit/clock.js';
import { sayingUnavailable } from '../store/postgres/availability.js';
import { History } from '../store/postgres/history.js';
import { migrate } from '../store/postgres/migrate.js';
import { openPool } from '../store/postgres/pool.js';
import { PostgresReads } from '../store/postgres/postgres-reads.js';
import { PostgresStore } from '../store/postgres/postgres-store.js';
import type { Store } from '../store/store.js';
import type { AppOptions } from './app-options.js';
import type { DatabaseAddress } from './database-address.js';
import type { Started } from './started.js';

export interface Database extends DatabaseAddress {
  readonly store: Store;
  readonly reads: PostgresReads;
}

export async function openDatabase(
  { config, log }: AppOptions,
  { url, kind }: DatabaseAddress,
  started: Started,
): Promise<Database> {
  const applied = await migrate(url);
  if (applied.length > 0) log.info({ applied }, 'the database schema was brought up to date');
  const pool = openPool(url, config.database.poolMax, (error) =>
    log.warn({ reason: error.message }, 'an idle database connection was lost'),
  );
  started.add(() => pool.end());
  const holder = `${hostname()}:${process.pid}`;
  const clock = new SystemClock({ timersHoldProcess: true });
  const history = new History(pool, clock);
  const store = new PostgresStore(pool, { url, clock, holder, history });
  started.add(() => store.close());
  const reads = new PostgresReads(pool, history);
  return { url, kind, store: sayingUnavailable(store), reads: sayingUnavailable(reads) };
}
