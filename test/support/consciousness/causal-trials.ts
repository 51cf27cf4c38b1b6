/**
 * Tasks with known causes of failure, confounded by their type: how many causes are found and how many others are
 * called so. Called by the test of the finder of associations and by the bench.
 */
import { AssociationFinder } from '../../../src/consciousness/patterns/causal/association-finder.js';
import type { Exposure } from '../../../src/consciousness/patterns/causal/association-finder.js';
import { SeededRandom } from '../../../src/kit/random.js';

const TYPES = 8;
const FACTORS = 24;
const CAUSES = 4;
/** Odds of failing are multiplied by this under a cause. */
const ODDS = 3.5;

/**
 * Types fail in 3..24 % and are exposed to each factor in 5..45 %, so that a factor that is frequent where failures
 * are looks like a cause to anybody who forgets the type. The first four factors are causes.
 */
export function confoundedTasks(random: SeededRandom, count: number): Exposure[] {
  const rates = Array.from({ length: TYPES }, (_, type) => 0.03 * (1 + type));
  const shares = Array.from({ length: TYPES }, (_, type) =>
    Array.from({ length: FACTORS }, () =>
      Math.min(0.45, 0.05 + (0.3 * random.next() * (1 + type)) / TYPES + 0.1 * random.next()),
    ),
  );
  return Array.from({ length: count }, () => {
    const type = random.int(TYPES);
    const exposed = (shares[type] as number[]).map((share) => random.next() < share);
    const rate = rates[type] as number;
    const causes = exposed.slice(0, CAUSES).filter(Boolean).length;
    const odds = (rate / (1 - rate)) * ODDS ** causes;
    const factors = exposed.flatMap((is, factor) => (is ? [`factor ${factor}`] : []));
    return { typeKey: `type ${type}`, factors, failed: random.next() < odds / (1 + odds), slow: null };
  });
}

export interface CausalTrials {
  /** Share of causes found, and mean share of false ones among what was found. */
  readonly power: number;
  readonly falseShare: number;
}

/** `stratified` false: as if all tasks were of one type. */
export function causalTrials(tasks: number, runs: number, stratified = true): CausalTrials {
  const seeds = new SeededRandom(`causes ${tasks}`);
  let [found, falseShares] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const finder = new AssociationFinder();
    for (const task of confoundedTasks(seeds.fork(String(run)), tasks))
      finder.observe(stratified ? task : { ...task, typeKey: 'any' });
    const factors = finder.findings().map(({ factor }) => Number(factor.split(' ')[1]));
    const right = factors.filter((factor) => factor < CAUSES).length;
    found += right;
    falseShares += factors.length === 0 ? 0 : (factors.length - right) / factors.length;
  }
  return { power: found / (runs * CAUSES), falseShare: falseShares / runs };
}
