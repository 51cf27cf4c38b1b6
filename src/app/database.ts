/** Opens the database of the program: the one that is configured, or the embedded PostgreSQL, migrated, with store and reads. */
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Config } from '../config.js';
import { SystemClock } from '../kit/clock.js';
import { EmbeddedPostgres } from '../store/postgres/embedded.js';
import { migrate } from '../store/postgres/migrate.js';
import { openPool } from '../store/postgres/pool.js';
import { PostgresReads } from '../store/postgres/postgres-reads.js';
import { PostgresStore } from '../store/postgres/postgres-store.js';
import type { Store } from '../store/store.js';
import type { AppOptions } from './app-options.js';
import type { Started } from './started.js';

/** The verb `migrate`: brings the database up to date without serving; the embedded one is started for it. */
export async function migrateDatabase(config: Config): Promise<readonly string[]> {
  if (config.database.url !== '') return await migrate(config.database.url);
  await mkdir(config.stateDir, { recursive: true, mode: 0o700 });
  const embedded = new EmbeddedPostgres({ stateDir: config.stateDir });
  await embedded.start();
  try {
    return await migrate(embedded.url);
  } finally {
    await embedded.stop();
  }
}

export interface Database {
  readonly url: string;
  readonly kind: 'embedded' | 'postgresql';
  readonly store: Store;
  readonly reads: PostgresReads;
}

export async function openDatabase({ config, log }: AppOptions, started: Started): Promise<Database> {
  let { url } = config.database;
  const kind = url === '' ? 'embedded' : 'postgresql';
  if (url === '') {
    const embedded = new EmbeddedPostgres({ stateDir: config.stateDir });
    embedded.onExit((reason) => log.error({ reason }, 'the embedded PostgreSQL ended and is started again'));
    await embedded.start();
    started.add(() => embedded.stop());
    ({ url } = embedded);
  }
  const applied = await migrate(url);
  if (applied.length > 0) log.info({ applied }, 'the database schema was brought up to date');
  const pool = openPool(url, config.database.poolMax, (error) =>
    log.warn({ reason: error.message }, 'an idle database connection was lost'),
  );
  started.add(() => pool.end());
  const holder = `${hostname()}:${process.pid}`;
  const store = new PostgresStore(pool, { url, clock: new SystemClock({ timersHoldProcess: true }), holder });
  started.add(() => store.close());
  return { url, kind, store, reads: new PostgresReads(pool) };
}
