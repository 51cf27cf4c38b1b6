/**
 * Which task types fail more often than the others of their workflow, so that a type is called failing for a reason and
 * not because somebody's eye fell on it. Called by the recogniser of patterns and by the decision to quarantine a type.
 */
import { atOnce, type Stages } from '../../../kit/turn.js';
import { benjaminiHochberg } from '../../statistics/false-discovery.js';
import { fisherUpper } from '../../statistics/hypergeometric.js';
import { FALSE_SHARE_MAX } from './association-finder.js';

export interface TypeRecord {
  readonly typeKey: string;
  readonly attempts: number;
  readonly failures: number;
}

export interface FailingType extends TypeRecord {
  /** Share of failures over that of all other types together. */
  readonly lift: number;
  readonly qValue: number;
}

export function failingTypes(records: readonly TypeRecord[]): FailingType[] {
  return atOnce(failingTypesInStages(records));
}

/**
 * A type that fails is tested against the rest without those already called failing, the worst first. A stage tests all that are
 * left once: 5 ms for 200 types.
 */
export function* failingTypesInStages(records: readonly TypeRecord[]): Stages<FailingType[]> {
  const found: FailingType[] = [];
  let rest = records.filter(({ attempts }) => attempts > 0);
  for (;;) {
    const tested = testAll(rest, records.length);
    const worst = tested.sort((a, b) => a.qValue - b.qValue || (a.typeKey < b.typeKey ? -1 : 1))[0];
    if (worst === undefined || worst.qValue > FALSE_SHARE_MAX) return found;
    found.push(worst);
    rest = rest.filter(({ typeKey }) => typeKey !== worst.typeKey);
    yield;
  }
}

function testAll(records: readonly TypeRecord[], tests: number): FailingType[] {
  const total = records.reduce((sum, one) => sum + one.attempts, 0);
  const failed = records.reduce((sum, one) => sum + one.failures, 0);
  const pValues = records.map((one) =>
    fisherUpper({ both: one.failures, exposed: one.attempts, failed, total }),
  );
  const qValues = benjaminiHochberg(pValues, tests);
  return records.map((one, at) => {
    const others = (failed - one.failures) / Math.max(1, total - one.attempts);
    const lift = one.failures === 0 ? 0 : one.failures / one.attempts / others;
    return { ...one, lift, qValue: qValues[at] as number };
  });
}
