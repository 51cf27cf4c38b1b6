/**
 * Three servers, four nodes and their PostgreSQL, struck at random while clients hand in work that leaves marks in a file: killed,
 * paused and cut off for three leases, told to end, restarted. Then the books are checked. Runs only when it is asked for,
 * because one of its faults in a few runs is not explained yet (a subscriber that was not told everything, seed 11):
 * CHAOS_SECONDS=180 CHAOS_TASKS=5000 CHAOS_SEED=7 npx vitest run test/integration/cluster/chaos.test.ts
 */
import { expect, it, vi } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import { readBooks } from '../../support/chaos/books.js';
import { Faults } from '../../support/chaos/faults.js';
import { ChaosGround } from '../../support/chaos/ground.js';
import { load, tasksOf, watch } from '../../support/chaos/load.js';
import { plan } from '../../support/chaos/plan.js';
import { type Evidence, openWork, readEvidence } from '../../support/kill-rounds/evidence.js';
import { brokenPromises } from '../../support/kill-rounds/judge.js';
import { Notes } from '../../support/kill-rounds/notes.js';
import { hear } from '../../support/kill-rounds/subscriber.js';

const END_MS_MAX = 120_000;
const TOLD_MS_MAX = 60_000;
const FAULTS_SHOWN = 20;

/** The subscriber may be behind; the last change is the last it waits for. */
async function hearOut(ground: ChaosGround, notes: Notes, { events }: Evidence): Promise<void> {
  const last = events.findLast(({ taskId, to }) => taskId !== null && to !== null)?.seq ?? 0;
  const heardAll = (): boolean => (notes.told.at(-1)?.seq ?? 0) >= last;
  const stop = AbortSignal.timeout(TOLD_MS_MAX);
  // a connection may end: the server it is to may be one that was taken for dead meanwhile
  const target = ground.target(0);
  while (!heardAll() && !stop.aborted) await hear(target, notes, { enough: heardAll, stop });
}

function countsOf(tasks: Evidence['tasks']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { status } of tasks) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

async function judge(ground: ChaosGround, notes: Notes): Promise<string> {
  return await ground.withDatabase(async (client) => {
    const none = { tasks: 0, meshes: 0, attempts: 0 };
    const ended = async (): Promise<void> => expect(await openWork(client)).toEqual(none);
    await vi.waitFor(ended, { timeout: END_MS_MAX, interval: 100 });
    const evidence = await readEvidence(client, ground.effects);
    await hearOut(ground, notes, evidence);
    const books = await readBooks(client, evidence);
    const faults = [...brokenPromises(evidence, notes), ...books.faults];
    expect(faults.slice(0, FAULTS_SHOWN), books.figures).toEqual([]);
    const ends = [...countsOf(evidence.tasks)].map(([status, count]) => `${count} ${status}`).join(', ');
    return `${evidence.meshes.length - 1} meshes, ${evidence.tasks.length} tasks (${ends}); ${books.figures}`;
  });
}

it.skipIf(process.env.CHAOS_SECONDS === undefined)(
  'three servers and four nodes in chaos lose nothing, end nothing twice and leave nothing running',
  {
    timeout: plan.seconds * 1000 + 400_000,
  },
  async ({ onTestFinished }) => {
    const random = new SeededRandom(plan.seed).fork('chaos');
    const ground = await ChaosGround.make(plan, random, onTestFinished);
    const notes = new Notes();
    notes.databaseAway = true;
    const faults = new Faults(ground, random, plan);
    const stop = new AbortController();
    const watching = watch(ground, notes, stop.signal);
    await Promise.all([faults.run(plan.seconds), load(ground, notes, { plan, random })]);
    await vi.waitFor(() => expect(ground.parts.every((part) => part.isWhole)).toBe(true), END_MS_MAX);
    await ground.expectNoOrphans();
    stop.abort();
    await watching;
    const told = await judge(ground, notes);
    await ground.close();
    const struck = [...faults.struck].map(([kind, times]) => `${times} × ${kind}`).join(', ');
    console.log(
      `seed ${plan.seed}, ${tasksOf(notes)} tasks handed in over ${plan.seconds} s; ${struck}\n${told}`,
    );
  },
);
