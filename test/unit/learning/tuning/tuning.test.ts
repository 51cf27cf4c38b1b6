/** What the fold sets by itself: told under the event that gave rise to it, the same after a restart, null before evidence. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/kit/random.js';
import type { Json } from '../../../../src/kit/json.js';
import { Tuning } from '../../../../src/learning/tuning/tuning.js';
import { taskView } from '../../../../src/learning/view.js';
import type { AttemptFacts, TuningChange } from '../../../../src/store/learning.js';
import { attemptFacts, FACTS_AT } from '../../../support/learning/attempt-facts.js';
import { uuid } from '../../../support/store/batches.js';

const AT = FACTS_AT;
const TASK = taskView({ typeKey: 'command:align' });
/** The logarithm of the peak. */
const EXPECTED = Math.log(5e8);

function attempt(seq: number, change: Partial<AttemptFacts>): AttemptFacts {
  const at = AT + seq * 1000;
  return attemptFacts({ seq, at, startedAt: at - 500, taskId: uuid(seq), ...change });
}

/** Peaks that hardly vary, and retries that succeed after any delay half of the time. */
function observations(count: number): AttemptFacts[] {
  const random = new SeededRandom('tuning');
  return Array.from({ length: count }, (_, i) => {
    const seq = i + 1;
    const memoryPeakBytes = 5e8 * (1 + 0.002 * random.next());
    const delayMs = 1000 * random.next();
    const outcome = random.next() < 0.5 ? 'COMPLETED' : 'FAILED';
    const startedAt = AT + seq * 1000 - 500;
    return attempt(seq, {
      memoryPeakBytes,
      outcome,
      lastError: 'EXIT_1',
      startedAt,
      waitMs: 20,
      endedBefore: startedAt - 20 - delayMs,
    });
  });
}

function learnAll(tuning: Tuning, facts: readonly AttemptFacts[]): TuningChange[] {
  return facts.flatMap((one) => tuning.learn(one, EXPECTED));
}

describe('before there is evidence', () => {
  it('nothing is set', () => {
    const tuning = new Tuning();
    expect(tuning.memoryBytes(TASK.typeKey, EXPECTED)).toBeNull();
    expect(tuning.retryMs('EXIT_1')).toBeNull();
    expect(learnAll(tuning, observations(5))).toEqual([]);
  });
});

describe('with evidence', () => {
  it('memory is what was seen and some room, in steps of half an octave, and retries wait less where waiting is no use', () => {
    const tuning = new Tuning();
    learnAll(tuning, observations(300));
    expect(tuning.memoryBytes(TASK.typeKey, EXPECTED)).toBe(2 ** 29);
    expect(tuning.retryMs('EXIT_1')).toBeLessThan(400);
    expect(tuning.retryMs('EXIT_1')).toBeGreaterThanOrEqual(100);
    expect(tuning.retryMs('HTTP_503')).toBeNull();
  });

  it('each change is told when it is made, and again with what came of it', () => {
    const told = learnAll(new Tuning(), observations(300));
    for (const parameter of ['memory request, bytes', 'first retry, ms']) {
      const own = told.filter((one) => one.parameter === parameter);
      const [made] = own as [TuningChange, ...TuningChange[]];
      expect(made).toMatchObject({ realisedGain: null, revertedAt: null });
      expect(made.predictedGain).toBeGreaterThan(0);
      expect(made.id).toBe(`${(made.at.getTime() - AT) / 1000} ${parameter}`);
      const later = own.filter(({ id }) => id === made.id).slice(1);
      expect(later.length).toBeGreaterThan(0);
      for (const one of later) expect(one.realisedGain).not.toBeNull();
    }
  });

  it('it goes on from a snapshot as if nothing had happened', () => {
    const [first, second] = [new Tuning(), new Tuning()];
    const [before, after] = [observations(200).slice(0, 130), observations(200).slice(130)];
    learnAll(first, before);
    second.restore(JSON.parse(JSON.stringify(first.snapshot())) as Json);
    expect(learnAll(second, after)).toEqual(learnAll(first, after));
    expect(second.snapshot()).toEqual(first.snapshot());
  });
});
