/**
 * What has to be shown before a level is entered, and what makes it leave, as lists that a person can read. Pure
 * functions of the evidence; called by the evolution at the end of each window, and by whoever shows the state.
 */
import { EVIDENCE_NEEDED, evidenceOf } from '../../kit/statistics/bet.js';
import type { Bet, Contest } from '../../kit/statistics/bet.js';
import { COVERAGE_OVER, DRIFT_OVER, LOSSES_KEPT, MARGIN, totalOf } from './evidence.js';
import type { Evidence } from './evidence.js';
import type { Level } from './level.js';

export interface Requirement {
  readonly name: string;
  readonly met: boolean;
  /** What there is, and what is needed, in words. */
  readonly has: string;
  readonly needs: string;
}

const PREDICTIONS_MIN = 200;
const DECISIONS_MIN = 500;
const JOINT_MIN = 30;
const EXPLORATION_MAX = 0.02;
const TAIL_MAX = 1.05;
const SIGNALS_MIN = 2;
const Z95 = 1.96;
/** Comparisons after which a level that has proven nothing is said to bring nothing. */
export const ABLATIONS_MAX = 400;

export function entryOf(level: Level, evidence: Evidence): Requirement[] {
  switch (level) {
    case 'BASIC':
      return [];
    case 'COGNITIVE':
      return [
        atLeast('scored predictions', evidence.predictions, PREDICTIONS_MIN),
        believed('the predictor beats the median of the type', evidence.overMedian.better),
        believed(
          `replayed makespan is not worse than the best static rule by ${percent(MARGIN)}`,
          evidence.overStatic.better,
        ),
      ];
    case 'METACOGNITIVE':
      return [
        coverage(evidence, 0.87, 0.93),
        {
          name: 'an injected drift is found',
          met: evidence.drill === 'FOUND',
          has: drillOf(evidence),
          needs: 'found in a copy of the detector, while its twin does not alarm',
        },
        believed('the champions per type beat the best single model', evidence.overSingle.better),
      ];
    case 'QUANTUM':
      return [
        atLeast('decisions taken as METACOGNITIVE', evidence.metacognitiveDecisions, DECISIONS_MIN),
        atLeast('policies that may be best (0.1..0.9)', openPolicies(evidence), 2),
        atMost('share of cost spent on exploring', evidence.explorationShare, EXPLORATION_MAX),
      ];
    case 'TRANSCENDENT':
      return [
        atLeast('episodes of several meshes', evidence.joint.better.count, JOINT_MIN),
        believed('planning together beats the level beneath', evidence.joint.better),
        {
          name: 'signals that, left out, make it worse; no others are used',
          ...signals(evidence),
          needs: `E >= ${EVIDENCE_NEEDED} for at least ${SIGNALS_MIN}`,
        },
      ];
  }
}

/** Reasons to leave; `met` says that the reason holds. */
export function exitOf(level: Level, evidence: Evidence): Requirement[] {
  if (level === 'BASIC') return [];
  return [...ownExits(level, evidence), ...noGain(evidence.ablation[level])];
}

function ownExits(level: Level, evidence: Evidence): Requirement[] {
  switch (level) {
    case 'BASIC':
      return [];
    case 'COGNITIVE':
      return [
        believed('the predictor is worse than the median of the type', evidence.overMedian.worse),
        believed('the makespan is worse than that of the static rule', evidence.overStatic.worse),
        slowRuns(evidence),
      ];
    case 'METACOGNITIVE':
      return [
        opposite(coverage(evidence, 0.85, 0.95), evidence),
        driftAlarms(evidence),
        believed('the champions per type are worse than the best single model', evidence.overSingle.worse),
      ];
    case 'QUANTUM':
      return [exceeds('share of cost spent on exploring', evidence.explorationShare, EXPLORATION_MAX)];
    case 'TRANSCENDENT':
      return [
        believed('planning together is worse than the level beneath', evidence.joint.worse),
        exceeds('p99 of slowdown over that before', evidence.tailRatio, TAIL_MAX),
        {
          name: 'a signal, left out, makes it better',
          met: Object.values(evidence.signals).some(({ worse }) => isBelieved(worse)),
          has: Object.entries(evidence.signals)
            .filter(([, { worse }]) => isBelieved(worse))
            .map(([signal]) => signal)
            .join(', '),
          needs: 'none',
        },
        stale(evidence),
      ];
  }
}

function slowRuns({ latestOverStatic }: Evidence): Requirement {
  const slow = latestOverStatic.filter((gain) => gain < -MARGIN).length;
  return {
    name: `of the latest 5 runs, slower than the static twin by more than ${percent(MARGIN)}`,
    met: slow >= 3,
    has: String(slow),
    needs: '3',
  };
}

/** The level has been compared often enough to be believed if it brought anything, and is not. */
function noGain({ better }: Contest): Requirement[] {
  return [
    {
      name: 'no measurable gain',
      met: better.count >= ABLATIONS_MAX && !isBelieved(better),
      has: `${better.count} comparisons, mean gain ${percent(better.sum / Math.max(1, better.count))}, E = ${show(evidenceOf(better))}`,
      needs: `E < ${EVIDENCE_NEEDED} after ${ABLATIONS_MAX}`,
    },
  ];
}

