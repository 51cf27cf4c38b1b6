/** Intervals cover what they promise over every few hundred predictions, also when the stream changes. */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import { Champions } from '../../../src/learning/champions/champions.js';
import { Conformal } from '../../../src/learning/intervals/conformal.js';
import { SortedWindow } from '../../../src/learning/median/sorted-window.js';

function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

describe('intervals', () => {
  test('cover 88 to 92 % of every 500 predictions, though types differ, tails are heavy and spreads change', () => {
    const conformal = new Conformal();
    const random = new SeededRandom('stream');
    const bounds = { low: 0, high: 0 };
    const covered: number[] = [];
    for (let i = 0; i < 6000; i++) {
      const type = random.int(20);
      // What the models believe is wrong by a factor that depends on the type, and doubles half way.
      const wrong = (0.3 + type / 10) * (i > 3000 ? 2 : 1) * (random.next() < 0.05 ? 4 : 1);
      const z = wrong * normal(random);
      conformal.bounds(`t${type}`, 0, 1, bounds);
      covered.push(bounds.low <= z && z <= bounds.high ? 1 : 0);
      conformal.learn(`t${type}`, z);
    }
    for (let from = 500; from + 500 <= covered.length; from += 50) {
      const share = covered.slice(from, from + 500).reduce((sum, one) => sum + one, 0) / 500;
      expect(share).toBeGreaterThanOrEqual(0.88);
      expect(share).toBeLessThanOrEqual(0.92);
    }
  });

  test('are narrow for a type that is predicted well and wide for one that is not', () => {
    const conformal = new Conformal();
    const random = new SeededRandom('widths');
    for (let i = 0; i < 2000; i++) {
      conformal.learn('good', 0.2 * normal(random));
      conformal.learn('bad', 3 * normal(random));
    }
    const good = { low: 0, high: 0 };
    const bad = { low: 0, high: 0 };
    conformal.bounds('good', 0, 1, good);
    conformal.bounds('bad', 0, 1, bad);
    expect(bad.high - bad.low).toBeGreaterThan(4 * (good.high - good.low));
  });
});

describe('champions', () => {
  const known = [true, true];

  test('are those with the smaller error of the type, not of the whole', () => {
    const champions = new Champions(['first', 'second']);
    for (let i = 0; i < 50; i++) {
      champions.score('a', [0.1, 0.6]);
      champions.score('b', [0.6, 0.1]);
    }
    expect(champions.of('a', known)).toBe(0);
    expect(champions.of('b', known)).toBe(1);
    expect(champions.counts()).toEqual(
      new Map([
        ['first', 1],
        ['second', 1],
      ]),
    );
  });

  test('stay while a challenger is hardly better, and give way to one that is', () => {
    const champions = new Champions(['first', 'second']);
    for (let i = 0; i < 30; i++) champions.score('a', [0.3, 0.31]);
    for (let i = 0; i < 100; i++) champions.score('a', [0.3, 0.298]);
    expect(champions.of('a', known)).toBe(0);
    for (let i = 0; i < 100; i++) champions.score('a', [0.3, 0.2]);
    expect(champions.of('a', known)).toBe(1);
  });

  test('of a type never seen is the best of all types, among those that know something', () => {
    const champions = new Champions(['first', 'second']);
    for (let i = 0; i < 20; i++) champions.score('a', [0.5, 0.1]);
    expect(champions.of('new', known)).toBe(1);
    expect(champions.of('new', [true, false])).toBe(0);
    expect(champions.of('new', [false, false])).toBe(-1);
  });
});

test('a window has the quantiles of its latest values, whatever came and went', () => {
  const random = new SeededRandom('window');
  const window = new SortedWindow(16);
  const all: number[] = [];
  for (let i = 0; i < 200; i++) {
    const value = random.int(30) / 3;
    all.push(value);
    window.push(value);
    const latest = all.slice(-16).sort((a, b) => a - b);
    expect(window.quantile(0)).toBe(latest[0]);
    expect(window.quantile(1)).toBe(latest.at(-1));
    const middle = (latest.length - 1) / 2;
    const expected = ((latest[Math.floor(middle)] as number) + (latest[Math.ceil(middle)] as number)) / 2;
    expect(window.quantile(0.5)).toBeCloseTo(expected, 12);
  }
  expect(window.snapshot()).toEqual(all.slice(-16));
});
