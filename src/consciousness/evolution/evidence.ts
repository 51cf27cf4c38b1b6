/**
 * What speaks for and against each level, gathered one observation at a time. Called by the evolution; the observations
 * come from scored runs, drills and replays. A mesh run is one bet, because errors inside a run go together.
 */
import { contest, NO_CONTEST } from '../../kit/statistics/bet.js';
import type { Contest } from '../../kit/statistics/bet.js';
import { LEVELS } from './level.js';
import type { Level } from './level.js';

/** Predictions over which coverage is judged, observations over which false drift alarms are. */
export const COVERAGE_OVER = 500;
export const DRIFT_OVER = 5_000;
export const RUNS_KEPT = 5;
export const LOSSES_KEPT = 30;
/** What a signal is worth is little beside what all are: a tenth is staked on as the whole. */
const LOSS_SCALE = 10;
/** A run of the learned schedule may be this much slower than its static twin and still count as not worse. */
export const MARGIN = 0.05;

/** One mesh run, scored against what would have been. Gains are shares: (theirs - ours) / theirs; clipped to [-1, 1]. */
export interface RunObservation {
  readonly kind: 'RUN';
  readonly predictions: number;
  /** Of them inside their interval of 90 %. */
  readonly covered: number;
  /** Error of the per-type median less that of the predictor, relative to the greater of the two. */
  readonly overMedian: number;
  /** Makespan of the static twin against ours. */
  readonly overStatic: number;
  /** Error of the best single model less that of the champions per type, relative to the greater of the two. */
  readonly overSingle: number;
  /** Decisions taken in it. */
  readonly decisions: number;
}

export type Observation =
  | RunObservation
  /** A change that was injected into a copy of the detector of drift; found, and its twin did not alarm. `how`: in words. */
  | { readonly kind: 'DRIFT_DRILL'; readonly found: boolean; readonly how?: string }
  | { readonly kind: 'DRIFT_REVIEW'; readonly observations: number; readonly falseAlarms: number }
  /** Probabilities of being best of the policies in the busiest context, and what exploring has cost of all cost. */
  | {
      readonly kind: 'POLICIES';
      readonly probabilities: readonly number[];
      readonly explorationShare: number;
    }
  /** Several meshes at once, planned together and as the level beneath would: gain of mean slowdown. */
  | { readonly kind: 'JOINT_EPISODE'; readonly gain: number }
  /** The same with one signal removed: how much worse it became. */
  | { readonly kind: 'LEFT_OUT'; readonly signal: string; readonly loss: number }
  /** p99 of slowdown over that before the level was entered. */
  | { readonly kind: 'TAIL'; readonly ratio: number }
  /** What was done by a power of the level, against what the level beneath would have done: a replayed run, or the outcome of a decision. */
  | { readonly kind: 'ABLATION'; readonly level: Level; readonly gain: number };

export interface Evidence {
  readonly predictions: number;
  readonly overMedian: Contest;
  readonly overStatic: Contest;
  readonly latestOverStatic: readonly number[];
  readonly overSingle: Contest;
  /** Of the latest runs: predictions and covered, at least `COVERAGE_OVER` predictions where there are as many. */
  readonly coverage: readonly (readonly [predictions: number, covered: number])[];
  readonly drill: 'NONE' | 'FOUND' | 'MISSED';
  readonly drillHow: string;
  readonly drift: readonly (readonly [observations: number, falseAlarms: number])[];
  /** Since the level METACOGNITIVE was earned. */
  readonly metacognitiveDecisions: number;
  readonly policies: readonly number[];
  readonly explorationShare: number;
  readonly joint: Contest;
  readonly signals: Readonly<Record<string, Contest>>;
  /** Of each signal: what leaving it out cost in the latest episodes. */
  readonly latestLosses: Readonly<Record<string, readonly number[]>>;
  readonly tailRatio: number;
  readonly ablation: Readonly<Record<Level, Contest>>;
  /** The same comparisons as sums, for people. */
  readonly gains: Readonly<Record<Level, Gains>>;
}