export const GAIN_VERDICTS = ['GAIN', 'UNDECIDED', 'NO_MEASURABLE_GAIN'] as const;

/** What the level was worth against the one beneath, in shares of the cost: its mean with an interval of 95 %. */
export interface RealisedGain {
  readonly comparisons: number;
  /** Null: too few comparisons. */
  readonly mean: number | null;
  readonly from: number | null;
  readonly to: number | null;
  /** By evidence that may be looked at any time; the interval is for people. */
  readonly verdict: (typeof GAIN_VERDICTS)[number];
}

export function realisedGain(level: Level, { gains, ablation }: Evidence): RealisedGain {
  const { count, sum, squares } = gains[level];
  const { better } = ablation[level];
  const isOver = better.count >= ABLATIONS_MAX;
  const verdict = isBelieved(better) ? 'GAIN' : isOver ? 'NO_MEASURABLE_GAIN' : 'UNDECIDED';
  if (count < 2) return { comparisons: count, mean: null, from: null, to: null, verdict };
  const mean = sum / count;
  const half = Z95 * Math.sqrt(Math.max(0, squares / count - mean ** 2) / (count - 1));
  return { comparisons: count, mean, from: mean - half, to: mean + half, verdict };
}

export function isBelieved(claim: Bet): boolean {
  return evidenceOf(claim) >= EVIDENCE_NEEDED;
}

function openPolicies({ policies }: Evidence): number {
  return policies.filter((p) => p >= 0.1 && p <= 0.9).length;
}

function believed(name: string, claim: Bet): Requirement {
  const mean = claim.count === 0 ? 0 : claim.sum / claim.count;
  return {
    name,
    met: isBelieved(claim),
    has: `E = ${show(evidenceOf(claim))} over ${claim.count} runs, mean ${percent(mean)}`,
    needs: `E >= ${EVIDENCE_NEEDED}`,
  };
}

function atLeast(name: string, has: number, needs: number): Requirement {
  return { name, met: has >= needs, has: String(has), needs: `>= ${needs}` };
}

function atMost(name: string, has: number, needs: number): Requirement {
  return { name, met: has <= needs, has: show(has), needs: `<= ${needs}` };
}

function exceeds(name: string, has: number, limit: number): Requirement {
  return { name, met: has > limit, has: show(has), needs: `> ${limit}` };
}

function coverage(evidence: Evidence, least: number, most: number): Requirement {
  const [of, covered] = totalOf(evidence.coverage);
  const share = covered / Math.max(1, of);
  return {
    name: 'intervals of 90 % cover',
    met: of >= COVERAGE_OVER && share >= least && share <= most,
    has: `${percent(share)} of ${of}`,
    needs: `${percent(least)} to ${percent(most)} of the latest ${COVERAGE_OVER}`,
  };
}

function opposite(of: Requirement, { coverage: counted }: Evidence): Requirement {
  const enough = totalOf(counted)[0] >= COVERAGE_OVER;
  return { ...of, met: enough && !of.met, needs: `outside ${of.needs}` };
}

function drillOf({ drill, drillHow }: Evidence): string {
  if (drill === 'NONE') return 'no drill yet';
  return drillHow === '' ? drill.toLowerCase() : `${drill.toLowerCase()}: ${drillHow}`;
}

function driftAlarms({ drift }: Evidence): Requirement {
  const [of, wrong] = totalOf(drift);
  return {
    name: `false drift alarms in ${DRIFT_OVER} observations`,
    met: wrong > 1,
    has: `${wrong} in ${of}`,
    needs: '> 1',
  };
}

/** Signals of the objective over all meshes that were shown to matter. */
export function usedSignals({ signals: known }: Evidence): string[] {
  return Object.entries(known)
    .filter(([, { better, worse }]) => isBelieved(better) && !isBelieved(worse))
    .map(([signal]) => signal);
}

function signals(evidence: Evidence): { met: boolean; has: string } {
  const used = usedSignals(evidence);
  const entries = Object.entries(evidence.signals).map(([name, { better }]) => {
    const matters = used.includes(name) ? '' : ', not shown to matter';
    return `${name} E = ${show(evidenceOf(better))} over ${better.count}${matters}`;
  });
  return {
    met: used.length >= SIGNALS_MIN,
    has: entries.length === 0 ? 'none measured' : entries.join('; '),
  };
}

/** A signal that was shown to matter has not in the latest episodes. */
function stale(evidence: Evidence): Requirement {
  const stopped = usedSignals(evidence).filter((signal) => {
    const losses = evidence.latestLosses[signal] ?? [];
    return losses.length >= LOSSES_KEPT && losses.reduce((sum, loss) => sum + loss, 0) <= 0;
  });
  return {
    name: `a signal that is used makes no difference any more in the latest ${LOSSES_KEPT} episodes`,
    met: stopped.length > 0,
    has: stopped.join(', '),
    needs: 'none',
  };
}

function show(value: number): string {
  return value >= 1e6 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
