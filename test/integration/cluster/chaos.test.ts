/**
 * Three servers, four nodes, their PostgreSQL and perhaps a Redis, struck at random while clients hand in work that leaves marks in
 * a file: killed, paused and cut off for three leases, told to end, restarted. Then the books are checked. How long and amid how
 * much work: test/support/chaos/plan.ts.
 */
import type pg from 'pg';
import { expect, it, vi } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import { readBooks } from '../../support/chaos/books.js';
import { Faults } from '../../support/chaos/faults.js';
import { ChaosGround } from '../../support/chaos/ground.js';
import { load, tasksOf, watch } from '../../support/chaos/load.js';
import { untilDone } from '../../support/chaos/patience.js';
import { plan } from '../../support/chaos/plan.js';
import { hasRedis } from '../../support/cluster/redis-process.js';
import { type Evidence, openWork, readEvidence } from '../../support/kill-rounds/evidence.js';
import { brokenPromises } from '../../support/kill-rounds/judge.js';
import { Notes } from '../../support/kill-rounds/notes.js';
import { hear } from '../../support/kill-rounds/subscriber.js';
import { slowness } from '../../support/servers/slowness.js';

/** A start is stuck after 90 s, and the one before it may have been. */
const BACK = { timeout: 200_000, interval: 100 };
const FAULTS_SHOWN = 20;
/**
 * Beyond that, starting nine processes again and again takes a quarter of an hour and says nothing new: leases run out by
 * themselves.
 */
const SLOW_MAX = 4;
/** Beyond the time of the faults, on a machine of any speed. */
const TEST_MS_MAX = 900_000;

/** The subscriber may be behind; the last change is the last it waits for. */
async function hearOut(ground: ChaosGround, notes: Notes, { events }: Evidence): Promise<void> {
  const last = events.findLast(({ taskId, to }) => taskId !== null && to !== null)?.seq ?? 0;
  const heardAll = (): boolean => (notes.told.at(-1)?.seq ?? 0) >= last;
  const stop = new AbortController();
  const target = ground.target(0);
  let isDone = heardAll();
  const hearing = (async () => {
    // a connection may end: the server it is to may be one that was taken for dead meanwhile
    while (!heardAll() && !stop.signal.aborted)
      await hear(target, notes, { enough: heardAll, stop: stop.signal });
    isDone = true;
  })();
  const what = (): string => `a subscriber was told ${notes.told.length} changes, not yet event ${last}`;
  const waited = { isDone: () => isDone, progress: () => notes.told.length, what };
  await untilDone(waited).finally(() => stop.abort());
  await hearing;
}

/** Every change of status is an event; what nobody ends any more makes none. */
async function untilAllHasEnded(client: pg.Client): Promise<void> {
  let open = await openWork(client);
  await untilDone({
    isDone: async () => {
      open = await openWork(client);
      return open.tasks + open.meshes + open.attempts === 0;
    },
    progress: async () => {
      const { rows } = await client.query<{ seq: string }>('SELECT last_event_seq AS seq FROM leader_lease');
      return Number(rows[0]?.seq);
    },
    what: () => `${JSON.stringify(open)} are open`,
  });
}

function countsOf(tasks: Evidence['tasks']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { status } of tasks) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

async function judge(ground: ChaosGround, notes: Notes): Promise<string> {
  return await ground.withDatabase(async (client) => {
    await untilAllHasEnded(client);
    const evidence = await readEvidence(client, ground.effects);
    await hearOut(ground, notes, evidence);
    const books = await readBooks(client, evidence);
    const faults = [...brokenPromises(evidence, notes), ...books.faults];
    expect(faults.slice(0, FAULTS_SHOWN), books.figures).toEqual([]);
    const ends = [...countsOf(evidence.tasks)].map(([status, count]) => `${count} ${status}`).join(', ');
    return `${evidence.meshes.length - 1} meshes, ${evidence.tasks.length} tasks (${ends}); ${books.figures}`;
  });
}

const isAsked = process.env.CHAOS_SECONDS !== undefined;

it('three servers and four nodes in chaos lose nothing, end nothing twice and leave nothing running', {
  timeout: plan.seconds * 1000 + TEST_MS_MAX,
}, async ({ onTestFinished, skip }) => {
  skip(plan.backend === 'redis' && !hasRedis, 'there is no redis-server here');
  const slow = await slowness();
  const isTooSlow = !isAsked && slow > SLOW_MAX;
  skip(
    isTooSlow,
    `this machine is ${slow.toFixed(1)} times slower than a quiet one; CHAOS_SECONDS=20 runs it all the same`,
  );
  const random = new SeededRandom(plan.seed).fork('chaos');
  const ground = await ChaosGround.make(plan, random, onTestFinished);
  const notes = new Notes();
  notes.databaseAway = true;
  const faults = new Faults(ground, random, plan);
  const stop = new AbortController();
  const watching = watch(ground, notes, stop.signal);
  await Promise.all([faults.run(plan.seconds), load(ground, notes, { plan, random })]);
  await vi.waitFor(() => expect(ground.parts.every((part) => part.isWhole)).toBe(true), BACK);
  await ground.expectNoOrphans();
  stop.abort();
  await watching;
  const told = await judge(ground, notes);
  await ground.close();
  const struck = [...faults.struck].map(([kind, times]) => `${times} × ${kind}`).join(', ');
  console.log(
    `seed ${plan.seed} on ${plan.backend}, ${tasksOf(notes)} tasks handed in over ${plan.seconds} s; ${struck}\n${told}`,
  );
});
