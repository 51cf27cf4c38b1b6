/** The lead goes from one server to another: in order, with work under way, and over a link that has gone silent. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { readEvidence } from '../../support/kill-rounds/evidence.js';
import { brokenBooks } from '../../support/kill-rounds/judge.js';
import { moment } from '../../support/kill-rounds/plan.js';
import { graphql, type ServerProcess } from '../../support/server-process.js';
import { Fleet } from '../../support/servers/fleet.js';
import { asOnQuiet, percentiles, slowness, type Timed, timed } from '../../support/servers/slowness.js';
import { Stopwatch } from '../../support/servers/stopwatch.js';
import { SilentLink } from '../../support/servers/proxy.js';

/** Issue: a clean handover. */
const HAND_OVER_MS_MAX = 2000;
/** Issue: another leads and works, with a lease of 5 s. */
const WORKS_MS_MAX = 8000;
const LEASE_MS = 5000;
/** On a machine of any speed; each case takes 5 to 20 s on a quiet one. */
const CASE = { timeout: 300_000 };
/** A wait that only a stuck server outlasts, however busy the machine is. */
const PATIENT = { timeout: 60_000, interval: 20 };
const CREATE = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
const SUBMIT = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
const LOOK =
  'query ($id: ID!) { task(id: $id) { status failure { code } attempts { outcome failure { code } } } }';

interface Look {
  readonly status: string;
  readonly failure: { readonly code: string } | null;
  readonly attempts: readonly { readonly outcome: string | null }[];
}

async function create(server: ServerProcess, input: object): Promise<string> {
  return (await graphql<{ createTask: { id: string } }>(server, CREATE, { input })).createTask.id;
}

async function look(server: ServerProcess, id: string): Promise<Look> {
  return (await graphql<{ task: Look }>(server, LOOK, { id })).task;
}

function until(server: ServerProcess, id: string, status: string): Promise<void> {
  return vi.waitFor(async () => expect((await look(server, id)).status).toBe(status), PATIENT);
}

/** Marks its beginning, and its end if it comes to that. */
function script(fleet: Fleet, seconds: number): object {
  const text = `echo "begin $TASKMESH_TASK_ID" >> "$0"; trap 'echo "term $TASKMESH_TASK_ID" >> "$0"; exit 9' TERM; for i in $(seq ${seconds * 10}); do sleep 0.1; done; echo "end $TASKMESH_TASK_ID" >> "$0"`;
  return { command: { argv: ['sh', '-c', text, fleet.effects] } };
}

