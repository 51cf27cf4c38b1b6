/** Two servers on one database: what becomes of attempts when the lead goes from the process that runs them to another. */
import { beforeEach, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/kit/clock.js';
import { IdSource } from '../../../../src/kit/ids.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { CommandDesk, type DeskCore } from '../../../../src/orchestrator/command-desk.js';
import type { Commands } from '../../../../src/orchestrator/commands.js';
import { checkMesh } from '../../../../src/orchestrator/definition/check-mesh.js';
import type { CheckedMesh } from '../../../../src/orchestrator/definition/mesh-input.js';
import { Dispatcher } from '../../../../src/orchestrator/dispatcher.js';
import { LogWriter } from '../../../../src/orchestrator/log-writer.js';
import { OnceDesk } from '../../../../src/orchestrator/once-desk.js';
import { Orchestrator } from '../../../../src/orchestrator/orchestrator.js';
import { Permissions } from '../../../../src/orchestrator/permissions.js';
import { QuantileAdvisor } from '../../../../src/orchestrator/advice/quantile-advisor.js';
import { References } from '../../../../src/orchestrator/references.js';
import { AttemptReports } from '../../../../src/orchestrator/servers/attempt-reports.js';
import { routeCommands } from '../../../../src/orchestrator/servers/command-route.js';
import { Mailbox } from '../../../../src/orchestrator/servers/mailbox.js';
import { abortBody, inquiryBody } from '../../../../src/orchestrator/servers/relay-body.js';
import { RelayInbox } from '../../../../src/orchestrator/servers/relay-inbox.js';
import { RelayOutbox } from '../../../../src/orchestrator/servers/relay-outbox.js';
import { relayedCommands } from '../../../../src/orchestrator/servers/relayed-commands.js';
import { MemoryDatabase } from '../../../../src/store/memory/memory-database.js';
import { MemoryRelay } from '../../../../src/store/memory/memory-relay.js';
import { MemoryStore } from '../../../../src/store/memory/memory-store.js';
import { HandLayer } from '../../../conformance/model/hand-layer.js';
import { SLOTS } from '../../../conformance/model/model.js';
import { noTemplates } from '../../../support/no-templates.js';

const owner = { id: 'owner', trusted: true };
/** Nobody gives a hint: polling alone must do. */
const noHints = { on: () => () => {} };

function mesh(keys: readonly string[], more: object = {}): CheckedMesh {
  const tasks = keys.map((key) => ({ key, work: { module: { path: 'work.mjs' } }, ...more }));
  const checked = checkMesh({ name: 'm', tasks }, { maxAttempts: 3, executionTimeoutMs: 60_000 });
  if (!checked.ok) throw new Error(checked.refusal.message);
  return checked.value;
}

let clock: VirtualClock;
let database: MemoryDatabase;
let a: Server;
let b: Server;

class Server {
  readonly layer: HandLayer;
  readonly store = new MemoryStore(database);
  readonly orchestrator: Orchestrator;
  readonly inbox: RelayInbox;
  readonly commands: Commands;

  constructor(readonly name: string) {
    const { store } = this;
    const random = new SeededRandom(name);
    const ids = new IdSource(clock, random);
    const relay = new MemoryRelay(database);
    this.layer = new HandLayer(name);
    const layers = new Map([[this.layer.name, this.layer]]);
    const logs = new LogWriter(store, clock, () => {});
    const dispatcher = new Dispatcher({ layers, store, logs, clock });
    const outbox = new RelayOutbox({
      ...{ relay, hints: noHints, clock, ids, sender: name, waitMs: 20_000 },
      answered: () => {},
    });
    const reports = new AttemptReports({ outbox, clock, recorded: (all) => dispatcher.forget(all) });
    this.orchestrator = new Orchestrator({
      ...{ store, clock, random, layers, dispatcher, advisor: new QuantileAdvisor() },
      ...{ publish: () => {}, committed: () => {}, unanswered: () => {}, told: () => {} },
      peers: {
        reports,
        abort: (node, key, reason) => void outbox.ask(abortBody(key, reason), node).catch(() => {}),
        inquire: (node, keys) => void outbox.ask(inquiryBody(keys), node).catch(() => {}),
      },
      leaderlessMs: 10_000,
      drainMs: 5000,
    });
    const references = new References(store, this.orchestrator);
    const permissions = new Permissions(references, () => undefined);
    const once = new OnceDesk(store, this.orchestrator);
    const deskOn = (core: DeskCore): Commands =>
      new CommandDesk({
        orchestrator: core,
        store,
        ids,
        references,
        permissions,
        once,
        templates: noTemplates,
      });
    this.inbox = new RelayInbox({
      ...{ relay, hints: noHints, clock, core: this.orchestrator, deskOn, ageMsMax: 15_000 },
      ...{ taken: () => {}, failed: (error) => expect(error).toBeUndefined() },
    });
    this.commands = routeCommands(this.orchestrator, {
      own: deskOn(this.orchestrator),
      relayed: relayedCommands(outbox),
    });
    const mailbox = new Mailbox({
      ...{ relay, hints: noHints, clock, owner: name },
      leads: () => this.orchestrator.epoch !== undefined,
      running: () => dispatcher.runningCount,
      abort: (token, reason) => dispatcher.abort(token, reason),
      inquire: (keys) => dispatcher.disown(keys),
    });
    void outbox.start();
    void this.inbox.start();
    void mailbox.start();
    void this.orchestrator.start();
  }

  get held(): number {
    return this.layer.held.size;
  }

  end(key: string): void {
    this.layer.end(idOf(key), 'completed');
  }
}

function idOf(key: string): string {
  return [...database.tasks.values()].find(({ spec }) => spec.key === key)?.id as string;
}

/** `a RUNNING 1/0`: status, attempts and crashes. */
function tasks(): string[] {
  return [...database.tasks.values()].map(
    ({ spec, status, attempt, crashes }) => `${spec.key} ${status} ${attempt}/${crashes}`,
  );
}

function refused(): number {
  return database.events.filter((event) => event.type === 'LATE_OUTCOME_REFUSED').length;
}

/** Lets time pass in small steps, and all that follows from it happen. */
async function pass(ms: number): Promise<void> {
  for (const until = clock.monotonic() + ms; ; ) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (clock.monotonic() >= until) return;
    clock.advance(Math.min(10, until - clock.monotonic()));
  }
}

