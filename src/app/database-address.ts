/**
 * Where the database of the program is: the one that is configured, or the embedded PostgreSQL, which is started for it.
 * Loaded before the rest of the program, because starting a new PostgreSQL takes as long as loading everything else.
 */
import { EmbeddedPostgres } from '../store/postgres/embedded.js';
import type { AppOptions } from './app-options.js';
import { databaseUrlOf } from './links/links.js';
import type { Started } from './started.js';

export interface DatabaseAddress {
  readonly url: string;
  readonly kind: 'embedded' | 'postgresql';
}

/** `waiting`: called when this process has nothing to do until the database is there. */
export async function findDatabase(
  { config, log }: AppOptions,
  started: Started,
  waiting: () => void,
): Promise<DatabaseAddress> {
  const url = databaseUrlOf(config);
  if (url !== '') return { url, kind: 'postgresql' };
  const embedded = new EmbeddedPostgres({ stateDir: config.stateDir, waiting });
  embedded.onExit((reason) => log.error({ reason }, 'the embedded PostgreSQL ended and is started again'));
  await embedded.start();
  // it has bounds of its own, and must not outlive us
  started.add('the embedded PostgreSQL', () => embedded.stop(), Number.POSITIVE_INFINITY);
  return { url: embedded.url, kind: 'embedded' };
}
