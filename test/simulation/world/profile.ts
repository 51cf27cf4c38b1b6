/**
 * What kind of history a seed makes: which troubles there are and how often. Each seed has some of them and lacks others,
 * because troubles hide each other: a process that is always killed early never meets its late answers.
 */
import type { SeededRandom } from '../../../src/kit/random.js';

export const TROUBLES = [
  'crash',
  'pause',
  'stop',
  'session lost',
  'session lost silently',
  'partition',
  'outage',
  'wall jump',
  'database jump',
  'loads fail',
] as const;
export type Trouble = (typeof TROUBLES)[number];

export interface Profile {
  /** Processes that the supervisor keeps running. */
  readonly servers: number;
  readonly acts: number;
  /** Chance that an act is a trouble instead of a command. */
  readonly troubled: number;
  readonly troubles: readonly Trouble[];
  /** Chances of a message to be lost, to take long, or to arrive after its sender has given up; commits have their own. */
  readonly lost: number;
  readonly slow: number;
  readonly late: number;
  readonly ambiguous: number;
  /** Chance that a leader loses its session as well when it hears nothing of a commit, as when a database restarts. */
  readonly together: number;
  /** Chance of what an attempt told to be told again later, as by a queue that delivers at least once. */
  readonly echo: number;
  readonly wildWall: boolean;
}

export function profileOf(random: SeededRandom): Profile {
  const some = (chance: number, max: number): number => (random.next() < chance ? random.next() * max : 0);
  const isCalm = random.next() < 0.1;
  const present = TROUBLES.filter(() => random.next() < 0.45);
  return {
    servers: 1 + random.int(3),
    acts: 25 + random.int(30),
    troubled: isCalm ? 0 : 0.05 + random.next() * 0.2,
    troubles: isCalm ? [] : present,
    lost: isCalm ? 0 : some(0.4, 0.04),
    slow: isCalm ? 0 : some(0.4, 0.1),
    late: isCalm ? 0 : some(0.4, 0.04),
    ambiguous: isCalm ? 0 : some(0.6, 0.2),
    together: some(0.5, 0.5),
    echo: some(0.3, 0.3),
    wildWall: random.next() < 0.35,
  };
}
