/** Bounds of the retry delay, also for policies nobody would write. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from '../../../src/kit/backoff.js';

const policy = { initialIntervalMs: 100, backoffCoefficient: 2, maxIntervalMs: 1_000, jitter: false };

test('without jitter the delay doubles from the initial interval up to the maximum', () => {
  expect([1, 2, 3, 4, 5, 50].map((attempt) => backoffMs(policy, attempt, 0.9))).toEqual([
    100, 200, 400, 800, 1_000, 1_000,
  ]);
});

test('with jitter the delay is the drawn part of the whole interval', () => {
  expect(backoffMs({ ...policy, jitter: true }, 3, 0)).toBe(0);
  expect(backoffMs({ ...policy, jitter: true }, 3, 0.25)).toBe(100);
});

test('the delay is finite and within the policy for any sensible policy', () => {
  const sensible = fc.record({
    initialIntervalMs: fc.nat(1e9),
    backoffCoefficient: fc.double({ min: 1, max: 100, noNaN: true }),
    maxIntervalMs: fc.nat(1e9),
    jitter: fc.boolean(),
  });
  fc.assert(
    fc.property(
      sensible,
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (given, attempt, unit) => {
        const delay = backoffMs(given, attempt, unit);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(given.maxIntervalMs);
        if (!given.jitter) expect(backoffMs(given, attempt + 1, unit)).toBeGreaterThanOrEqual(delay);
      },
    ),
  );
});

test('no input whatsoever gives NaN, an infinite or a negative delay', () => {
  const any = fc.double();
  fc.assert(
    fc.property(
      any,
      any,
      any,
      fc.boolean(),
      any,
      any,
      (initialIntervalMs, backoffCoefficient, maxIntervalMs, jitter, attempt, unit) => {
        const delay = backoffMs(
          { initialIntervalMs, backoffCoefficient, maxIntervalMs, jitter },
          attempt,
          unit,
        );
        expect(Number.isFinite(delay) && delay >= 0).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});
