/**
 * kill -9 or SIGTERM of the server that leads, round after round, under the load of clients that know all three servers: what
 * is in flight is done once, by the old leader or by the next, and every client gets its one answer. More rounds: SERVER_ROUNDS.
 */
import { describe, expect, it, vi } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import { LoadClient } from '../../support/kill-rounds/client.js';
import { openWork, readEvidence } from '../../support/kill-rounds/evidence.js';
import { brokenPromises } from '../../support/kill-rounds/judge.js';
import { Notes } from '../../support/kill-rounds/notes.js';
import { moment, quantile, replayable } from '../../support/kill-rounds/plan.js';
import { hear } from '../../support/kill-rounds/subscriber.js';
import { graphql } from '../../support/server-process.js';
import { Fleet } from '../../support/servers/fleet.js';
import { asOnQuiet, percentiles, type Timed, timed } from '../../support/servers/slowness.js';
import { Stopwatch } from '../../support/servers/stopwatch.js';

const ROUNDS = Number(process.env.SERVER_ROUNDS ?? 3);
const SERVERS = 3;
const CLIENTS = 4;
const AFTER_ANSWER_MS_MAX = 150;
/** Issue: another leads and works within this, with a lease of 5 s. */
const WORKS_MS_MAX = 8000;
const LEASE_MS = 5000;
const CREATE = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';

interface Sent {
  readonly name: string;
  /** Undefined: the connection broke before an answer came. */
  readonly id: Promise<string | undefined>;
}

/** Commands without an idempotency key, sent to a server that lives on, in flight when the leader dies. */
function sendInFlight(fleet: Fleet, to: number, round: number): Sent[] {
  return Array.from({ length: 20 }, (_, index) => {
    const name = `in flight ${round}.${index}`;
    const input = { name, work: { wait: { durationMs: 1 } } };
    const id = graphql<{ createTask: { id: string } }>(fleet.server(to), CREATE, { input });
    return { name, id: id.then(({ createTask }) => createTask.id) };
  });
}

async function underLoad(notes: Notes, random: SeededRandom): Promise<void> {
  for (let left = 1 + random.int(12); left > 0; left--) await notes.nextAnswer();
  await moment(random.int(AFTER_ANSWER_MS_MAX));
}

async function strike(fleet: Fleet, { notes, random, round }: Strike): Promise<number> {
  await underLoad(notes, random);
  const leader = await fleet.leader();
  const [survivor] = fleet.numbers.filter((number) => number !== leader);
  const sent = sendInFlight(fleet, survivor as number, round);
  await moment(random.int(30));
  const fault = random.pick(['kill', 'kill', 'stop'] as const);
  const watch = new Stopwatch();
  const gone = fault === 'kill' ? fleet.kill(leader) : fleet.stop(leader);
  const input = { name: `proof ${round}`, priority: 'CRITICAL', work: { wait: { durationMs: 0 } } };
  const { createTask } = await graphql<{ createTask: { id: string } }>(
    fleet.server(survivor as number),
    CREATE,
    { input },
  );
  await vi.waitFor(
    async () => expect(await statusOf(fleet, survivor as number, createTask.id)).toBe('COMPLETED'),
    { timeout: 20_000, interval: 10 },
  );
  const ms = watch.stop();
  await expectOnce(fleet, sent);
  notes.tasks.set(createTask.id, 'wait');
  for (const { id } of sent) notes.tasks.set((await id) as string, 'wait');
  await gone;
  await fleet.start(leader);
  return ms;
}

interface Strike {
  readonly notes: Notes;
  readonly random: SeededRandom;
  readonly round: number;
}

async function statusOf(fleet: Fleet, number: number, id: string): Promise<string> {
  const query = 'query ($id: ID!) { task(id: $id) { status } }';
  return (await graphql<{ task: { status: string } }>(fleet.server(number), query, { id })).task.status;
}

/** The client's server lives, so each gets its answer, and there is one task for each. */
async function expectOnce(fleet: Fleet, sent: readonly Sent[]): Promise<void> {
  const ids = await Promise.all(sent.map(({ id }) => id));
  const rows = await fleet.withDatabase((client) =>
    client.query<{ id: string; name: string }>('SELECT id, name FROM task WHERE name = ANY ($1)', [
      sent.map(({ name }) => name),
    ]),
  );
  const made = rows.rows.map(({ id, name }) => `${name} ${id}`).sort();
  expect(made).toEqual(sent.map(({ name }, index) => `${name} ${ids[index]}`).sort());
}

async function listenOn(fleet: Fleet, notes: Notes, stop: AbortSignal): Promise<void> {
  const target = fleet.target(1);
  while (!stop.aborted) {
    await hear(target, notes, { enough: () => stop.aborted, stop });
    await moment(20);
  }
}

describe('three servers whose leader is killed again and again under load', () => {
  it('lose nothing, do nothing twice, answer every client, and another works within 8 s', {
    timeout: 60_000 + ROUNDS * 20_000,
  }, async ({ onTestFinished }) => {
    await replayable(async (seed) => {
      const random = new SeededRandom(seed).fork('servers');
      const fleet = await Fleet.make(onTestFinished);
      await fleet.startAll(SERVERS);
      const notes = new Notes();
      const stop = new AbortController();
      const clients = Array.from({ length: CLIENTS }, (_, index) =>
        new LoadClient(`client${index}`, random, notes, fleet.effects).run(fleet.target(index), stop.signal),
      );
      const listening = listenOn(fleet, notes, stop.signal);
      const took: Timed[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const blow = { notes, random: random.fork(`round${round}`), round };
        took.push(await timed(() => strike(fleet, blow)));
      }
      stop.abort();
      await Promise.all([...clients, listening]);
      await judge(fleet, notes);
      console.log(`works again after ${percentiles(took)}`);
      const quiet = took.map((one) => asOnQuiet(one, LEASE_MS));
      expect(quantile(quiet, 0.99)).toBeLessThan(WORKS_MS_MAX);
    });
  });
});

async function judge(fleet: Fleet, notes: Notes): Promise<void> {
  await fleet.withDatabase(async (client) => {
    const none = { tasks: 0, meshes: 0, attempts: 0 };
    await vi.waitFor(async () => expect(await openWork(client)).toEqual(none), {
      timeout: 60_000,
      interval: 50,
    });
    const evidence = await readEvidence(client, fleet.effects);
    const last = evidence.events.findLast(({ taskId, to }) => taskId !== null && to !== null)?.seq ?? 0;
    const heardAll = (): boolean => (notes.told.at(-1)?.seq ?? 0) >= last;
    if (!heardAll())
      await hear(fleet.target(0), notes, { enough: heardAll, stop: AbortSignal.timeout(30_000) });
    console.log(
      `${evidence.meshes.length} meshes, ${evidence.attempts.length} attempts (${evidence.attempts.filter(({ outcome }) => outcome === 'CRASHED').length} crashed), ${notes.told.length} changes told, ${notes.unanswered} requests unanswered`,
    );
    expect(brokenPromises(evidence, notes).slice(0, 20)).toEqual([]);
    const unanswered =
      'SELECT id, sender, body FROM relayed_request WHERE answered_at IS NULL AND recipient IS NULL';
    await expect.poll(async () => (await client.query(unanswered)).rows).toEqual([]);
  });
}
