/** Requests between servers: what is an answer and what is not, how long one waits, and that nothing is carried out twice. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/kit/clock.js';
import type { Json } from '../../../../src/kit/json.js';
import { emptyBatch } from '../../../../src/lifecycle/ledger.js';
import { RefusedError } from '../../../../src/lifecycle/refusal.js';
import type { DeskCore } from '../../../../src/orchestrator/command-desk.js';
import type { Commands } from '../../../../src/orchestrator/commands.js';
import { type Ground, NOT_LEADING } from '../../../../src/orchestrator/orchestrator.js';
import { routeCommands } from '../../../../src/orchestrator/servers/command-route.js';
import { leaderTaskBody } from '../../../../src/orchestrator/servers/relay-body.js';
import { RelayInbox } from '../../../../src/orchestrator/servers/relay-inbox.js';
import { RelayOutbox } from '../../../../src/orchestrator/servers/relay-outbox.js';
import { relayedCommands } from '../../../../src/orchestrator/servers/relayed-commands.js';
import type { Hint, Hints } from '../../../../src/store/hints.js';
import { MemoryDatabase } from '../../../../src/store/memory/memory-database.js';
import { MemoryRelay } from '../../../../src/store/memory/memory-relay.js';
import { uuid } from '../../../support/store/batches.js';

const WAIT_MS = 10_000;
const OWNER = { id: 'owner', trusted: true };
/** More turns than any of these promises takes. */
const TURNS = 60;

let clock: VirtualClock;
let database: MemoryDatabase;
let relay: MemoryRelay;
let leader: LeadingCore;
let inbox: RelayInbox;
let outbox: RelayOutbox;
let commands: Commands;
let failures: unknown[];
let desk: Partial<Record<keyof Commands, (core: DeskCore, ...args: never[]) => Promise<unknown>>>;

/** The leader's core as the relay sees it: every ask is a commit of what came with it. */
class LeadingCore implements DeskCore {
  epoch: number | undefined = 1;
  core = undefined;
  asked: string[] = [];
  refuse: RefusedError | undefined;
  now = (): number => 0;
  secondsOf = (): number => 1;

  async ask<T>(input: { readonly kind: string }, ground?: Ground): Promise<T> {
    if (this.refuse !== undefined) throw this.refuse;
    this.asked.push(input.kind);
    const relayAnswers = ground?.relayed === undefined ? [] : [ground.relayed];
    database.apply({ epoch: 1, seq: database.batchSeq + 1 }, { ...emptyBatch(), relayAnswers });
    return undefined as T;
  }
}

/** Hints that arrive at once. */
class Wire implements Hints {
  readonly #listeners: [Hint, () => void][] = [];

  on(hint: Hint, listener: () => void): () => void {
    this.#listeners.push([hint, listener]);
    return () => {};
  }

  give(hint: Hint): void {
    for (const [name, listener] of this.#listeners) if (name === hint) listener();
  }
}

beforeEach(async () => {
  clock = new VirtualClock(1_000_000);
  database = new MemoryDatabase({ now: () => clock.wall() });
  relay = new MemoryRelay(database);
  leader = new LeadingCore();
  failures = [];
  desk = {};
  const hints = new Wire();
  let ids = 0;
  outbox = new RelayOutbox({
    relay,
    hints,
    clock,
    ids: { next: () => uuid(++ids) },
    sender: 'follower',
    waitMs: WAIT_MS,
    answered: () => {},
  });
  inbox = new RelayInbox({
    relay,
    hints,
    clock,
    core: leader,
    deskOn: (core) =>
      new Proxy({} as Commands, {
        get: (_, name) => {
          const act = desk[name as keyof Commands];
          return (...args: never[]) => act?.(core, ...args);
        },
      }),
    leaderTasks: {
      double: (args, requestId) => Promise.resolve([...args, ...args, requestId]),
      refuse: () => Promise.reject(new RefusedError({ code: 'CONFLICT', message: 'no' })),
    },
    ageMsMax: WAIT_MS - 3000,
    taken: () => {},
    failed: (error) => failures.push(error),
  });
  commands = relayedCommands(outbox);
  await outbox.start();
  await inbox.start();
});

afterEach(async () => {
  await inbox.stop();
  await outbox.stop();
});

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 50) {
    clock.advance(50);
    for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
  }
}

