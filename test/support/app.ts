/** A complete server in this process on a fresh database of the run's PostgreSQL: free port, own state directory, everything real. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { consciousnessVariables } from './consciousness/either-way.js';
import { freshDatabase } from './postgres.js';
import { type App, startApp as start } from '../../src/app.js';
import { type ConfigFlags, loadConfig } from '../../src/config.js';

export interface TestApp extends App {
  readonly stateDir: string;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

export async function startApp(
  flags: ConfigFlags = {},
  options: { stateDir?: string } = {},
): Promise<TestApp> {
  const stateDir = options.stateDir ?? (await mkdtemp(join(tmpdir(), 'taskmesh-test-')));
  const database = await freshDatabase();
  const loaded = loadConfig({
    cwd: process.cwd(),
    env: consciousnessVariables(),
    flags: {
      ...flags,
      stateDir,
      database: { url: database.url, ...flags.database },
      server: { port: 0, ...flags.server },
      observability: { metrics: { enabled: false }, ...flags.observability },
    },
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  const app = await start({
    config: loaded.config,
    version: '0.0.0-test',
    log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    env: process.env,
    cwd: process.cwd(),
    guest: false,
  });
  return {
    ...app,
    stateDir,
    databaseUrl: database.url,
    close: async () => {
      await app.stop();
      await database.drop();
      if (options.stateDir === undefined) await rm(stateDir, { recursive: true, force: true });
    },
  };
}
