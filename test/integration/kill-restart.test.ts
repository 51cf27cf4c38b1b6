/** The promise, against the real program: killed without warning, it loses nothing that it acknowledged. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { SeededRandom } from '../../src/kit/random.js';
import { graphql, type ServerProcess, serveProcess } from '../support/server-process.js';

interface WatchedEvent {
  readonly seq: number;
  readonly type: string;
  readonly taskId: string | null;
  readonly to: string | null;
}

const WATCH =
  'subscription ($meshId: ID!, $after: SafeInt) { meshEvents(meshId: $meshId, after: $after) { seq type taskId to } }';
const SUBMIT = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
const STATUS = 'query ($id: ID!) { mesh(id: $id) { status } }';

let stateDir: string;
let server: ServerProcess | undefined;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'taskmesh-kill-'));
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(stateDir, { recursive: true, force: true });
});

/** Watches from a cursor; `until` decides when to break off. The connection is closed like a network that fails. */
async function watch(url: string, meshId: string, seen: WatchedEvent[], until: () => boolean): Promise<void> {
  const client: Client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const after = seen.at(-1)?.seq ?? 0;
  try {
    for await (const result of client.iterate<{ meshEvents: WatchedEvent }>({
      query: WATCH,
      variables: { meshId, after },
    })) {
      if (result.errors !== undefined) throw new Error(JSON.stringify(result.errors));
      if (result.data) seen.push(result.data.meshEvents);
      if (until()) return;
    }
  } catch (error) {
    if (!until()) throw error;
  } finally {
    client.terminate();
  }
}

function bigMesh(tasks: number, edges: number): object {
  const random = new SeededRandom(42);
  const list = Array.from({ length: tasks }, (_, i) => ({
    key: `t${i}`,
    work: { wait: { durationMs: 1 } },
    dependsOn: [] as { task: string }[],
  }));
  const seen = new Set<number>();
  while (seen.size < edges) {
    const [a, b] = [random.int(tasks), random.int(tasks)];
    const [low, high] = a < b ? [a, b] : [b, a];
    if (low === high || seen.has(low * tasks + high)) continue;
    seen.add(low * tasks + high);
    list[high]?.dependsOn.push({ task: `t${low}` });
  }
  return { name: 'big', tasks: list };
}

/** As a client does it: told to try again shortly, it does, by its key. A starved machine can cost a leader its lead. */
async function submitted(to: ServerProcess, input: object): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      const { submitMesh } = await graphql<{ submitMesh: { id: string } }>(to, SUBMIT, { input });
      return submitMesh.id;
    } catch (error) {
      if (tries === 5 || !String(error).includes('"UNAVAILABLE"')) throw error;
      const isReady = async (): Promise<number> => (await fetch(`${to.url}/health/ready`)).status;
      await expect.poll(isReady, { timeout: 60_000 }).toBe(200);
    }
  }
}

describe('a server that is killed and started again', () => {
  it('finishes 10,000 tasks and 50,000 edges while a client that reconnects twice sees every event exactly once', {
    timeout: 240_000,
  }, async () => {
    const env = { TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '100' };
    server = await serveProcess(stateDir, env);
    const meshId = await submitted(server, { ...bigMesh(10_000, 50_000), idempotencyKey: 'big' });
    const seen: WatchedEvent[] = [];
    await watch(server.url, meshId, seen, () => seen.length >= 2000);
    await server.kill();
    server = await serveProcess(stateDir, env);
    await watch(server.url, meshId, seen, () => seen.length >= 12_000);
    await watch(server.url, meshId, seen, () => seen.at(-1)?.type === 'MESH_COMPLETED');
    const seqs = seen.map((event) => event.seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    const stored = await storedSeqs(server, meshId);
    expect(seqs).toEqual(stored);
    const completed = seen.filter((event) => event.type === 'TASK_COMPLETED').map((event) => event.taskId);
    expect(completed).toHaveLength(10_000);
    expect(new Set(completed).size).toBe(10_000);
    const { mesh } = await graphql<{ mesh: { status: string } }>(server, STATUS, { id: meshId });
    expect(mesh.status).toBe('COMPLETED');
  });

  it('runs again what was running, once per attempt, and leaves no process behind', {
    timeout: 60_000,
  }, async () => {
    server = await serveProcess(stateDir);
    const log = join(stateDir, 'effects.log');
    const script = `require('fs').appendFileSync(${JSON.stringify(log)}, process.env.TASKMESH_IDEMPOTENCY_KEY + ' ' + process.pid + '\\n'); setTimeout(() => {}, process.env.TASKMESH_ATTEMPT === '1' ? 60000 : 10)`;
    const input = {
      name: 'killed',
      tasks: [
        { key: 'long', work: { command: { argv: [process.execPath, '-e', script] } } },
        { key: 'after', work: { command: { argv: ['true'] } }, dependsOn: [{ task: 'long' }] },
      ],
    };
    const { submitMesh } = await graphql<{ submitMesh: { id: string } }>(server, SUBMIT, { input });
    await expect.poll(() => readFile(log, 'utf8').catch(() => ''), { timeout: 20_000 }).toContain(':1 ');
    await server.kill();
    server = await serveProcess(stateDir);
    await expect
      .poll(
        async () =>
          (
            await graphql<{ mesh: { status: string } }>(server as ServerProcess, STATUS, {
              id: submitMesh.id,
            })
          ).mesh.status,
        { timeout: 30_000 },
      )
      .toBe('COMPLETED');
    const lines = (await readFile(log, 'utf8')).trim().split('\n');
    expect(lines.map((line) => line.split(' ')[0]?.split(':')[1])).toEqual(['1', '2']);
    for (const line of lines) expect(isAlive(Number(line.split(' ')[1]))).toBe(false);
    const { mesh } = await graphql<{
      mesh: { tasks: { nodes: { key: string; attempts: { attempt: number; outcome: string }[] }[] } };
    }>(
      server,
      'query ($id: ID!) { mesh(id: $id) { tasks(first: 10) { nodes { key attempts { attempt outcome } } } } }',
      { id: submitMesh.id },
    );
    const long = mesh.tasks.nodes.find((task) => task.key === 'long');
    expect(long?.attempts).toEqual([
      { attempt: 1, outcome: 'CRASHED' },
      { attempt: 2, outcome: 'COMPLETED' },
    ]);
  });
});

async function storedSeqs(from: ServerProcess, meshId: string): Promise<number[]> {
  const seqs: number[] = [];
  let after: string | null = null;
  for (;;) {
    const {
      events,
    }: { events: { nodes: { seq: number }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } } =
      await graphql(
        from,
        'query ($meshId: ID!, $after: String) { events(meshId: $meshId, first: 100, after: $after) { nodes { seq } pageInfo { endCursor hasNextPage } } }',
        { meshId, after },
      );
    seqs.push(...events.nodes.map((event) => event.seq));
    if (!events.pageInfo.hasNextPage) return seqs;
    after = events.pageInfo.endCursor;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
