/**
 * One state directory over all its rounds, with the server that runs on it, its clients, its subscriber and what they
 * were promised. A test makes it, strikes at it, and hands it to the judge.
 */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { SeededRandom } from '../../../src/kit/random.js';
import { graphql, type ServerProcess, spawnServer, type StartingServer } from '../server-process.js';
import { ask, LoadClient } from './client.js';
import { type Evidence, openWork, readEvidence, withSession } from './evidence.js';
import { brokenPromises } from './judge.js';
import { MODULE_FILE, MODULE_SOURCE } from './meshes.js';
import { Notes } from './notes.js';
import { moment } from './plan.js';
import { hear } from './subscriber.js';
import { endAll, familyOf, living, olderThan, processesOf, type Sighting } from './processes.js';

const SUBMIT = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
const PROVE = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
const PROVEN = 'query ($id: ID!) { task(id: $id) { status } }';
const STATUSES =
  'query ($after: String) { meshes(first: 100, after: $after) { nodes { id status } pageInfo { endCursor hasNextPage } } }';
/** A kill strikes this many answers into the load, and up to this long after the last of them. */
const ANSWERS_MAX = 16;
const AFTER_ANSWER_MS_MAX = 100;
/** Or it does not wait for answers: a server that has just come up takes its time for the first ones. */
const COLD_MS_MAX = 400;
/** A killed server's commands get SIGTERM, and SIGKILL after this. */
const GRACE_SECONDS = 1;
const FAULTS_SHOWN = 20;
/** A busy machine is no orphan and no loss. */
const GONE_MS_MAX = 20_000;
const END_MS_MAX = 120_000;
/** Half of what a hook of the test runner may take. */
const STOP_MS_MAX = 30_000;
const TOLD_MS_MAX = 60_000;
const WORKS = { timeout: 60_000, interval: 5 };

export class Site {
  readonly notes = new Notes();
  readonly stateDir: string;
  readonly effects: string;
  readonly #clients: LoadClient[];
  /** All processes that any server of this site ever had, as far as they were seen. */
  readonly #families: Sighting[] = [];
  #server: StartingServer | undefined;
  #proofs = 0;