/** As the presence does once that server is off the list. */
async function declareDead(by: Server, node: string): Promise<void> {
  void by.inbox.lookThrough().then((isHeard) => {
    if (isHeard) by.orchestrator.endForeign(node);
  });
  await pass(50);
}

beforeEach(async () => {
  clock = new VirtualClock();
  database = new MemoryDatabase({ now: () => clock.wall() });
  a = new Server('a');
  await pass(0);
  b = new Server('b');
  await pass(0);
  expect([a.orchestrator.epoch, b.orchestrator.epoch]).toEqual([1, undefined]);
});

async function submit(keys: readonly string[], more: object = {}): Promise<void> {
  void a.commands.submitMesh(owner, mesh(keys, more)).catch(() => {});
  await pass(20);
}

async function handOver(): Promise<void> {
  void a.orchestrator.handOver();
  await pass(50);
  expect([a.orchestrator.epoch, b.orchestrator.epoch]).toEqual([undefined, 2]);
}

it('what runs when a server hands over goes on there, and the next leader records how it ends', async () => {
  await submit(['x', 'y']);
  await handOver();
  expect(b.orchestrator.foreignNodes).toEqual(['a']);
  a.end('x');
  await pass(1000);
  expect(tasks()).toEqual(['x COMPLETED 1/0', 'y RUNNING 1/0']);
  expect([a.held, b.held]).toEqual([1, 0]);
  a.end('y');
  await pass(1000);
  expect(tasks()).toEqual(['x COMPLETED 1/0', 'y COMPLETED 1/0']);
  expect(b.orchestrator.foreignNodes).toEqual([]);
  expect(refused()).toBe(0);
});

it('what ended while nobody led is recorded by the next leader', async () => {
  await submit(['x']);
  void a.orchestrator.handOver();
  a.end('x');
  await pass(1000);
  expect(tasks()).toEqual(['x COMPLETED 1/0']);
  expect(refused()).toBe(0);
});

