/** A server and nodes as real processes on one database, what a test asks of them, and the books of what their work did. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../postgres.js';
import { graphql, serveProcess, type ServerProcess } from '../server-process.js';
import { until } from '../until.js';
import { type NodeProcess, spawnNode } from './node-process.js';
import { RedisProcess } from './redis-process.js';

export interface AttemptView {
  readonly attempt: number;
  readonly layer: string;
  readonly node: string;
  readonly startedAt: string;
  readonly outcome: string | null;
  readonly failure: { readonly kind: string; readonly code: string } | null;
  readonly placement: { readonly policy: string; readonly candidates: { readonly node: string }[] } | null;
}
export interface TaskView {
  readonly id: string;
  readonly key: string;
  readonly status: string;
  readonly output: unknown;
  readonly failure: { readonly kind: string } | null;
  readonly attempts: AttemptView[];
}
interface NodeView {
  readonly id: string;
  readonly state: string;
  readonly incarnation: number;
}

/** Short, but longer than a busy machine keeps a process waiting. */
export const LEASE_SECONDS = 3;

export type Backend = 'postgresql' | 'redis';

export interface SiteWish {
  readonly redisArgs?: readonly string[];
  /** Of every server and node. */
  readonly env?: Readonly<Record<string, string>>;
  readonly withoutServer?: boolean;
}

export class ClusterSite {
  readonly dir = mkdtempSync(join(tmpdir(), 'taskmesh-nodes-'));
  readonly nodes: NodeProcess[] = [];
  readonly servers: ServerProcess[] = [];
  database!: FreshDatabase;
  redis: RedisProcess | undefined;
  /** Who is asked. */
  server!: ServerProcess;
  /** Of every server and node. */
  env: Record<string, string> = { TASKMESH_CLUSTER__LEASE_SECONDS: String(LEASE_SECONDS) };

  /** With one server. */
  static async open(backend: Backend = 'postgresql', wish: SiteWish = {}): Promise<ClusterSite> {
    const site = new ClusterSite();
    site.database = await freshDatabase();
    if (backend === 'redis') {
      site.redis = await RedisProcess.start({ dir: join(site.dir, 'redis'), args: wish.redisArgs ?? [] });
      site.env.TASKMESH_CLUSTER__BACKEND = site.redis.url;
    }
    Object.assign(site.env, wish.env);
    if (wish.withoutServer !== true) site.server = await site.serve('server');
    return site;
  }

  async close(): Promise<void> {
    for (const node of this.nodes) node.signal('SIGKILL');
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.redis?.kill();
    await this.database.drop();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  async serve(name: string, env: Record<string, string> = {}): Promise<ServerProcess> {
    const server = await serveProcess(join(this.dir, name), {
      TASKMESH_DATABASE__URL: this.database.url,
      ...this.env,
      ...env,
    });
    this.servers.push(server);
    return server;
  }

  /** Resolves when the servers know it. */
  async start(name: string, ...args: string[]): Promise<NodeProcess> {
    const node = await spawnNode({
      stateDir: join(this.dir, 'nodes'),
      name,
      args: ['--database', this.database.url, ...args],
      env: { DATABASE_URL: this.database.url, ...this.env },
    });
    this.nodes.push(node);
    await until(`node ${name} is known`, async () =>
      (await this.states()).some((one) => one.id === name && one.state === 'READY'),
    );
    return node;
  }

  async states(): Promise<NodeView[]> {
    return (await this.ask<{ nodes: NodeView[] }>('{ nodes { id state incarnation } }')).nodes;
  }

  ask<T>(query: string, variables: object = {}): Promise<T> {
    return graphql<T>(this.server, query, variables);
  }

  async submit(tasks: object[]): Promise<string> {
    const { submitMesh } = await this.ask<{ submitMesh: { id: string } }>(
      'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
      { input: { name: 'cluster', tasks } },
    );
    return submitMesh.id;
  }

  async tasksOf(mesh: string): Promise<TaskView[]> {
    const { mesh: found } = await this.ask<{ mesh: { tasks: { nodes: TaskView[] } } }>(
      `query ($id: ID!) { mesh(id: $id) { tasks(first: 100) { nodes { id key status output failure { kind }
        attempts { attempt layer node startedAt outcome failure { kind code } placement { policy candidates { node } } } } } } }`,
      { id: mesh },
    );
    return found.tasks.nodes;
  }

  async ended(mesh: string, ms = 90_000): Promise<TaskView[]> {
    const query = 'query ($id: ID!) { mesh(id: $id) { status } }';
    await until(
      'the mesh has ended',
      async () =>
        (await this.ask<{ mesh: { status: string } }>(query, { id: mesh })).mesh.status !== 'RUNNING',
      ms,
    );
    return await this.tasksOf(mesh);
  }

  /** For a script: it leaves its idempotency key in the books. */
  get note(): string {
    return `echo "$TASKMESH_IDEMPOTENCY_KEY" >> ${join(this.dir, 'runs')}`;
  }

  /** Answers its path; with a content it is written. */
  file(name: string, content?: string): string {
    const path = join(this.dir, name);
    if (content !== undefined) writeFileSync(path, content);
    return path;
  }

  /** What work wrote, a line for each time it ran; whole ones, because a shell makes a file before it writes to it. */
  written(file = 'runs'): string[] {
    const path = join(this.dir, file);
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  }

  /** Runs are told by their idempotency keys; more than one of a task only where the earlier ones were lost. */
  checkBooks(tasks: readonly TaskView[]): void {
    const runs = this.written();
    expect(new Set(runs).size).toBe(runs.length);
    for (const { id, status, attempts } of tasks) {
      expect(status).toBe('COMPLETED');
      expect(attempts.filter(({ outcome }) => outcome === 'COMPLETED')).toHaveLength(1);
      expect(attempts.every(({ outcome }) => outcome !== null)).toBe(true);
      const ran = runs.filter((run) => run.startsWith(id)).map((run) => Number(run.split(':')[1]));
      for (const attempt of ran.filter((one) => one !== attempts.at(-1)?.attempt)) {
        expect(attempts.find((one) => one.attempt === attempt)?.failure?.code).toBe('LOST');
      }
    }
  }
}

export const onCluster = (key: string, script: string) => ({
  key,
  layer: 'CLUSTER',
  taskType: 'MICRO',
  work: { command: { argv: ['sh', '-c', script] } },
});
