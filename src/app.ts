/**
 * The composition root: makes every long-lived part, bottom floor first, and wires them. The command line and tests
 * start it; with `app/` it is the only place that knows all floors. Stopping goes the other way round: doors, work,
 * core, database.
 */
import { mkdir } from 'node:fs/promises';
import type { Config } from './config.js';
import { type AppOptions, stopMsMax } from './app/app-options.js';
import { findDatabase } from './app/database-address.js';
import { backendTlsOf, databaseUrlOf } from './app/links/links.js';
import { withTrouble } from './app/links/trouble.js';
import { Started } from './app/started.js';
import { SystemClock } from './kit/clock.js';
import { ensureToken, tokenPath } from './security/token-file.js';
import { EmbeddedPostgres } from './store/postgres/embedded.js';
import { migrate } from './store/postgres/migrate.js';

export type { AppOptions } from './app/app-options.js';

export interface App {
  readonly url: string;
  readonly metricsUrl: string | undefined;
  readonly token: string;
  readonly tokenPath: string;
  /** Resolves when it has ended. */
  readonly ended: Promise<Error | undefined>;
  stop(): Promise<void>;
}

export async function startApp(options: AppOptions): Promise<App> {
  const started = new Started(new SystemClock({ timersHoldProcess: true }));
  try {
    return await start(options, started);
  } catch (error) {
    await started.undo(options.log, stopMsMax(options.config));
    throw error;
  }
}

/** The database comes up while everything that stands on it is loaded. */
async function start(options: AppOptions, started: Started): Promise<App> {
  const { stateDir } = options.config;
  backendTlsOf(options.config); // what is wrong with its files is said before a database is waited for
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const token = await ensureToken(stateDir);
  const load = async (): Promise<typeof import('./app/assemble.js')> => import('./app/assemble.js');
  const address = await findDatabase(options, started, () => void load().catch(() => undefined));
  const { assemble } = await load();
  const running = await assemble({ options, token, address }, started);
  return { ...running, token, tokenPath: tokenPath(stateDir) };
}

/** The verb `migrate`: brings the database up to date without serving; the embedded one is started for it. */
export async function migrateDatabase(config: Config): Promise<readonly string[]> {
  const url = databaseUrlOf(config);
  if (url !== '')
    return await migrate(url).catch((error: unknown) => Promise.reject(withTrouble('database', error)));
  await mkdir(config.stateDir, { recursive: true, mode: 0o700 });
  const embedded = new EmbeddedPostgres({ stateDir: config.stateDir });
  await embedded.start();
  try {
    return await migrate(embedded.url);
  } finally {
    await embedded.stop();
  }
}
