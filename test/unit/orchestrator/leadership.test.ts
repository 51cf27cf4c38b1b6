/** What a process does with its attempts and with itself when its leadership ends and the next one begins. */
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { IdSource } from '../../../src/kit/ids.js';
import { SeededRandom } from '../../../src/kit/random.js';
import { CommandDesk } from '../../../src/orchestrator/command-desk.js';
import { checkMesh } from '../../../src/orchestrator/definition/check-mesh.js';
import type { CheckedMesh } from '../../../src/orchestrator/definition/mesh-input.js';
import { Dispatcher } from '../../../src/orchestrator/dispatcher.js';
import { LogWriter } from '../../../src/orchestrator/log-writer.js';
import { OnceDesk } from '../../../src/orchestrator/once-desk.js';
import { Orchestrator } from '../../../src/orchestrator/orchestrator.js';
import type { LeadershipEvent } from '../../../src/orchestrator/orchestrator-options.js';
import { Permissions } from '../../../src/orchestrator/permissions.js';
import { QuantileAdvisor } from '../../../src/orchestrator/advice/quantile-advisor.js';
import { References } from '../../../src/orchestrator/references.js';
import { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { type CommitFault, MemoryStore } from '../../../src/store/memory/memory-store.js';
import { HandLayer } from '../../conformance/model/hand-layer.js';
import { noTemplates } from '../../support/no-templates.js';

const owner = { id: 'owner', trusted: true };
const LEADERLESS_MS = 10_000;

function mesh(...keys: string[]): CheckedMesh {
  const tasks = keys.map((key) => ({ key, work: { module: { path: 'work.mjs' } } }));
  const checked = checkMesh({ name: 'm', tasks }, { maxAttempts: 3, executionTimeoutMs: 1000 });
  if (!checked.ok) throw new Error(checked.refusal.message);
  return checked.value;
}

/** A process over a database whose link and commits can be made to fail. */
class Server {
  readonly clock = new VirtualClock();
  readonly database = new MemoryDatabase({ now: () => this.clock.wall() });
  readonly layer = new HandLayer('process 1');
  readonly told: LeadershipEvent[] = [];
  commit: CommitFault = 'none';
  link: () => Promise<void> = () => Promise.resolve();
  readonly store = new MemoryStore(this.database, { commit: () => this.commit, link: () => this.link() });
  readonly orchestrator: Orchestrator;
  readonly desk: CommandDesk;

  constructor() {
    const { clock, store } = this;
    const random = new SeededRandom(1);
    const layers = new Map([[this.layer.name, this.layer]]);
    const logs = new LogWriter(store, clock, () => {});
    this.orchestrator = new Orchestrator({
      store,
      clock,
      random,
      layers,
      dispatcher: new Dispatcher({ layers, store, logs, clock }),
      advisor: new QuantileAdvisor(),
      publish: () => {},
      committed: () => {},
      unanswered: () => {},
      told: (event) => this.told.push(event),
      leaderlessMs: LEADERLESS_MS,
      drainMs: 0,
    });
    const references = new References(store, this.orchestrator);
    this.desk = new CommandDesk({
      orchestrator: this.orchestrator,
      store,
      references,
      ids: new IdSource(clock, random),
      permissions: new Permissions(references, () => undefined),
      once: new OnceDesk(store, this.orchestrator),
      templates: noTemplates,
    });
  }

  /** Lets time pass in small steps, and all that follows from it happen. */
  async pass(ms: number): Promise<void> {
    for (const until = this.clock.monotonic() + ms; ; ) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.clock.monotonic() >= until) return;
      this.clock.advance(Math.min(10, until - this.clock.monotonic()));
    }
  }

  async submit(...keys: string[]): Promise<void> {
    void this.desk.submitMesh(owner, mesh(...keys)).catch(() => {});
    await this.pass(0);
  }

  /** `a RUNNING 1/0`: status, attempts and crashes. */
  tasks(): string[] {
    return [...this.database.tasks.values()].map(
      ({ spec, status, attempt, crashes }) => `${spec.key} ${status} ${attempt}/${crashes}`,
    );
  }

  get refused(): number {
    return this.database.events.filter((event) => event.type === 'LATE_OUTCOME_REFUSED').length;
  }

  end(taskIndex: number): void {
    const task = [...this.database.tasks.values()][taskIndex];
    this.layer.end(task?.id as string, 'completed');
  }
}

async function leading(): Promise<Server> {
  const server = new Server();
  void server.orchestrator.start();
  await server.pass(0);
  return server;
}

it('starts what it has committed itself and never released, instead of counting it as lost', async () => {
  const server = await leading();
  server.commit = 'unknownApplied';
  await server.submit('a');
  server.store.breakSession('the session broke');
  server.commit = 'none';
  await server.pass(100);
  expect(server.tasks()).toEqual(['a RUNNING 1/0']);
  expect(server.layer.held.size).toBe(1);
  server.end(0);
  await server.pass(100);
  expect(server.tasks()).toEqual(['a COMPLETED 1/0']);
});