/** What it comes to, as it stands after some time. */
async function outcomeOf(promise: Promise<unknown>, ms = 1000): Promise<unknown> {
  const settled = promise.then(
    (value) => ({ value: value as Json }),
    (error: unknown) => (error instanceof RefusedError ? error.code : String(error)),
  );
  await pass(ms);
  return await Promise.race([settled, 'waits']);
}

describe('a server that stops', () => {
  it('answers who still waits, and leaves no timer that would hold its process', async () => {
    await inbox.stop();
    relay.send = () => Promise.reject(new Error('the database is away'));
    const refusal = (error: RefusedError): string => error.code;
    const asked = [1, 2].map(() => outbox.ask({ command: 'pauseMesh', arguments: [] }).catch(refusal));
    await pass(100);
    await outbox.stop();
    expect(await Promise.all(asked)).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
    await pass(2000);
    expect(clock.timerCount).toBe(0);
    expect(outbox.waiting).toBe(0);
  });
});

describe('a task of the leader beside the commands', () => {
  it('is carried out by what knows it, and answered or refused as that says', async () => {
    const ask = (task: string) =>
      outcomeOf(outbox.ask(leaderTaskBody({ task, arguments: [1, { a: null }] })));
    expect(await ask('double')).toEqual({ value: [1, { a: null }, 1, { a: null }, uuid(1)] });
    expect(await ask('refuse')).toBe('CONFLICT');
    expect(failures).toEqual([]);
  });

  it('that this version does not know is not answered: a leader of another version may know it', async () => {
    expect(await outcomeOf(outbox.ask(leaderTaskBody({ task: 'dance', arguments: [] })))).toBe('waits');
    expect(failures).toEqual([]);
  });
});