async function effectsOf(fleet: Fleet): Promise<string[]> {
  return (await readFile(fleet.effects, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
}

/** SIGTERM to the leader; answers once another of them leads and has carried something out. */
async function handOver(fleet: Fleet): Promise<{ ms: number; gone: Promise<void>; number: number }> {
  const number = await fleet.leader();
  const { serverId } = await fleet.status(number);
  const survivor = (await fleet.followers())[0] as number;
  const watch = new Stopwatch();
  const gone = fleet.stop(number);
  const isLedByAnother = async (): Promise<void> => {
    const { leaderId } = await fleet.status(survivor);
    expect(leaderId).not.toBeNull();
    expect(leaderId).not.toBe(serverId);
  };
  await vi.waitFor(isLedByAnother, PATIENT);
  await create(fleet.server(survivor), { name: 'after the hand-over', work: { wait: { durationMs: 0 } } });
  return { ms: watch.stop(), gone, number };
}

async function expectBooks(fleet: Fleet): Promise<void> {
  const evidence = await fleet.withDatabase((client) => readEvidence(client, fleet.effects));
  expect(brokenBooks(evidence)).toEqual([]);
}

describe('a restart of one server after the other, with work under way', () => {
  it(
    'loses nothing, runs nothing twice, and another leads within 2 s each time',
    CASE,
    async ({ onTestFinished }) => {
      const fleet = await Fleet.make(onTestFinished);
      await fleet.startAll(3);
      const tasks = Array.from({ length: 24 }, (_, index) => ({
        key: `t${index}`,
        work: script(fleet, 1 + (index % 3)),
        dependsOn: index < 12 ? [] : [{ task: `t${index - 12}`, type: 'HARD' }],
      }));
      const [first] = fleet.numbers;
      await graphql(fleet.server(first as number), SUBMIT, { input: { name: 'rolling', tasks } });
      const took: Timed[] = [];
      for (let round = 0; round < 3; round++) {
        await vi.waitFor(
          async () => expect((await effectsOf(fleet)).length).toBeGreaterThan(round * 4),
          PATIENT,
        );
        let over: Awaited<ReturnType<typeof handOver>> | undefined;
        took.push(await timed(async () => (over = await handOver(fleet)).ms));
        await over?.gone;
        await fleet.start(over?.number as number);
      }
      const attempts = await vi.waitFor(
        () =>
          fleet.withDatabase(async (client) => {
            await client.query('SELECT taskmesh_fold_history()');
            const open = await client.query('SELECT status, node FROM task_state WHERE finished_at IS NULL');
            expect(open.rows).toEqual([]);
            return (await client.query<{ outcome: string }>('SELECT outcome FROM attempt')).rows;
          }),
        { timeout: 60_000, interval: 100 },
      );
      console.log(`another leads and works after ${percentiles(took)}`);
      expect(attempts.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 27 }, () => 'COMPLETED'));
      const effects = await effectsOf(fleet);
      expect(effects.filter((line) => line.startsWith('begin '))).toHaveLength(24);
      expect(effects.filter((line) => line.startsWith('end '))).toHaveLength(24);
      expect(new Set(effects).size).toBe(48);
      for (const one of took) expect(asOnQuiet(one)).toBeLessThan(HAND_OVER_MS_MAX);
      await expectBooks(fleet);
    },
  );
});

/** These mostly wait, for leases to run out: side by side they take as long as the longest. */
describe.concurrent('what a server still runs after it has handed over', () => {
  it(
    'is ended by the next leader when it is cancelled or over its time, and talks until then',
    CASE,
    async ({ onTestFinished }) => {
      const fleet = await Fleet.make(onTestFinished, { TASKMESH_EXECUTION__DRAIN_SECONDS: '20' });
      await fleet.startAll(2);
      const leader = fleet.server(await fleet.leader());
      const survivor = fleet.server((await fleet.followers())[0] as number);
      const cancelled = await create(leader, { name: 'cancelled', work: script(fleet, 15) });
      const overdue = await create(leader, {
        name: 'overdue',
        work: script(fleet, 15),
        executionTimeoutMs: 3000,
        retryPolicy: { maxAttempts: 1 },
      });
      await vi.waitFor(async () => expect(await effectsOf(fleet)).toHaveLength(2), PATIENT);
      const { gone } = await handOver(fleet);
      expect((await look(survivor, cancelled)).status).toBe('RUNNING');
      await graphql(survivor, 'mutation ($id: ID!) { cancelTask(id: $id) { id } }', { id: cancelled });
      await vi.waitFor(async () => expect(await effectsOf(fleet)).toContain(`term ${cancelled}`), PATIENT);
      await until(survivor, overdue, 'FAILED');
      expect((await look(survivor, overdue)).failure?.code).toBe('EXECUTION_TIMEOUT');
      expect(await effectsOf(fleet)).toContain(`term ${overdue}`);
      await gone;
      await expectBooks(fleet);
    },
  );
});

