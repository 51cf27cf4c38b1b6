/**
 * One PostgreSQL for a whole run of vitest, started when the first test file asks for it and stopped at the end: a run of
 * unit tests alone never pays for it. Test files ask through a port on the loopback; `freshDatabase` does it for them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { EmbeddedPostgres } from '../../src/store/postgres/embedded.js';
import { migrate } from '../../src/store/postgres/migrate.js';
import { makeTemplate } from './template-database.js';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresDoorPort: number;
  }
}

interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let running: Promise<Running> | undefined;
  const door = createServer((socket) => {
    socket.on('error', () => undefined);
    running ??= startServer();
    running.then(
      ({ url }) => socket.end(JSON.stringify({ url })),
      (error: unknown) => socket.end(JSON.stringify({ error: String(error) })),
    );
  });
  project.provide('postgresDoorPort', await listen(door));
  return async () => {
    door.close();
    await (await running?.catch(() => undefined))?.stop();
  };
}

function listen(door: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    door.once('error', reject);
    door.listen(0, '127.0.0.1', () => resolve((door.address() as AddressInfo).port));
  });
}

/** Nothing here outlives the run, so nothing needs to reach the disk. */
async function startServer(): Promise<Running> {
  const stateDir = await mkdtemp(join(tmpdir(), 'taskmesh-test-'));
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '200',
  };
  const server = new EmbeddedPostgres({ stateDir, settings });
  await server.start();
  const template = await makeTemplate(server.url);
  await migrate(template);
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
