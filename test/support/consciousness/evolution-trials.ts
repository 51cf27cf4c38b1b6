/** How often the betting gate lets in what is no better, and how soon what is: called by its test and the bench. */
import { bet, EVIDENCE_NEEDED, evidenceOf, NO_BET, stakeMax } from '../../../src/kit/statistics/bet.js';
import { SeededRandom } from '../../../src/kit/random.js';
import { normal } from './streams.js';

export interface GateTrials {
  /** Looks until it was promoted, ascending; Infinity: never. */
  readonly looks: number[];
  readonly promoted: number;
}

/** Differences are `effect` plus normal noise of 0.3, clipped to [-1, 1]; the gate is looked at after each. */
export function gateTrials(
  effect: number,
  { simulations, looksMax, rate = 0.1 }: { simulations: number; looksMax: number; rate?: number },
): GateTrials {
  const seeds = new SeededRandom(`gate ${effect} ${rate}`);
  const looks: number[] = [];
  for (let simulation = 0; simulation < simulations; simulation++) {
    const random = seeds.fork(String(simulation));
    let claim = NO_BET;
    let at = Number.POSITIVE_INFINITY;
    for (let look = 1; look <= looksMax && at === Number.POSITIVE_INFINITY; look++) {
      const difference = Math.min(1, Math.max(-1, effect + 0.3 * normal(random)));
      claim = bet(claim, difference, stakeMax(rate));
      if (evidenceOf(claim) >= EVIDENCE_NEEDED) at = look;
    }
    looks.push(at);
  }
  looks.sort((a, b) => a - b);
  return { looks, promoted: looks.filter(Number.isFinite).length / simulations };
}
