/** What recognisers found, in plain words with its evidence. Called by the fold; pure. */
import type { Json, JsonObject } from '../../../kit/json.js';
import type { SequencePattern } from '../../patterns/behavioural/sequence-finder.js';
import type { TaskGroup } from '../../patterns/behavioural/task-groups.js';
import type { Association } from '../../patterns/causal/association-finder.js';
import type { Effect } from '../../patterns/causal/randomised-effect.js';
import type { FailingType } from '../../patterns/causal/failing-types.js';
import { PRECEDENCE_MS, type Preceded } from '../../patterns/causal/precedence.js';
import type { Burst } from '../../patterns/temporal/burst-finder.js';
import type { Change } from '../../patterns/temporal/change-finder.js';
import type { Period } from '../../patterns/temporal/period.js';
import { percent, span } from './span.js';

export const PATTERN_KINDS = [
  'PERIOD',
  'BURST',
  'CHANGE',
  'ASSOCIATION',
  'FAILING_TYPE',
  'SEQUENCE',
  'PRECEDENCE',
  'GROUP',
  'CAUSE',
] as const;
export type PatternKind = (typeof PATTERN_KINDS)[number];

export interface Finding {
  readonly kind: PatternKind;
  readonly subject: string;
  readonly text: string;
  readonly evidence: JsonObject;
}

const WORDS_TOLD = 5;
const TYPES_TOLD = 6;

const digits = (value: number): number => Number(value.toPrecision(4));

export function periodFinding(subject: string, period: Period): Finding {
  const { periodMs, jitterMs, hits, due, logOdds, hStatistic, foundAfter, lastsMs, anchorMs } = period;
  return {
    kind: 'PERIOD',
    subject,
    text: `${subject} fails every ${span(periodMs)} (within ${span(Math.max(1, jitterMs))}), ${hits} of ${due} times so far`,
    evidence: {
      ...{ periodMs, jitterMs, lastsMs, anchorMs, hits, due, failuresSeen: foundAfter },
      ...{ logOdds: digits(logOdds), hStatistic: digits(hStatistic) },
    },
  };
}

export function burstFinding(subject: string, { sinceMs, atMs, events, rateBefore, rate }: Burst): Finding {
  return {
    kind: 'BURST',
    subject,
    text: `${subject} fails ${digits(rate / rateBefore)} times as often as before: ${events} failures within ${span(Math.max(1, atMs - sinceMs))}`,
    evidence: {
      sinceMs,
      events,
      failuresPerSecondBefore: digits(rateBefore),
      failuresPerSecond: digits(rate),
    },
  };
}

export function changeFinding(subject: string, { ago, before, after, statistic }: Change): Finding {
  const [was, is] = [Math.exp(before), Math.exp(after)];
  const factor = is / was;
  return {
    kind: 'CHANGE',
    subject,
    text: `${subject} takes ${factor >= 1 ? `${digits(factor)} times as long as` : `${percent(factor)} of the time of`} before, since ${ago} runs: ${digits(is)} s where it was ${digits(was)} s`,
    evidence: {
      ...{ runsAgo: ago, secondsBefore: digits(was), secondsAfter: digits(is) },
      statistic: digits(statistic),
    },
  };
}

export function associationFinding(found: Association): Finding {
  const { factor, outcome, exposed, observed, expected, lift, oddsRatio, pValue, qValue } = found;
  const what = outcome === 'FAILED' ? 'failed' : 'were slow';
  return {
    kind: 'ASSOCIATION',
    subject: `${outcome}\n${factor}`,
    text: `of ${exposed} attempts with ${factor} ${observed} ${what}, where ${digits(expected)} would have by the rates of their kinds (${digits(lift)} times as many): they go together, which need not be the cause`,
    evidence: {
      ...{ factor, outcome, exposed, observed, expected: digits(expected), lift: digits(lift) },
      oddsRatio: Number.isFinite(oddsRatio) ? digits(oddsRatio) : null,
      ...{ pValue, qValue },
    },
  };
}

