/** Trees on the Friedman function (Friedman 1991), whose noise has a standard deviation of 1. */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import { TrainingCancelled, UNWATCHED } from '../../../src/learning/batch.js';
import type { TrainingRows } from '../../../src/learning/batch.js';
import { binned, codeOf } from '../../../src/learning/tree/binning.js';
import { BoostedTrees } from '../../../src/learning/tree/boosted-trees.js';
import { RegressionTree } from '../../../src/learning/tree/regression-tree.js';

const options = { learningRate: 0.01, batchSize: 32, maxIterations: 1000, seed: 7 };
const width = 8;

function friedman(count: number, seed: string): TrainingRows {
  const random = new SeededRandom(seed);
  const features = Float64Array.from({ length: count * width }, () => random.next());
  const actual = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = features.subarray(i * width, i * width + 5);
    let noise = -6;
    for (let k = 0; k < 12; k++) noise += random.next();
    actual[i] = 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e + noise;
  }
  const names = Array.from({ length: width }, (_, j) => `x${j}`);
  return { featuresVersion: 1, names, count, features, prior: new Float64Array(count).fill(14), actual };
}

function rootMeanSquare(
  model: BoostedTrees | RegressionTree,
  rows: TrainingRows,
  parameters: unknown,
): number {
  const fitted = model.open(parameters as never);
  let sum = 0;
  for (let i = 0; i < rows.count; i++) {
    const row = rows.features.subarray(i * width, (i + 1) * width);
    sum += (fitted.predict(row, 14) - (rows.actual[i] as number)) ** 2;
  }
  return Math.sqrt(sum / rows.count);
}

describe('trees', () => {
  const rows = friedman(3000, 'train');
  const fresh = friedman(1000, 'test');

  test('boosted ones come near the noise, one alone does not, and both beat the mean', () => {
    const boosted = new BoostedTrees();
    const single = new RegressionTree();
    const boostedError = rootMeanSquare(boosted, fresh, boosted.train(rows, options, UNWATCHED));
    const singleError = rootMeanSquare(single, fresh, single.train(rows, options, UNWATCHED));
    expect(boostedError).toBeLessThan(1.5);
    expect(singleError).toBeLessThan(2.8);
    expect(singleError).toBeGreaterThan(boostedError);
  });

  test('find which columns matter', () => {
    const { importance } = new BoostedTrees().train(rows, options, UNWATCHED) as { importance: number[] };
    const used = importance.slice(0, 5).reduce((sum, share) => sum + share, 0);
    expect(used).toBeGreaterThan(0.95);
    expect(importance[3]).toBeGreaterThan(importance[4] as number);
  });

  test('are the same for the same rows and seed, byte for byte', () => {
    const small = friedman(400, 'same');
    for (const model of [new BoostedTrees(), new RegressionTree()]) {
      const first = JSON.stringify(model.train(small, options, UNWATCHED));
      expect(JSON.stringify(model.train(small, options, UNWATCHED))).toBe(first);
    }
  });

  test('keep no tree where there is nothing but noise', () => {
    const noise = friedman(600, 'noise');
    const random = new SeededRandom('pure');
    const actual = noise.actual.map(() => 14 + random.next() - 0.5);
    const { trees } = new BoostedTrees().train({ ...noise, actual }, options, UNWATCHED) as {
      trees: unknown[];
    };
    expect(trees.length).toBeLessThan(12);
  });

  test('report every step, and stop when they are told to', () => {
    const small = friedman(300, 'watched');
    const steps: number[] = [];
    const watch = {
      progress: ({ step }: { step: number }) => {
        steps.push(step);
      },
      cancelled: () => steps.length >= 4,
    };
    expect(() => new BoostedTrees().train(small, options, watch)).toThrow(TrainingCancelled);
    expect(steps).toEqual([1, 2, 3, 4]);
  });

  test('split a column that is constant but for one row, and leave a constant one', () => {
    const features = Float64Array.from([5, 0, 5, 0, 5, 0, 5, 1]);
    const { cuts } = binned(features, 4, 2);
    expect(cuts[0]).toHaveLength(0);
    expect([...(cuts[1] as Float64Array)]).toEqual([0.5]);
    expect(codeOf(cuts[1] as Float64Array, 0.5)).toBe(0);
    expect(codeOf(cuts[1] as Float64Array, 0.6)).toBe(1);
  });
});