  private constructor(stateDir: string, random: SeededRandom, clients: number) {
    this.stateDir = stateDir;
    this.effects = join(stateDir, 'effects.log');
    this.#clients = Array.from(
      { length: clients },
      (_, index) => new LoadClient(`client${index}`, random, this.notes, this.effects),
    );
  }

  /** `finished` registers what ends the site with its test, however that ends. */
  static async make(
    random: SeededRandom,
    clients: number,
    finished: (close: () => Promise<void>) => void,
  ): Promise<Site> {
    const stateDir = await realpath(await mkdtemp(join(tmpdir(), 'taskmesh-kill-')));
    await mkdir(join(stateDir, 'modules'));
    await writeFile(join(stateDir, 'modules', MODULE_FILE), MODULE_SOURCE);
    const site = new Site(stateDir, random, clients);
    finished(() => site.close());
    return site;
  }

  spawn(): StartingServer {
    this.#server = spawnServer(this.stateDir, {
      TASKMESH_EXECUTION__MODULE_ROOT: join(this.stateDir, 'modules'),
      TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '16',
      TASKMESH_EXECUTION__KILL_GRACE_SECONDS: String(GRACE_SECONDS),
    });
    return this.#server;
  }

  /** A server that is ready, after which nothing of an earlier one may be alive. */
  async start(): Promise<ServerProcess> {
    const server = await this.spawn().ready;
    const left = olderThan(processesOf(this.stateDir), server.pid);
    if (left.length > 0) this.notes.surprises.push(`beside the new server still live: ${spoken(left)}`);
    return server;
  }

  /** Clients and a subscriber at work until `stop` aborts. */
  async load(server: ServerProcess, stop: AbortSignal): Promise<void> {
    await Promise.all([
      ...this.#clients.map((client) => client.run(server, stop)),
      this.watch(server, () => stop.aborted, stop),
    ]);
  }

  /** Resolves at the seeded moment for a fault. Answers count rather than time: a busy machine is under load as well. */
  async underLoad(random: SeededRandom): Promise<void> {
    if (random.int(5) === 0) return await moment(random.int(COLD_MS_MAX));
    for (let left = 1 + random.int(ANSWERS_MAX); left > 0; left--) await this.notes.nextAnswer();
    await moment(random.int(AFTER_ANSWER_MS_MAX));
  }

  /** Asks for a new task until it is acknowledged and has run; answers how long that took, in ms. */
  async untilItWorks(server: Pick<ServerProcess, 'url' | 'token'>): Promise<number> {
    const began = performance.now();
    const name = `proof-${++this.#proofs}`;
    const input = { name, idempotencyKey: name, priority: 'CRITICAL', work: { wait: { durationMs: 0 } } };
    const { id } = await this.#insist<{ id: string }>(server, PROVE, { input });
    this.notes.tasks.set(id, 'wait');
    const ran = async (): Promise<void> =>
      expect((await this.#insist<{ status: string }>(server, PROVEN, { id })).status).toBe('COMPLETED');
    await vi.waitFor(ran, WORKS);
    return performance.now() - began;
  }

  /** A mesh of the test's own, which the judge knows nothing of. */
  async submit(server: ServerProcess, input: object): Promise<void> {
    await this.#insist(server, SUBMIT, { input });
  }

  /** Asks until it is answered; what is asked has an idempotency key, or changes nothing. */
  #insist<T>(server: Pick<ServerProcess, 'url' | 'token'>, query: string, variables: object): Promise<T> {
    return vi.waitFor(async () => {
      const given = await ask(server, query, variables);
      if (given.kind !== 'answered') throw new Error(`the server does not work: ${JSON.stringify(given)}`);
      return given.answer as T;
    }, WORKS);
  }

  /** Goes on where the last connection ended. Ends with `stop`, with the connection, or when it has seen `enough`. */
  watch(server: ServerProcess, enough: () => boolean, stop?: AbortSignal): Promise<void> {
    return hear(server, this.notes, { enough, stop });
  }

  /** Call right before a kill: who must not outlive it. */
  rememberFamily(): void {
    if (this.#server !== undefined) this.#families.push(...familyOf(this.#server.pid));
  }

  /** The servers' own children, PostgreSQL apart: that one stays until the next server takes it over. */
  orphans(): Sighting[] {
    return living(this.#families).filter(({ command }) => !command.includes('postgres'));
  }

  async expectNoOrphans(): Promise<void> {
    await vi.waitFor(() => expect(spoken(this.orphans())).toBe(''), { timeout: GONE_MS_MAX, interval: 10 });
  }

  /** Lets everything end, then judges what is in the database, and that GraphQL says the same. */
  async judge(server: ServerProcess): Promise<void> {
    await withSession(this.stateDir, async (client) => {
      const none = { tasks: 0, meshes: 0, attempts: 0 };
      const ended = async (): Promise<void> => expect(await openWork(client)).toEqual(none);
      await vi.waitFor(ended, { timeout: END_MS_MAX, interval: 50 });
      const evidence = await readEvidence(client, this.effects);
      await this.#hearOut(server, evidence);
      console.log(summary(evidence, this.notes));
      expect(brokenPromises(evidence, this.notes).slice(0, FAULTS_SHOWN)).toEqual([]);
      expect(await statusesBy(server)).toEqual(
        new Map(evidence.meshes.map(({ id, status }) => [id, status])),
      );
    });
  }

  /** The subscriber may be behind; the last change is the last it waits for. */
  async #hearOut(server: ServerProcess, { events }: Evidence): Promise<void> {
    const last = events.findLast(({ taskId, to }) => taskId !== null && to !== null)?.seq ?? 0;
    const heardAll = (): boolean => (this.notes.told.at(-1)?.seq ?? 0) >= last;
    if (!heardAll()) await this.watch(server, heardAll, AbortSignal.timeout(TOLD_MS_MAX));
  }

  /** Ends the server in order; afterwards no process of the site may live. Also after a test that failed half-way. */
  async close(): Promise<void> {
    this.rememberFamily();
    try {
      await this.#stop();
      const left = (): string => spoken([...living(this.#families), ...processesOf(this.stateDir)]);
      await vi.waitFor(() => expect(left()).toBe(''), { timeout: GONE_MS_MAX });
    } finally {
      endAll([...this.#families, ...processesOf(this.stateDir)]);
      await rm(this.stateDir, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      void server.kill();
    }, STOP_MS_MAX);
    await server.stop();
    clearTimeout(late);
    expect(isLate, 'the server did not stop when it was told to').toBe(false);
  }
}

function spoken(sightings: readonly Sighting[]): string {
  return sightings.map(({ pid, command }) => `${pid} ${command}`).join('\n');
}

/** So that a reader of the log sees that something was at stake. */
function summary({ events, meshes, tasks, attempts, effects }: Evidence, notes: Notes): string {
  const ended = (outcome: string): number => attempts.filter((attempt) => attempt.outcome === outcome).length;
  return [
    `${meshes.length} meshes, ${tasks.length} tasks, ${attempts.length} attempts (${ended('CRASHED')} crashed, ${ended('FAILED')} failed, ${ended('CANCELLED')} cancelled)`,
    `${events.length} events, ${effects.length} effects, ${notes.told.length} changes told`,
    `${notes.meshes.size} submissions, ${notes.tasks.size} tasks, ${notes.cancelledMeshes.size + notes.cancelledTasks.size} cancels acknowledged`,
    `${notes.unanswered} requests unanswered`,
  ].join('; ');
}

async function statusesBy(server: ServerProcess): Promise<Map<string, string>> {
  const statuses = new Map<string, string>();
  for (let after: string | null = null; ; ) {
    const { meshes }: { meshes: MeshPage } = await graphql(server, STATUSES, { after });
    for (const { id, status } of meshes.nodes) statuses.set(id, status);
    if (!meshes.pageInfo.hasNextPage) return statuses;
    after = meshes.pageInfo.endCursor;
  }
}

interface MeshPage {
  readonly nodes: readonly { readonly id: string; readonly status: string }[];
  readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
}