/** Of an association that was tried by chance. */
export function causeFinding({
  machine,
  outcome,
  effect,
  patternId,
}: {
  readonly machine: string;
  readonly outcome: string;
  readonly effect: Effect;
  readonly patternId: string;
}): Finding {
  const { difference, from, to, draws } = effect;
  const [least, most] = [Math.min(-to, -from), Math.max(-to, -from)];
  const what =
    outcome === 'FAILED'
      ? `of attempts fewer failed by ${percent(-difference)} [${percent(least)}, ${percent(most)}] of all`
      : `runs were done sooner by ${percent(1 - Math.exp(difference))}`;
  return {
    kind: 'CAUSE',
    subject: machine,
    text: `${machine} causes ${outcome === 'FAILED' ? 'failures' : 'slow runs'}: in ${draws} meshes that were drawn by chance to keep away from it or not, ${what} where they kept away`,
    evidence: {
      machine,
      outcome,
      association: patternId,
      draws,
      difference: digits(difference),
      from: digits(from),
      to: digits(to),
    },
  };
}

export function failingTypeFinding({ typeKey, attempts, failures, lift, qValue }: FailingType): Finding {
  return {
    kind: 'FAILING_TYPE',
    subject: typeKey,
    text: `${typeKey} fails in ${failures} of ${attempts} attempts, ${Number.isFinite(lift) ? `${digits(lift)} times as often as` : 'unlike'} all other kinds of task together`,
    evidence: { attempts, failures, lift: Number.isFinite(lift) ? digits(lift) : null, qValue },
  };
}

export function sequenceFinding({ items, support, lift, confidence, qValue }: SequencePattern): Finding {
  return {
    kind: 'SEQUENCE',
    subject: items.join('\n'),
    text: `in the same mesh ${items.slice(0, -1).join(', then ')} is followed by ${items.at(-1)} in ${percent(confidence)} (${support} meshes, ${digits(lift)} times as often as anywhere)`,
    evidence: {
      items: [...items] as Json,
      support,
      lift: digits(lift),
      confidence: digits(confidence),
      qValue,
    },
  };
}

export function precedenceFinding(found: Preceded): Finding {
  const { first, second, outcome, exposed, observed, expected, lift, oddsRatio, pValue, qValue } = found;
  const [what, one] = outcome === 'FAILED' ? ['failed', 'failure'] : ['were slow', 'slow one'];
  return {
    kind: 'PRECEDENCE',
    subject: `${outcome}\n${first}\n${second}`,
    text: `of ${exposed} attempts of ${second} that began within ${span(PRECEDENCE_MS)} after a failure of ${first} ${observed} ${what}, where ${digits(expected)} would have at its usual rate (${digits(lift)} times as many; of each trouble the first ${one} counts): the one comes before the other, which need not be the cause`,
    evidence: {
      ...{ first, second, outcome, windowMs: PRECEDENCE_MS, exposed, observed },
      ...{ expected: digits(expected), lift: digits(lift) },
      oddsRatio: Number.isFinite(oddsRatio) ? digits(oddsRatio) : null,
      ...{ pValue, qValue },
    },
  };
}

export function groupFinding({ typeKeys, words, spread, spreadOfAll, qValue }: TaskGroup): Finding {
  const shared = words.length === 0 ? '' : ` (they share ${words.slice(0, WORDS_TOLD).join(', ')})`;
  const named = typeKeys.slice(0, TYPES_TOLD).join(', ');
  const more = typeKeys.length > TYPES_TOLD ? ` and ${typeKeys.length - TYPES_TOLD} more` : '';
  return {
    kind: 'GROUP',
    subject: typeKeys.join('\n'),
    text: `${named}${more} are alike by text and circumstances${shared} and take nearly the same time: within a factor of ${digits(Math.exp(spread))} of each other, all kinds within ${digits(Math.exp(spreadOfAll))}`,
    evidence: {
      ...{ typeKeys: [...typeKeys] as Json, words: words.slice(0, WORDS_TOLD) as Json },
      ...{ spread: digits(spread), spreadOfAll: digits(spreadOfAll), qValue },
    },
  };
}
