/** Clients that hand in work at an even pace until there is enough of it, whatever befalls the servers, and one that watches. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SeededRandom } from '../../../src/kit/random.js';
import { LoadClient } from '../kill-rounds/client.js';
import type { Notes } from '../kill-rounds/notes.js';
import { hear } from '../kill-rounds/subscriber.js';
import type { ChaosGround } from './ground.js';
import type { ChaosPlan } from './plan.js';

/** Some wait for servers that are paused; the others go on meanwhile. */
const CLIENTS = 8;
const LOOK_MS = 50;
const AGAIN_MS = 100;

export function tasksOf(notes: Notes): number {
  let tasks = notes.drawnTasks.size;
  for (const { kinds } of notes.drawn.values()) tasks += kinds.size;
  return tasks;
}

/** Resolves when all tasks of the plan were handed in and acknowledged. */
export async function load(
  ground: ChaosGround,
  notes: Notes,
  { plan, random }: { plan: ChaosPlan; random: SeededRandom },
): Promise<void> {
  const began = performance.now();
  const due = (): number => plan.tasks * Math.min(1, (performance.now() - began) / (plan.seconds * 1000));
  const clients = Array.from({ length: CLIENTS }, (_, at) => ({
    client: new LoadClient(`client${at}`, random, notes, ground.effects),
    target: ground.target(at),
  }));
  while (tasksOf(notes) < plan.tasks) {
    const enough = new AbortController();
    const running = clients.map(({ client, target }) => client.run(target, enough.signal));
    while (tasksOf(notes) < due()) await delay(LOOK_MS);
    enough.abort();
    await Promise.all(running);
    while (tasksOf(notes) >= due() && tasksOf(notes) < plan.tasks) await delay(LOOK_MS);
  }
}

/** Until `stop` aborts, over as many connections as it takes. */
export async function watch(ground: ChaosGround, notes: Notes, stop: AbortSignal): Promise<void> {
  const target = ground.target(1);
  while (!stop.aborted) {
    await hear(target, notes, { enough: () => stop.aborted, stop });
    await delay(AGAIN_MS);
  }
}