it('keeps an outcome whose batch never arrived, and commits it in its next leadership', async () => {
  const server = await leading();
  await server.submit('a');
  server.commit = 'unknownNotApplied';
  server.end(0);
  await server.pass(0);
  server.store.breakSession('the session broke');
  server.commit = 'none';
  await server.pass(100);
  expect(server.tasks()).toEqual(['a COMPLETED 1/0']);
});

it('does not tell an outcome again whose batch was applied without an answer', async () => {
  const server = await leading();
  await server.submit('a');
  server.commit = 'unknownApplied';
  server.end(0);
  await server.pass(0);
  server.store.breakSession('the session broke');
  server.commit = 'none';
  await server.pass(100);
  expect(server.tasks()).toEqual(['a COMPLETED 1/0']);
  expect(server.refused).toBe(0);
});

it('ends its attempts when it has not led for a while, however often it tried meanwhile', async () => {
  const server = await leading();
  await server.submit('a');
  server.link = () => Promise.reject(new Error('the database is away'));
  server.store.breakSession('the session broke');
  await server.pass(LEADERLESS_MS - 100);
  const [attempt] = server.layer.held.values();
  expect(attempt?.signal.aborted).toBe(false);
  expect(server.told.filter((event) => event.kind === 'failed').length).toBeGreaterThan(3);
  await server.pass(200);
  expect(attempt?.signal.reason).toBe('SHUTDOWN');
});

it('takes the lead ever more slowly while the store refuses every batch', async () => {
  const server = await leading();
  await server.submit('a');
  const [task] = server.database.tasks.values();
  const attempt = { ...task, taskId: task?.id as string, attempt: 1, token: 1, layer: 'LOCAL', node: 'x' };
  server.database.attempts.set(`${task?.id}:2`, {
    ...attempt,
    waitMs: 0,
    outcome: null,
    finishedAt: null,
  } as never);
  server.layer.end(task?.id as string, 'crashed');
  await server.pass(10_000);
  const ended = server.told.filter((event) => event.kind === 'lost');
  expect(ended.length).toBeGreaterThan(3);
  expect(ended.length).toBeLessThan(12);
});

it('stops although it was just about to lead again', async () => {
  const server = await leading();
  let answer = (): void => {};
  server.link = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  server.store.breakSession('the session broke');
  await server.pass(0);
  answer(); // leads; now it loads
  await server.pass(0);
  let stopped = false;
  void server.orchestrator.stop().then(() => {
    stopped = true;
  });
  await server.pass(0);
  server.link = () => Promise.resolve();
  answer();
  await server.pass(10);
  expect(stopped).toBe(true);
});

it('lets the time of an attempt begin when it begins, however long its commit takes', async () => {
  const server = await leading();
  server.commit = 'unknownNotApplied';
  await server.submit('a');
  await server.pass(5000);
  server.commit = 'none';
  await server.pass(1100);
  expect(server.tasks()).toEqual(['a RUNNING 1/0']);
  const [attempt] = server.layer.held.values();
  await server.pass(1000);
  expect(attempt?.signal.reason).toBe('TIMED_OUT');
});

it('takes no instant from anybody before it has heard the clock of the database', () => {
  const { desk, clock } = new Server();
  const startAfter = new Date(clock.wall() + 1000).toISOString();
  const checked = checkMesh(
    { name: 'm', tasks: [{ key: 'a', startAfter }] },
    { maxAttempts: 1, executionTimeoutMs: 1000 },
  );
  if (!checked.ok) throw new Error(checked.refusal.message);
  return expect(desk.submitMesh(owner, checked.value)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

it('carries nothing out that was looked up under another leader', async () => {
  const server = await leading();
  let answer = (): void => {};
  server.link = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const once = { key: 'k', requestHash: 'request' };
  const asked = server.desk.submitMesh(owner, mesh('a'), once).catch((error: { code: string }) => error.code);
  await server.pass(0);
  const found = answer; // nothing is known under this key
  server.link = () => Promise.resolve();
  server.store.breakSession('the session broke');
  await server.pass(10);
  found();
  expect(await asked).toBe('UNAVAILABLE');
});

it('does not keep from its work an attempt whose cancel was never committed', async () => {
  const server = await leading();
  server.commit = 'unknownApplied';
  await server.submit('a');
  const [task] = server.database.tasks.values();
  void server.desk.cancelTask(owner, task?.id as string).catch(() => {});
  await server.pass(0);
  let calls = 0; // the commit of the start is answered, that of the cancel never
  server.link = () => (++calls === 1 ? Promise.resolve() : new Promise(() => {}));
  server.commit = 'none';
  await server.pass(100);
  expect(server.layer.held.size).toBe(1);
});
