/** What is looked for in the attempts of one kind of task: a bad window is one trouble, however many attempts run into it. */
import { describe, expect, it } from 'vitest';
import { TypeRecognisers } from '../../../../src/consciousness/live/fold/type-recognisers.js';
import { SeededRandom } from '../../../../src/kit/random.js';

const MINUTE = 60_000;
const PERIOD = 5 * MINUTE;
const LASTS = 20_000;

/** An attempt ends every second; all fail in twenty seconds of every five minutes. Answers after how many windows it is found. */
function windowsUntilFound(recognisers: TypeRecognisers, seed: string): number {
  const random = new SeededRandom(seed);
  const first = random.int(PERIOD - LASTS);
  for (let at = 0, windows = 0; windows < 24; at += 1000) {
    const since = (at - first) % PERIOD;
    const failed = at >= first && since >= 0 && since < LASTS;
    if (failed && since < 1000) windows++;
    const { found } = recognisers.attempt({
      typeKey: 'sync',
      atMs: at + random.int(900),
      seconds: 1,
      failed,
    });
    if (found.some(({ kind }) => kind === 'PERIOD')) return windows;
  }
  return Number.POSITIVE_INFINITY;
}

describe('a bad window into which many attempts run', () => {
  it.each(['a', 'b', 'c'])('is found as a period within 9 windows (%s)', (seed) => {
    expect(windowsUntilFound(new TypeRecognisers(), seed)).toBeLessThanOrEqual(9);
  });

  it('lasts as long as it lasts, and fails inside and not outside', () => {
    const recognisers = new TypeRecognisers();
    windowsUntilFound(recognisers, 'd');
    const period = recognisers.period('sync');
    const next = (period?.anchorMs ?? 0) + ((period?.teeth.at(-1) ?? 0) + 1) * PERIOD;
    for (let at = next - PERIOD + LASTS + 5000; at < next + MINUTE; at += 1000) {
      const failed = at >= next && at < next + LASTS;
      recognisers.attempt({ typeKey: 'sync', atMs: at, seconds: 1, failed });
    }
    expect(recognisers.period('sync')?.lastsMs).toBeGreaterThan(LASTS - 3000);
    const shares = recognisers.shares('sync');
    expect(shares?.failsInside).toBeGreaterThan(0.7);
    expect(shares?.failsOutside).toBeLessThan(0.1);
  });

  it('is not claimed of a kind that always fails', () => {
    const recognisers = new TypeRecognisers();
    const found = Array.from({ length: 2000 }, (_, at) =>
      recognisers.attempt({ typeKey: 'x', atMs: at * 1000, seconds: 1, failed: true }),
    );
    expect(found.flatMap((one) => one.found).filter(({ kind }) => kind === 'PERIOD')).toEqual([]);
  });
});
