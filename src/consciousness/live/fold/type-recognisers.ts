/**
 * Looks at the attempts of each kind of task for periods and bursts of failures and for changes of run time. Called by the
 * fold with every ended attempt, in the order of the history.
 */
import { BoundedMap } from '../../../learning/bounded-map.js';
import { BurstFinder, type BurstState } from '../../patterns/temporal/burst-finder.js';
import { ChangeFinder, type ChangeState } from '../../patterns/temporal/change-finder.js';
import { isInOccurrence, type Period } from '../../patterns/temporal/period.js';
import { type FinderState, PeriodFinder } from '../../patterns/temporal/period-finder.js';
import { burstFinding, changeFinding, type Finding, type PatternKind, periodFinding } from './findings.js';

const TYPES_MAX = 500;
/** The latest attempts of a type, for the shares of those that fail. */
const OUTCOMES_MAX = 512;

type Outcome = readonly [atMs: number, failed: 0 | 1];

interface Finders {
  readonly period: PeriodFinder;
  readonly burst: BurstFinder;
  readonly change: ChangeFinder;
  readonly outcomes: Outcome[];
}

export type RecogniserState = readonly (readonly [
  string,
  {
    readonly period: FinderState;
    readonly burst: BurstState;
    readonly change: ChangeState;
    readonly outcomes: readonly Outcome[];
  },
])[];

/** What an attempt made known: patterns that are new, and kinds of pattern that its type has no longer. */
export interface Recognised {
  readonly found: readonly Finding[];
  readonly over: readonly PatternKind[];
}

export interface TypeAttempt {
  readonly typeKey: string;
  readonly atMs: number;
  readonly seconds: number;
  readonly failed: boolean;
}

/** Failures of attempts that ended on a tooth of the period, and of all others, as far as memory goes. */
export interface PeriodShares {
  readonly failsInside: number;
  readonly failsOutside: number;
}

const NOTHING: Recognised = { found: [], over: [] };

export class TypeRecognisers {
  readonly #types = new BoundedMap<Finders>(TYPES_MAX);

  snapshot(): RecogniserState {
    return [...this.#types.entries()].map(([typeKey, { period, burst, change, outcomes }]) => [
      typeKey,
      {
        ...{ period: period.snapshot(), burst: burst.snapshot(), change: change.snapshot() },
        outcomes: [...outcomes],
      },
    ]);
  }

  restore(state: RecogniserState): void {
    this.#types.clear();
    for (const [typeKey, { period, burst, change, outcomes }] of state)
      this.#types.set(typeKey, {
        period: new PeriodFinder(period),
        burst: new BurstFinder(burst),
        change: new ChangeFinder(change),
        outcomes: [...outcomes],
      });
  }

  attempt({ typeKey, atMs, seconds, failed }: TypeAttempt): Recognised {
    const finders = this.#types.touch(typeKey, newFinders);
    const isSameTrouble = finders.outcomes.at(-1)?.[1] === 1;
    finders.outcomes.push([atMs, failed ? 1 : 0]);
    if (finders.outcomes.length > OUTCOMES_MAX) finders.outcomes.shift();
    const hadPeriod = finders.period.found !== null;
    finders.period.attempt(atMs);
    const lostPeriod = hadPeriod && finders.period.found === null;
    if (!failed) {
      const change = seconds > 0 ? finders.change.observe(Math.log(seconds)) : null;
      if (change === null) return lostPeriod ? { found: [], over: ['PERIOD'] } : NOTHING;
      return { found: [changeFinding(typeKey, change)], over: lostPeriod ? ['PERIOD'] : [] };
    }
    const wasBursting = finders.burst.bursting;
    // one trouble is one event, however many attempts run into it; of a period that is known each tells how long it lasts
    const isTold = !isSameTrouble || finders.period.found !== null;
    const period = isTold ? finders.period.event(atMs) : null;
    const burst = finders.burst.event(atMs);
    const over: PatternKind[] = [];
    if (lostPeriod) over.push('PERIOD');
    if (wasBursting && !finders.burst.bursting) over.push('BURST');
    const found: Finding[] = [];
    if (period !== null) found.push(periodFinding(typeKey, period));
    if (burst !== null) found.push(burstFinding(typeKey, burst));
    return { found, over };
  }

  period(typeKey: string): Period | null {
    return this.#types.get(typeKey)?.period.found ?? null;
  }

  /** With one attempt of each outcome added, inside and outside. */
  shares(typeKey: string): PeriodShares | null {
    const { period: finder, outcomes = [] } = this.#types.get(typeKey) ?? {};
    const period = finder?.found;
    if (finder === undefined || period == null) return null;
    const since = finder.snapshot().times[0] ?? 0;
    const [inside, outside] = [
      { tried: 2, failed: 1 },
      { tried: 2, failed: 1 },
    ];
    for (const [at, failed] of outcomes) {
      if (at < since) continue;
      const where = isInOccurrence(period, at) ? inside : outside;
      where.tried++;
      where.failed += failed;
    }
    const share = ({ tried, failed }: typeof inside): number => Math.min(1, failed / tried);
    return { failsInside: share(inside), failsOutside: share(outside) };
  }
}

function newFinders(): Finders {
  return {
    period: new PeriodFinder(),
    burst: new BurstFinder(),
    change: new ChangeFinder({ kind: 'LOGS', values: [] }),
    outcomes: [],
  };
}