it('what another server runs takes no place of the leader', async () => {
  await submit(Array.from({ length: SLOTS }, (_, index) => `old${index}`));
  expect(a.held).toBe(SLOTS);
  await handOver();
  void b.commands.submitMesh(owner, mesh(['new'])).catch(() => {});
  await pass(50);
  expect(tasks().at(-1)).toBe('new RUNNING 1/0');
  expect(b.held).toBe(1);
});

it('what a dead server ran is lost and starts again, and its late outcome is refused', async () => {
  await submit(['x']);
  a.store.breakSession('the session broke');
  await pass(50);
  expect(b.orchestrator.epoch).toBe(2);
  expect(tasks()).toEqual(['x RUNNING 1/0']);
  await declareDead(b, 'a');
  expect(tasks()).toEqual(['x RUNNING 2/1']);
  expect(b.held).toBe(1);
  a.end('x');
  await pass(1000);
  expect(tasks()).toEqual(['x RUNNING 2/1']);
  expect(refused()).toBe(1);
});

it('what a server had reported before it died is not lost', async () => {
  await submit(['x', 'y']);
  await handOver();
  a.end('x'); // the report is written, and the leader has not looked yet
  await pass(0);
  await declareDead(b, 'a');
  expect(tasks()).toEqual(['x COMPLETED 1/0', 'y RUNNING 2/1']);
  expect(refused()).toBe(0);
});

it('a leader can end what another server runs: for a cancel, and for its time', async () => {
  await submit(['x']);
  await submit(['y'], { executionTimeoutMs: 3000 });
  await pass(2000);
  await handOver();
  void b.commands.cancelTask(owner, idOf('x')).catch(() => {});
  await pass(700);
  const signals = [...a.layer.held.values()].map(({ signal }) => signal);
  expect(signals.map(({ reason }) => reason)).toEqual(['CANCELLED', undefined]);
  // its time has run since it began, under the first leader
  await pass(1500);
  expect(signals.map(({ reason }) => reason)).toEqual(['CANCELLED', 'TIMED_OUT']);
});

it('a change that comes while the lead is handed over is carried out once, by the next leader', async () => {
  await submit(['x']);
  void a.orchestrator.handOver();
  const asked = a.commands.submitMesh(owner, mesh(['late']));
  await pass(1000);
  const { meshId } = await asked;
  expect([...database.meshes.values()].filter(({ id }) => id === meshId)).toHaveLength(1);
  expect(tasks()).toEqual(['x RUNNING 1/0', 'late RUNNING 1/0']);
  expect(b.held).toBe(1);
});

it('a server that leads again takes up what it ran all the while', async () => {
  await submit(['x']);
  a.store.breakSession('the session broke');
  await pass(50);
  expect(b.orchestrator.epoch).toBe(2);
  b.store.breakSession('the session broke');
  await pass(50);
  const leader = a.orchestrator.epoch === undefined ? b : a;
  a.end('x');
  await pass(1000);
  expect(leader.orchestrator.epoch).toBe(3);
  expect(tasks()).toEqual(['x COMPLETED 1/0']);
});

it('a server that the database hears may go on with what it runs, and one that it does not hear may not', async () => {
  await submit(['x']);
  a.store.breakSession('the session broke');
  await pass(50);
  for (let second = 0; second < 20; second++) {
    a.orchestrator.heard();
    await pass(1000);
  }
  const [attempt] = a.layer.held.values();
  expect(attempt?.signal.aborted).toBe(false);
  await pass(10_000);
  expect(attempt?.signal.reason).toBe('SHUTDOWN');
});

it('a server that stops after it has handed over waits for what it runs, ends it when that takes too long, and tells', async () => {
  await submit(['x', 'y']);
  await handOver();
  let stopped = false;
  void a.orchestrator.stop().then(() => (stopped = true));
  a.end('x');
  await pass(4000);
  expect([stopped, tasks()]).toEqual([false, ['x COMPLETED 1/0', 'y RUNNING 1/0']]);
  await pass(1500);
  const [attempt] = a.layer.held.values();
  expect(attempt?.signal.reason).toBe('SHUTDOWN');
  a.layer.end(idOf('y'), 'crashed');
  await pass(1000);
  expect(stopped).toBe(true);
  expect(tasks()[1]).toMatch(/^y RUNNING 2\//);
  expect(b.held).toBe(1);
});
