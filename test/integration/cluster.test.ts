/** A server and nodes as real processes: nodes are killed, paused and drained under load, and the books are checked after. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NodeProcess, spawnNode } from '../support/cluster/node-process.js';
import { type FreshDatabase, freshDatabase } from '../support/postgres.js';
import { graphql, serveProcess, type ServerProcess } from '../support/server-process.js';

interface AttemptView {
  readonly attempt: number;
  readonly layer: string;
  readonly node: string;
  readonly startedAt: string;
  readonly outcome: string | null;
  readonly failure: { readonly kind: string; readonly code: string } | null;
  readonly placement: { readonly policy: string; readonly candidates: { readonly node: string }[] } | null;
}
interface TaskView {
  readonly id: string;
  readonly key: string;
  readonly status: string;
  readonly output: unknown;
  readonly failure: { readonly kind: string } | null;
  readonly attempts: AttemptView[];
}

/** Short, but longer than a busy machine keeps a process waiting. */
const LEASE_SECONDS = '3';
/** Real processes on a machine that others use too. */
const SLOWLY = { timeout: 120_000 };

let database: FreshDatabase;
let dir: string;
let server: ServerProcess;
let nodes: NodeProcess[];

beforeEach(async () => {
  database = await freshDatabase();
  dir = mkdtempSync(join(tmpdir(), 'taskmesh-nodes-'));
  nodes = [];
  server = await serveProcess(join(dir, 'server'), {
    TASKMESH_DATABASE__URL: database.url,
    TASKMESH_CLUSTER__LEASE_SECONDS: LEASE_SECONDS,
  });
}, SLOWLY.timeout);

afterEach(async () => {
  for (const node of nodes) node.signal('SIGKILL');
  await server.stop();
  await database.drop();
  rmSync(dir, { recursive: true, force: true });
}, SLOWLY.timeout);

async function start(name: string, ...args: string[]): Promise<NodeProcess> {
  const env = { TASKMESH_CLUSTER__LEASE_SECONDS: LEASE_SECONDS, DATABASE_URL: database.url };
  const node = await spawnNode({
    stateDir: join(dir, 'nodes'),
    name,
    args: ['--database', database.url, ...args],
    env,
  });
  nodes.push(node);
  await until(`node ${name} is known`, async () =>
    (await states()).some((one) => one.id === name && one.state === 'READY'),
  );
  return node;
}

async function states(): Promise<{ id: string; state: string; incarnation: number }[]> {
  return (
    await graphql<{ nodes: { id: string; state: string; incarnation: number }[] }>(
      server,
      '{ nodes { id state incarnation } }',
    )
  ).nodes;
}