describe.concurrent('a leader over a link that has gone silent', () => {
  it(
    'is followed when its lease is over, and commits nothing of what arrives late',
    CASE,
    async ({ onTestFinished }) => {
      const fleet = await Fleet.make(onTestFinished);
      const link = await SilentLink.to(fleet.databaseUrl);
      onTestFinished(() => link.close());
      const isolated = await fleet.start(0, link.url);
      expect(await fleet.leader()).toBe(0);
      const other = await fleet.start(1);
      const wait = { wait: { durationMs: 1 } };
      await until(other, await create(isolated, { name: 'before', work: wait }), 'COMPLETED');
      const watch = new Stopwatch();
      link.hold();
      const late = Array.from({ length: 5 }, (_, index) =>
        create(isolated, { name: `late ${index}`, work: wait }).then(
          () => 'acknowledged',
          () => 'not acknowledged',
        ),
      );
      const id = await create(other, { name: 'meanwhile', work: wait });
      await until(other, id, 'COMPLETED');
      const took = { ms: watch.stop(), slow: await slowness() };
      console.log(`another leads and works after ${percentiles([took])} of silence`);
      expect(asOnQuiet(took, LEASE_MS)).toBeLessThan(WORKS_MS_MAX);
      link.release();
      const answers = await Promise.all(late);
      const names = await fleet.withDatabase(async (client) => {
        const { rows } = await client.query<{ name: string }>(
          "SELECT name FROM task WHERE name LIKE 'late%'",
        );
        return rows.map((row) => row.name);
      });
      answers.forEach((answer, index) => {
        if (answer === 'acknowledged') expect(names).toContain(`late ${index}`);
      });
      await until(other, await create(isolated, { name: 'after', work: wait }), 'COMPLETED');
      expect(await fleet.status(0)).toMatchObject({ leader: false });
      expect(await fleet.status(1)).toMatchObject({ leader: true });
      await expectBooks(fleet);
    },
  );
});

describe.concurrent('a leader that stands still for three leases', () => {
  it(
    'is followed, ends what it runs when it wakes, and its late outcome is refused',
    CASE,
    async ({ onTestFinished }) => {
      const fleet = await Fleet.make(onTestFinished);
      await fleet.startAll(2);
      const number = await fleet.leader();
      const asleep = fleet.server(number);
      const other = fleet.server((await fleet.followers())[0] as number);
      const id = await create(asleep, { name: 'twice', work: script(fleet, 30) });
      await vi.waitFor(async () => expect(await effectsOf(fleet)).toEqual([`begin ${id}`]), PATIENT);
      const watch = new Stopwatch();
      process.kill(asleep.pid, 'SIGSTOP');
      onTestFinished(() => void process.kill(asleep.pid, 'SIGCONT'));
      const proof = await create(other, { name: 'meanwhile', work: { wait: { durationMs: 0 } } });
      await until(other, proof, 'COMPLETED');
      const took = { ms: watch.ms, slow: await slowness() };
      expect(asOnQuiet(took, LEASE_MS)).toBeLessThan(WORKS_MS_MAX);
      await vi.waitFor(
        async () => expect(await effectsOf(fleet)).toEqual([`begin ${id}`, `begin ${id}`]),
        PATIENT,
      );
      await moment(3 * LEASE_MS - watch.stop());
      process.kill(asleep.pid, 'SIGCONT');
      await vi.waitFor(async () => expect(await effectsOf(fleet)).toContain(`term ${id}`), PATIENT);
      expect((await look(other, id)).attempts.map(({ outcome }) => outcome)).toEqual(['CRASHED', null]);
      const refused =
        'query ($id: ID!) { events(taskId: $id, types: [LATE_OUTCOME_REFUSED]) { nodes { type } } }';
      await vi.waitFor(async () => {
        const { events } = await graphql<{ events: { nodes: object[] } }>(other, refused, { id });
        expect(events.nodes).toHaveLength(1);
      }, PATIENT);
      await until(
        other,
        await create(asleep, { name: 'awake', work: { wait: { durationMs: 0 } } }),
        'COMPLETED',
      );
      expect(await fleet.status(number)).toMatchObject({ leader: false });
      await graphql(other, 'mutation ($id: ID!) { cancelTask(id: $id) { id } }', { id });
      await vi.waitFor(async () => expect(await effectsOf(fleet)).toHaveLength(4), PATIENT);
      await expectBooks(fleet);
    },
  );
});