export interface Gains {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

export const NO_GAINS: Gains = { count: 0, sum: 0, squares: 0 };

export const NO_EVIDENCE: Evidence = {
  predictions: 0,
  overMedian: NO_CONTEST,
  overStatic: NO_CONTEST,
  latestOverStatic: [],
  overSingle: NO_CONTEST,
  coverage: [],
  drill: 'NONE',
  drillHow: '',
  drift: [],
  metacognitiveDecisions: 0,
  policies: [],
  explorationShare: 0,
  joint: NO_CONTEST,
  signals: {},
  latestLosses: {},
  tailRatio: 1,
  ablation: Object.fromEntries(LEVELS.map((level) => [level, NO_CONTEST])) as Record<Level, Contest>,
  gains: Object.fromEntries(LEVELS.map((level) => [level, NO_GAINS])) as Record<Level, Gains>,
};

/** `cap`: the greatest stake. */
export function withObservation(before: Evidence, observed: Observation, cap: number): Evidence {
  const add = (to: Contest, difference: number): Contest =>
    contest(to, Math.min(1, Math.max(-1, difference)), cap);
  switch (observed.kind) {
    case 'RUN':
      return withRun(before, observed, add);
    case 'DRIFT_DRILL':
      return { ...before, drill: observed.found ? 'FOUND' : 'MISSED', drillHow: observed.how ?? '' };
    case 'DRIFT_REVIEW':
      return {
        ...before,
        drift: latest(before.drift, [observed.observations, observed.falseAlarms], DRIFT_OVER),
      };
    case 'POLICIES':
      return { ...before, policies: observed.probabilities, explorationShare: observed.explorationShare };
    case 'JOINT_EPISODE':
      return { ...before, joint: add(before.joint, observed.gain) };
    case 'LEFT_OUT': {
      const known = before.signals[observed.signal] ?? NO_CONTEST;
      const latest = [...(before.latestLosses[observed.signal] ?? []), observed.loss].slice(-LOSSES_KEPT);
      return {
        ...before,
        signals: { ...before.signals, [observed.signal]: add(known, LOSS_SCALE * observed.loss) },
        latestLosses: { ...before.latestLosses, [observed.signal]: latest },
      };
    }
    case 'TAIL':
      return { ...before, tailRatio: observed.ratio };
    case 'ABLATION': {
      const { level, gain } = observed;
      const known = add(before.ablation[level], gain);
      const { count, sum, squares } = before.gains[level];
      const gains = { count: count + 1, sum: sum + gain, squares: squares + gain ** 2 };
      return {
        ...before,
        ablation: { ...before.ablation, [level]: known },
        gains: { ...before.gains, [level]: gains },
      };
    }
  }
}

type Add = (to: Contest, difference: number) => Contest;

function withRun(before: Evidence, run: RunObservation, add: Add): Evidence {
  return {
    ...before,
    predictions: before.predictions + run.predictions,
    overMedian: add(before.overMedian, run.overMedian),
    // Not being worse by the margin is the claim; being worse by it is its opposite.
    overStatic: {
      better: add(before.overStatic, run.overStatic + MARGIN).better,
      worse: add(before.overStatic, run.overStatic).worse,
    },
    latestOverStatic: [...before.latestOverStatic, run.overStatic].slice(-RUNS_KEPT),
    overSingle: add(before.overSingle, run.overSingle),
    coverage:
      run.predictions === 0
        ? before.coverage
        : latest(before.coverage, [run.predictions, run.covered], COVERAGE_OVER),
    metacognitiveDecisions: before.metacognitiveDecisions + run.decisions,
  };
}

type Counted = readonly (readonly [of: number, hits: number])[];

/** With the new entry, and without the oldest that the window does not need. */
function latest(before: Counted, entry: readonly [number, number], over: number): Counted {
  const entries = [...before, entry];
  let [of] = totalOf(entries);
  while (entries.length > 1 && of - (entries[0] as readonly [number, number])[0] >= over)
    of -= (entries.shift() as readonly [number, number])[0];
  return entries;
}

export function totalOf(counted: Counted): [of: number, hits: number] {
  return counted.reduce<[number, number]>(([of, hits], entry) => [of + entry[0], hits + entry[1]], [0, 0]);
}