async function until(what: string, check: () => Promise<boolean> | boolean, ms = 60_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const onCluster = (key: string, script: string) => ({
  key,
  layer: 'CLUSTER',
  taskType: 'MICRO',
  work: { command: { argv: ['sh', '-c', script] } },
});

async function submit(tasks: object[]): Promise<string> {
  const { submitMesh } = await graphql<{ submitMesh: { id: string } }>(
    server,
    'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
    { input: { name: 'cluster', tasks } },
  );
  return submitMesh.id;
}

async function tasksOf(mesh: string): Promise<TaskView[]> {
  const { mesh: found } = await graphql<{ mesh: { tasks: { nodes: TaskView[] } } }>(
    server,
    `query ($id: ID!) { mesh(id: $id) { tasks(first: 100) { nodes { id key status output failure { kind }
      attempts { attempt layer node startedAt outcome failure { kind code } placement { policy candidates { node } } } } } } }`,
    { id: mesh },
  );
  return found.tasks.nodes;
}

async function ended(mesh: string, ms = 90_000): Promise<TaskView[]> {
  const query = 'query ($id: ID!) { mesh(id: $id) { status } }';
  await until(
    'the mesh has ended',
    async () =>
      (await graphql<{ mesh: { status: string } }>(server, query, { id: mesh })).mesh.status !== 'RUNNING',
    ms,
  );
  return await tasksOf(mesh);
}

/** What work wrote: a line for each time it ran. */
function written(file: string): string[] {
  const path = join(dir, file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

/** Runs are told by their idempotency keys; more than one of a task only where the earlier ones were lost. */
function checkBooks(tasks: readonly TaskView[], runs: readonly string[]): void {
  expect(new Set(runs).size).toBe(runs.length);
  for (const { id, status, attempts } of tasks) {
    expect(status).toBe('COMPLETED');
    expect(attempts.map(({ outcome }) => outcome).filter((outcome) => outcome === 'COMPLETED')).toHaveLength(
      1,
    );
    expect(attempts.every(({ outcome }) => outcome !== null)).toBe(true);
    const ran = runs.filter((run) => run.startsWith(id)).map((run) => Number(run.split(':')[1]));
    for (const attempt of ran.filter((one) => one !== attempts.at(-1)?.attempt)) {
      expect(attempts.find((one) => one.attempt === attempt)?.failure?.code).toBe('LOST');
    }
  }
}

const note = (): string => `echo "$TASKMESH_IDEMPOTENCY_KEY" >> ${join(dir, 'runs')}`;

describe('a cluster of a server and two nodes', SLOWLY, () => {
  it('loses a node to kill -9 under load and no task, and moves its attempts within 10 s', async () => {
    const [first] = [await start('one'), await start('two')];
    const mesh = await submit(
      Array.from({ length: 60 }, (_, at) => onCluster(`t${at}`, `${note()}; sleep 0.4; echo ${at}`)),
    );
    await until('some have run', () => written('runs').length >= 12);
    const killedAt = Date.now();
    first.signal('SIGKILL');
    const tasks = await ended(mesh);
    checkBooks(tasks, written('runs'));
    expect(tasks.map(({ output }) => output).sort()).toEqual(
      Array.from({ length: 60 }, (_, at) => at).sort(),
    );
    const moved = tasks.filter(({ attempts }) => attempts.some(({ failure }) => failure?.code === 'LOST'));
    expect(moved.length).toBeGreaterThan(0);
    for (const { attempts } of moved) {
      const last = attempts.at(-1) as AttemptView;
      expect(last.node).toMatch(/^two:/);
      expect(Date.parse(last.startedAt) - killedAt).toBeLessThan(10_000);
      expect(last.placement).toMatchObject({ policy: 'RESOURCE_BASED' });
      expect(last.placement?.candidates[0]?.node).toBe('two');
    }
    expect((await states()).map(({ id, state }) => [id, state])).toEqual([
      ['one', 'LOST'],
      ['two', 'READY'],
    ]);
  });

  it('goes on without a node that is paused for three leases, which then joins anew', async () => {
    const [first] = [await start('one'), await start('two')];
    const mesh = await submit(
      Array.from({ length: 30 }, (_, at) => onCluster(`t${at}`, `${note()}; sleep 0.3; echo ${at}`)),
    );
    await until('some have run', () => written('runs').length >= 8);
    first.signal('SIGSTOP');
    await until('it is lost', async () => (await states()).some(({ state }) => state === 'LOST'));
    checkBooks(await ended(mesh), written('runs'));
    await new Promise((resolve) => setTimeout(resolve, 2 * Number(LEASE_SECONDS) * 1000));
    first.signal('SIGCONT');
    await until('it is back', async () => (await states()).every(({ state }) => state === 'READY'));
    await until('it knows', () => first.incarnations.length === 2);
    const again = await ended(await submit([onCluster('a', 'echo 1'), onCluster('b', 'echo 1')]));
    expect(again.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED']);
  });

  it('quarantines a task that kills three nodes', async () => {
    await Promise.all(['one', 'two', 'three', 'four'].map((name) => start(name)));
    const kill = 'kill -9 $(ps -o ppid= -p $PPID); sleep 60';
    const [task] = await ended(await submit([onCluster('killer', kill)]));
    expect(task).toMatchObject({ status: 'FAILED', failure: { kind: 'QUARANTINED' } });
    expect(task?.attempts.map(({ failure }) => failure?.code)).toEqual(['LOST', 'LOST', 'LOST']);
    expect(new Set(task?.attempts.map(({ node }) => node)).size).toBe(3);
  });

  it('drains on SIGTERM: what runs finishes there, and nothing is lost', async () => {
    const node = await start('one');
    const mesh = await submit([onCluster('a', 'echo ready; sleep 1.5; echo 1')]);
    await until('it runs', async () => (await tasksOf(mesh))[0]?.status === 'RUNNING');
    expect(await node.stop()).toBe(0);
    const [task] = await ended(mesh);
    expect(task?.attempts.map(({ outcome }) => outcome)).toEqual(['COMPLETED']);
    expect(await states()).toEqual([]);
  });

  it('goes on with what runs on nodes while the server is started anew, and runs nothing twice', async () => {
    await start('one');
    const mesh = await submit([onCluster('a', `${note()}; sleep 4; echo 7`)]);
    await until('it runs', () => written('runs').length === 1);
    expect(await server.stop()).toBe(0);
    server = await serveProcess(join(dir, 'server'), {
      TASKMESH_DATABASE__URL: database.url,
      TASKMESH_CLUSTER__LEASE_SECONDS: LEASE_SECONDS,
    });
    const [task] = await ended(mesh);
    expect(task).toMatchObject({ status: 'COMPLETED', output: 7, attempts: [{ outcome: 'COMPLETED' }] });
    expect(written('runs')).toHaveLength(1);
  });
});

describe('two servers and a node', SLOWLY, () => {
  it.each(['kill', 'stop'] as const)(
    'go on with what the node runs after a %s of the leader, and run nothing twice',
    async (end) => {
      const first = server;
      const second = await serveProcess(join(dir, 'second'), {
        TASKMESH_DATABASE__URL: database.url,
        TASKMESH_CLUSTER__LEASE_SECONDS: LEASE_SECONDS,
      });
      await start('one');
      const mesh = await submit([
        onCluster('long', `${note()}; echo begun; sleep 4; echo 7`),
        { ...onCluster('next', `${note()}; echo 8`), dependsOn: [{ task: 'long' }] },
      ]);
      await until('it runs', () => written('runs').length === 1);
      await first[end]();
      server = second;
      const tasks = await ended(mesh);
      checkBooks(tasks, written('runs'));
      expect(tasks.map(({ output, attempts }) => [output, attempts.length])).toEqual(
        expect.arrayContaining([
          [7, 1],
          [8, 1],
        ]),
      );
      expect(written('runs')).toHaveLength(2);
    },
  );
});

describe('work on a node', SLOWLY, () => {
  it('sees nothing of the database in its environment', async () => {
    const env = { DATABASE_URL: database.url, TASKMESH_DATABASE__URL: database.url, PGPASSWORD: 'secret' };
    const allow = { TASKMESH_EXECUTION__ENV_ALLOW: 'PATH,DATABASE_URL,TASKMESH_DATABASE__URL,PGPASSWORD' };
    const node = await spawnNode({
      stateDir: join(dir, 'nodes'),
      name: 'one',
      args: ['--labels', 'a'],
      env: { ...env, ...allow },
    });
    nodes.push(node);
    const [task] = await ended(
      await submit([{ ...onCluster('env', `env > ${join(dir, 'env')}`), layer: null, nodeSelector: ['a'] }]),
    );
    expect(task).toMatchObject({ status: 'COMPLETED', attempts: [{ layer: 'CLUSTER' }] });
    const seen = written('env').join('\n');
    expect(seen).toContain('TASKMESH_TASK_ID=');
    expect(seen).not.toContain('postgres');
    expect(seen).not.toContain('secret');
  });
});

describe('a node that joins by a server', SLOWLY, () => {
  it('is let in by a one-time token, once', async () => {
    const { createJoinToken } = await graphql<{ createJoinToken: { token: string } }>(
      server,
      'mutation { createJoinToken { token } }',
    );
    const args = ['--join', server.url, '--token', createJoinToken.token];
    nodes.push(await spawnNode({ stateDir: join(dir, 'nodes'), name: 'one', args }));
    const again = spawnNode({ stateDir: join(dir, 'nodes'), name: 'two', args });
    await expect(again).rejects.toThrow(/used already/);
    const [task] = await ended(await submit([onCluster('a', 'echo 1')]));
    expect(task).toMatchObject({ status: 'COMPLETED', attempts: [{ node: expect.stringMatching(/^one:/) }] });
  });
});

describe('[cluster] of the configuration', SLOWLY, () => {
  async function serveAnew(env: Record<string, string>): Promise<void> {
    await server.stop();
    server = await serveProcess(join(dir, 'server'), { TASKMESH_DATABASE__URL: database.url, ...env });
  }

  it('is what servers and nodes do', async () => {
    await serveAnew({
      TASKMESH_CLUSTER__POLICY: 'LEAST_CONNECTIONS',
      TASKMESH_CLUSTER__PREFER_NODES: 'false',
      TASKMESH_CLUSTER__SCHEMA: 'another_queue',
    });
    const env = {
      TASKMESH_CLUSTER__SCHEMA: 'another_queue',
      TASKMESH_CLUSTER__CONNECTIONS: '2',
      TASKMESH_CLUSTER__LEASE_SECONDS: '30',
      TASKMESH_CLUSTER__LABELS: 'gpu,region=eu',
      TASKMESH_CLUSTER__CORES: '3.5',
      TASKMESH_CLUSTER__MEMORY: '3GB',
      TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '7',
    };
    const args = ['--database', database.url];
    const node = await spawnNode({ stateDir: join(dir, 'nodes'), name: 'named', args, env });
    nodes.push(node);
    const query = '{ node(id: "named") { id labels slots cores memoryBytes state } placementPolicy }';
    expect(await graphql(server, query)).toEqual({
      node: {
        id: 'named',
        labels: ['gpu', 'region=eu'],
        slots: 7,
        cores: 3.5,
        memoryBytes: 3 * 2 ** 30,
        state: 'READY',
      },
      placementPolicy: 'LEAST_CONNECTIONS',
    });
    const tasks = await ended(
      await submit([onCluster('there', 'true'), { ...onCluster('here', 'true'), layer: null }]),
    );
    const layers = Object.fromEntries(tasks.map(({ key, attempts }) => [key, attempts[0]?.layer]));
    expect(layers).toEqual({ there: 'CLUSTER', here: 'LOCAL' });
    expect(tasks.find(({ key }) => key === 'there')?.attempts[0]?.placement?.policy).toBe(
      'LEAST_CONNECTIONS',
    );
  });

  it('sends tasks that name no layer to nodes while there are any, and keeps them here when there are none', async () => {
    const anywhere = (key: string) => ({ ...onCluster(key, 'true'), layer: null });
    const [alone] = await ended(await submit([anywhere('alone')]));
    expect(alone?.attempts[0]?.layer).toBe('LOCAL');
    const node = await start('one');
    const slots = async () =>
      (await graphql<{ layer: { slots: number } }>(server, '{ layer(name: CLUSTER) { slots } }')).layer.slots;
    await until('the layer knows it', async () => (await slots()) > 0);
    const [there] = await ended(await submit([anywhere('there')]));
    expect(there?.attempts[0]?.layer).toBe('CLUSTER');
    await node.stop();
    await until('the layer knows', async () => (await slots()) === 0);
    const [again] = await ended(await submit([anywhere('again')]));
    expect(again?.attempts[0]?.layer).toBe('LOCAL');
  });

  it('takes no nodes where the cluster is off', async () => {
    await serveAnew({ TASKMESH_CLUSTER__ENABLED: 'false' });
    await expect(graphql(server, 'mutation { createJoinToken { token } }')).rejects.toThrow(
      /cluster.enabled/,
    );
    await expect(submit([onCluster('a', 'true')])).rejects.toThrow(/CLUSTER is not available/);
  });
});
