/** A complete server in this process on a fresh database of the run's PostgreSQL: free port, own state directory, everything real. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { freshDatabase } from './postgres.js';
import { type App, startApp as start } from '../../src/app.js';
import { type ConfigFlags, loadConfig } from '../../src/config.js';

export interface TestApp extends App {
  readonly stateDir: string;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** A suite may run once more without it: `integration/consciousness/core-without.test.ts`. */
function onlyConsciousness(env: NodeJS.ProcessEnv): Record<string, string> {
  const key = 'TASKMESH_CONSCIOUSNESS__ENABLED';
  return env[key] === undefined ? {} : { [key]: env[key] };
}

export async function startApp(
  flags: ConfigFlags = {},
  options: { stateDir?: string } = {},
): Promise<TestApp> {
  const stateDir = options.stateDir ?? (await mkdtemp(join(tmpdir(), 'taskmesh-test-')));
  const database = await freshDatabase();
  const loaded = loadConfig({
    cwd: process.cwd(),
    env: onlyConsciousness(process.env),
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
