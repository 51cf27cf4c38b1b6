/** Runs histories one after the other and tells which broke a promise; in a process of its own (program.ts). */
import type { Plant } from './plants/plant.js';
import { isOfKind, simulate, type Verdict } from './simulate.js';
import { PROMISES } from './judge/promises.js';

export interface Histories {
  readonly from: number;
  readonly to: number;
  /** Tells the history line by line. */
  readonly story: boolean;
  readonly plant: Plant | undefined;
  /** Ends with the first that breaks a promise; the seed that is known to find the plant comes before all others. */
  readonly first: boolean;
}

function* seedsOf({ from, to, plant, first }: Histories): Generator<number> {
  if (first && plant !== undefined) yield plant.foundBy;
  for (let seed = from; seed <= to; seed++)
    if (plant?.within === undefined || isOfKind(seed, plant.within)) yield seed;
}

/** Answers how many histories broke a promise. */
export async function runHistories(wish: Histories): Promise<number> {
  const { from, to, story, plant, first } = wish;
  // a planted bug may leave promises behind as well; the judge alone speaks of it
  if (plant !== undefined) process.on('unhandledRejection', () => undefined);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  let broken = 0;
  let events = 0;
  for (const seed of seedsOf(wish)) {
    const verdict = await simulate(seed, story ? print : undefined);
    events += verdict.events;
    if (verdict.broken !== undefined) {
      broken++;
      print(inWords(verdict));
      if (first) break;
    }
    const done = seed - from + 1;
    if (!story && (done % 100 === 0 || seed === to))
      process.stderr.write(`${done} of ${to - from + 1} histories, ${events} events, ${broken} broken\n`);
  }
  if (broken === 0)
    print(story ? `seed ${from} keeps every promise` : `all of seeds ${from}-${to} keep every promise`);
  return broken;
}

export function inWords({ seed, broken }: Pick<Verdict, 'seed' | 'broken'>): string {
  if (broken === undefined) return `seed ${seed} keeps every promise`;
  const { promise, what, seq } = broken;
  return `seed ${seed}, after event ${seq}, breaks the promise that ${PROMISES[promise]}: ${what}`;
}
