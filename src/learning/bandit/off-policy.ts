/**
 * What another policy would have cost, from the log of one that was in force: doubly robust (Dudík, Langford and Li 2011), the
 * expected cost of the other's choices, corrected by what came where the two agree, weighted by propensity. Right when either
 * expectations or propensities are; where the logged policy never does what the other would, only expectations speak, and
 * the share of choices with evidence says so.
 */
import { assert } from '../../kit/assert.js';

export interface LoggedChoice {
  readonly chosen: string;
  /** Of the choice, by the policy that made it. */
  readonly propensity: number;
  readonly seconds: number;
  /** By place. */
  readonly expectedSeconds: ReadonlyMap<string, number>;
}

export interface PolicyValue {
  /** Mean seconds of a choice. */
  readonly seconds: number;
  /** Standard error of it. */
  readonly error: number;
  /** Choices on which the two agree, in units of the whole log: 0 says that nothing but expectation is behind the value. */
  readonly evidence: number;
}

/** Rarer choices count as this rare: a bounded weight is worth a little bias. */
const PROPENSITY_MIN = 0.01;

export function valueOf(log: readonly LoggedChoice[], policy: (choice: LoggedChoice) => string): PolicyValue {
  assert(log.length > 1, 'a policy is judged on two choices or more');
  let agreed = 0;
  const values = log.map((choice) => {
    const place = policy(choice);
    const expected = choice.expectedSeconds.get(place);
    assert(expected !== undefined, 'a policy names a place of the log');
    if (place !== choice.chosen) return expected;
    agreed += 1;
    return expected + (choice.seconds - expected) / Math.max(PROPENSITY_MIN, choice.propensity);
  });
  const seconds = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - seconds) ** 2, 0) / (values.length - 1);
  return { seconds, error: Math.sqrt(variance / values.length), evidence: agreed / log.length };
}
