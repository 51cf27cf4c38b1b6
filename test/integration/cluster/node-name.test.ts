/** What a node is called: as the command line says, else the configuration, else its host, with a number where that has several. */
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type NodeProcess, spawnNode } from '../../support/cluster/node-process.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

const SLOWLY = { timeout: 120_000 };

let dir: string;
let database: FreshDatabase;
const nodes: NodeProcess[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'taskmesh-node-name-'));
  database = await freshDatabase();
});
afterAll(async () => {
  for (const node of nodes) node.signal('SIGKILL');
  await Promise.all(nodes.map(({ gone }) => gone));
  await database.drop();
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

async function start(configured?: string, args: readonly string[] = []): Promise<string> {
  const env: Record<string, string> =
    configured === undefined ? {} : { TASKMESH_CLUSTER__NODE_NAME: configured };
  const node = await spawnNode({ stateDir: dir, args: ['--database', database.url, ...args], env });
  nodes.push(node);
  return node.name;
}

it('is its host by itself, and the next one there has a number', SLOWLY, async () => {
  const host = hostname()
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 50);
  expect(await start()).toBe(host);
  expect(await start()).toBe(`${host}-2`);
});

it(
  'is what cluster.node_name says, unless --name says otherwise, and no second living one is called so',
  SLOWLY,
  async () => {
    expect(await start('worker-7')).toBe('worker-7');
    expect(await start('worker-7', ['--name', 'worker-8'])).toBe('worker-8');
    await expect(start('worker-7')).rejects.toThrow(
      /a node called worker-7 runs in .* already; give another --name/,
    );
  },
);

it('is refused when it could not stand in an address', SLOWLY, async () => {
  await expect(start('-worker')).rejects.toThrow(/cluster\.node_name/);
});
