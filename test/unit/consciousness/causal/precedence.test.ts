/** What fails after what: found where it is so, and not where kinds only have troubles of their own. */
import { describe, expect, it } from 'vitest';
import {
  Precedence,
  type PrecedenceAttempt,
  type PrecedenceState,
} from '../../../../src/consciousness/patterns/causal/precedence.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { atOnce } from '../../../../src/kit/turn.js';

const SIMULATIONS = Number(process.env.SIMULATIONS ?? 25);
const KINDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const STEP_MS = 30_000;

/**
 * Each kind has a trouble of four minutes about every hour; `b` also has one a minute after most of those of `a`. In troubles it
 * fails, or is slow where those of `isSlow` have theirs.
 */
function* troubles(
  seed: string,
  steps: number,
  isRelated: boolean,
  isSlow = (_typeKey: string): boolean => false,
): Generator<PrecedenceAttempt> {
  const random = new SeededRandom(seed);
  const until = new Map<string, number>();
  let follows = Number.POSITIVE_INFINITY;
  for (let step = 0; step < steps; step++)
    for (const typeKey of KINDS) {
      const endedMs = step * STEP_MS;
      if ((until.get(typeKey) ?? 0) < endedMs && random.next() < STEP_MS / 3_600_000) {
        until.set(typeKey, endedMs + 240_000);
        if (isRelated && typeKey === 'a' && random.next() < 0.8) follows = endedMs + 60_000;
      }
      if (typeKey === 'b' && endedMs >= follows) {
        until.set('b', endedMs + 240_000);
        follows = Number.POSITIVE_INFINITY;
      }
      const isIn = (until.get(typeKey) ?? 0) > endedMs;
      const isLate = isSlow(typeKey);
      const failed = random.next() < (isIn && !isLate ? 0.8 : 0.002);
      const slow = failed ? null : random.next() < (isIn && isLate ? 0.8 : 0.05);
      yield { typeKey, startedMs: endedMs - 5_000, endedMs, failed, slow };
    }
}

function found(attempts: Iterable<PrecedenceAttempt>): string[] {
  const precedence = new Precedence();
  for (const attempt of attempts) precedence.ended(attempt, true);
  return atOnce(precedence.findingsInStages()).map(
    ({ first, second, outcome }) => `${first} ${second} ${outcome}`,
  );
}

describe('what comes before a failure', () => {
  it('is found among kinds that have troubles of their own', () => {
    for (const seed of ['one', 'two', 'three'])
      expect(found(troubles(seed, 2_400, true))[0]).toBe('a b FAILED');
  });

  it('is found where what follows is slow', () => {
    for (const seed of ['one', 'two', 'three'])
      expect(found(troubles(seed, 4_800, true, (typeKey) => typeKey === 'b'))[0]).toBe('a b SLOW');
  });

  it('is found in at most 5 % of the histories in which nothing follows from anything', () => {
    let wrong = 0;
    const isSlow = (typeKey: string): boolean => typeKey >= 'd';
    for (let run = 0; run < SIMULATIONS; run++)
      if (found(troubles(`none ${run}`, 1_200, false, isSlow)).length > 0) wrong++;
    expect(wrong / SIMULATIONS).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / SIMULATIONS));
  });

  it('counts a trouble once, and nothing that began before the failure', () => {
    const precedence = new Precedence();
    const run = (typeKey: string, startedMs: number, endedMs: number, failed: boolean): void =>
      precedence.ended({ typeKey, startedMs, endedMs, failed, slow: null }, true);
    run('first', 0, 1_000, true);
    run('early', 500, 2_000, true);
    for (let at = 2_000; at < 12_000; at += 1_000) run('then', at, at + 500, true);
    const { factors } = precedence.snapshot().pairs;
    expect(factors.map(([pair]) => pair)).toEqual(['first\nthen', 'early\nthen']);
    expect(factors[0]?.[1]).toEqual([['then', [1, 1, 0, 0]]]);
  });

  it('is the same after a restore, and of a bounded past', () => {
    const attempts = [...troubles('restore', 600, true)];
    const whole = new Precedence();
    let restored = new Precedence();
    attempts.forEach((attempt, at) => {
      whole.ended(attempt, at % 3 > 0);
      restored.ended(attempt, at % 3 > 0);
      if (at === 1_500)
        restored = new Precedence(JSON.parse(JSON.stringify(restored.snapshot())) as PrecedenceState);
    });
    expect(JSON.stringify(restored.snapshot())).toBe(JSON.stringify(whole.snapshot()));
    for (let kind = 0; kind < 300; kind++)
      for (let at = 0; at < 200; at++) {
        const endedMs = 20_000_000 + at * 60_000;
        whole.ended({ typeKey: `k${kind}`, startedMs: endedMs, endedMs, failed: true, slow: null }, false);
      }
    const { failing } = whole.snapshot();
    expect(failing).toHaveLength(200);
    for (const [, times] of failing) expect(times.length).toBeLessThanOrEqual(61);
  });
});