describe('a command by way of another server', () => {
  it('reaches the desk as it was given, and is answered with what the commit made', async () => {
    const seen: unknown[] = [];
    desk.addEdge = async (core, ...args) => {
      seen.push(args);
      await core.ask({ kind: 'timePassed' }, { epoch: 1, value: { edgeId: 'e' } });
      return { edgeId: 'e' };
    };
    const edge = { sourceId: 'a', targetId: 'b', type: 'HARD', weight: 0.5 } as const;
    expect(await outcomeOf(commands.addEdge(OWNER, edge))).toEqual({ value: { edgeId: 'e' } });
    expect(seen).toEqual([[OWNER, edge]]);
  });

  it('that the desk refuses is refused with the same words, fields and all', async () => {
    const faults = [{ path: 'tasks[0].key', message: 'is empty' }];
    desk.submitMesh = () =>
      Promise.reject(new RefusedError({ code: 'INVALID_INPUT', message: 'bad', faults, details: { a: 1 } }));
    const asked = commands.submitMesh(OWNER, {} as never).catch((error: RefusedError) => error.refusal);
    await pass(1000);
    expect(await asked).toEqual({ code: 'INVALID_INPUT', message: 'bad', faults, details: { a: 1 } });
  });

  it('that needs no commit (it was carried out long ago) is answered all the same', async () => {
    desk.createTask = () => Promise.resolve({ taskId: 't' });
    expect(await outcomeOf(commands.createTask(OWNER, null, {} as never))).toEqual({
      value: { taskId: 't' },
    });
  });

  it('is carried out once, however often it is looked at while it is under way', async () => {
    let begun = 0;
    let finish: () => void = () => {};
    desk.cancelTask = async (core) => {
      begun++;
      await new Promise<void>((resolve) => (finish = resolve));
      await core.ask({ kind: 'timePassed' });
    };
    const asked = commands.cancelTask(OWNER, 't');
    await pass(2000);
    inbox.look();
    expect(begun).toBe(1);
    finish();
    expect(await outcomeOf(asked)).toEqual({ value: null });
    await pass(2000);
    expect(begun).toBe(1);
  });

  it.each(['UNAVAILABLE', 'OVERLOADED'] as const)(
    'that meets %s is not answered with it but taken up again',
    async (code) => {
      desk.pauseMesh = (core) => core.ask({ kind: 'timePassed' });
      leader.refuse = new RefusedError({ code, message: 'for the moment' });
      const asked = commands.pauseMesh(OWNER, 'm');
      expect(await outcomeOf(asked)).toBe('waits');
      leader.refuse = undefined;
      expect(await outcomeOf(asked)).toEqual({ value: null });
    },
  );

  it('waits for the next leader when nobody leads', async () => {
    desk.resumeMesh = (core) => core.ask({ kind: 'timePassed' });
    leader.epoch = undefined;
    const asked = commands.resumeMesh(OWNER, 'm');
    expect(await outcomeOf(asked, 5000)).toBe('waits');
    leader.epoch = 2;
    expect(await outcomeOf(asked)).toEqual({ value: null });
  });

  it('whose sender has given up is not carried out any more', async () => {
    desk.resumeMesh = (core) => core.ask({ kind: 'timePassed' });
    leader.epoch = undefined;
    expect(await outcomeOf(commands.resumeMesh(OWNER, 'm'), WAIT_MS + 1000)).toBe('UNAVAILABLE');
    leader.epoch = 2;
    await pass(1000);
    const [row] = database.relayed.values();
    expect(row?.answer).toMatchObject({ refusal: { code: 'UNAVAILABLE' } });
    expect(row?.answer).toMatchObject({ refusal: { message: expect.stringContaining('not carried out') } });
  });

  it('that meets a bug is answered as one, and told to the log of the leader', async () => {
    desk.holdTask = () => Promise.reject(new TypeError('x is not a function'));
    expect(await outcomeOf(commands.holdTask(OWNER, 't'))).toMatch(/x is not a function/);
    expect(failures).toHaveLength(1);
  });

  it('that the leader does not know is refused, for it is of another version', async () => {
    await relay.send([
      { id: uuid(500), sender: 'b', recipient: null, body: { command: 'toString', arguments: [] } },
    ]);
    await pass(1000);
    expect(await relay.answers([uuid(500)])).toMatchObject([
      { answer: { refusal: { code: 'UNAVAILABLE' } } },
    ]);
  });

  it('leaves nothing behind once it is answered but that it was there', async () => {
    desk.holdTask = (core) => core.ask({ kind: 'timePassed' });
    await outcomeOf(Promise.all(Array.from({ length: 600 }, () => commands.holdTask(OWNER, 't'))));
    await pass(1000);
    const rows = [...database.relayed.values()];
    expect(rows.filter(({ isDiscarded, body }) => !isDiscarded || body !== null)).toEqual([]);
    expect(outbox.waiting).toBe(0);
  });
});

describe('the route of a command', () => {
  const own = (act: () => Promise<void>): Commands => ({ holdTask: act }) as unknown as Commands;
  const relayed = { holdTask: async () => 'relayed' } as unknown as Commands;

  it('is short where this server leads, and long where it does not', async () => {
    const core = { epoch: 1 as number | undefined };
    const routed = routeCommands(core, { own: own(async () => undefined), relayed });
    expect(await routed.holdTask(OWNER, 't')).toBeUndefined();
    core.epoch = undefined;
    expect(await routed.holdTask(OWNER, 't')).toBe('relayed');
  });

  it('becomes long when the lead ends before anything was committed, and only then', async () => {
    const ended = (error: Error): Commands => own(() => Promise.reject(error));
    const core = { epoch: 1 };
    const lost = ended(new RefusedError(NOT_LEADING));
    expect(await routeCommands(core, { own: lost, relayed }).holdTask(OWNER, 't')).toBe('relayed');
    const uncertain = ended(new RefusedError({ code: 'UNAVAILABLE', message: 'perhaps' }));
    await expect(routeCommands(core, { own: uncertain, relayed }).holdTask(OWNER, 't')).rejects.toThrow(
      'perhaps',
    );
  });
});
