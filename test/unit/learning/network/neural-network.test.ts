/** The network learns what lines cannot, obeys its options, stops by itself, can be cancelled, and is the same every time. */
import { describe, expect, it } from 'vitest';
import { TrainingCancelled, UNWATCHED } from '../../../../src/learning/batch.js';
import type { TrainingOptions, TrainingProgress, TrainingRows } from '../../../../src/learning/batch.js';
import { NeuralNetwork } from '../../../../src/learning/network/neural-network.js';
import { fastestMicroseconds, friedman, rmseOf, tableOf } from '../../../support/learning/tables.js';

const options: TrainingOptions = { learningRate: 0.01, batchSize: 32, maxIterations: 1000, seed: 1 };

function watched(rows: TrainingRows, given: Partial<TrainingOptions> = {}): TrainingProgress[] {
  const seen: TrainingProgress[] = [];
  const watch = { progress: (one: TrainingProgress) => void seen.push(one), cancelled: () => false };
  new NeuralNetwork().train(rows, { ...options, ...given }, watch);
  return seen;
}

const small = tableOf(friedman, { count: 600, width: 6, noise: 1, seed: 'small' });

describe('what it learns', () => {
  it('XOR, which no line can', () => {
    const xor = tableOf(([a = 0, b = 0]) => (a > 0.5 === b > 0.5 ? -1 : 1), {
      count: 400,
      width: 2,
      seed: 'xor',
    });
    const model = new NeuralNetwork([8]);
    const fitted = model.open(model.train(xor, options, UNWATCHED));
    const corners = [
      [0.1, 0.1, -1],
      [0.9, 0.9, -1],
      [0.1, 0.9, 1],
      [0.9, 0.1, 1],
    ] as const;
    for (const [a, b, wanted] of corners)
      expect(fitted.predict(Float64Array.of(a, b), 0)).toBeCloseTo(wanted, 0);
  });

  it("Friedman's function to 0.8, from 4,000 rows with noise 1", () => {
    const model = new NeuralNetwork();
    const rows = tableOf(friedman, { count: 4000, width: 20, noise: 1, seed: 'taught' });
    const fitted = model.open(model.train(rows, options, UNWATCHED));
    const unseen = tableOf(friedman, { count: 1000, width: 20, seed: 'unseen' });
    expect(rmseOf(unseen, (row, prior) => fitted.predict(row, prior))).toBeLessThan(0.8);
  });

  it('only the error of the prior: where the prior is right, it stays out of the way', () => {
    const law = (row: Float64Array): number => 100 * (row[0] as number);
    const rows = tableOf(law, { count: 300, width: 3, seed: 'prior', prior: law });
    const model = new NeuralNetwork();
    const fitted = model.open(model.train(rows, options, UNWATCHED));
    expect(fitted.predict(Float64Array.of(0.3, 0.5, 0.5), 30)).toBeCloseTo(30, 6);
    expect(fitted.predict(Float64Array.of(0.3, 0.5, 0.5), 31)).toBeCloseTo(31, 6);
  });

  it('is not led away by one row in a hundred that is wild', () => {
    const wild = tableOf(friedman, { count: 2000, width: 5, noise: 0.5, seed: 'wild' });
    for (let i = 0; i < wild.count; i += 100) wild.actual[i] = 500;
    const model = new NeuralNetwork();
    const fitted = model.open(model.train(wild, options, UNWATCHED));
    const unseen = tableOf(friedman, { count: 500, width: 5, seed: 'calm' });
    expect(rmseOf(unseen, (row, prior) => fitted.predict(row, prior))).toBeLessThan(2.5);
  });

  it('does not run away far outside of what it saw', () => {
    const model = new NeuralNetwork();
    const fitted = model.open(model.train(small, options, UNWATCHED));
    const near = fitted.predict(new Float64Array(6).fill(100), 0);
    const far = fitted.predict(new Float64Array(6).fill(1e12), 0);
    expect(far).toBe(near);
    expect(Number.isFinite(far)).toBe(true);
  });

  it.each([1, 2, 5])('nothing impossible from %d rows', (count) => {
    const rows = tableOf(() => 3, { count, width: 2, seed: 'few' });
    const model = new NeuralNetwork();
    const fitted = model.open(model.train(rows, options, UNWATCHED));
    expect(fitted.predict(Float64Array.of(0.5, 0.5), 0)).toBeCloseTo(3, 1);
  });
});

describe('its options', () => {
  it('max_iterations is the most epochs', () => {
    for (const maxIterations of [1, 4]) {
      const seen = watched(small, { maxIterations });
      expect(seen.map(({ step }) => step)).toEqual(Array.from({ length: maxIterations }, (_, i) => i + 1));
      expect(seen.every(({ steps }) => steps === maxIterations)).toBe(true);
    }
  });

  it('learning_rate is how fast it goes: a hundredth of it gets less far in three epochs', () => {
    const [fast, slow] = [0.01, 0.0001].map(
      (learningRate) => watched(small, { learningRate, maxIterations: 3 }).at(-1)?.loss as number,
    ) as [number, number];
    expect(slow).toBeGreaterThan(2 * fast);
  });

  it('batch_size is how many rows make a step: one step an epoch gets less far than sixty', () => {
    const [many, one] = [9, 10_000].map(
      (batchSize) => watched(small, { batchSize, maxIterations: 3 }).at(-1)?.loss as number,
    ) as [number, number];
    expect(one).toBeGreaterThan(2 * many);
  });

  it('the seed is all its chance: the same bytes again, others for another', () => {
    const train = (seed: number): string =>
      JSON.stringify(new NeuralNetwork().train(small, { ...options, seed, maxIterations: 5 }, UNWATCHED));
    expect(train(1)).toBe(train(1));
    expect(train(2)).not.toBe(train(1));
  });
});

describe('its training', () => {
  it('stops by itself when rows held out get no better, long before the last iteration', () => {
    const seen = watched(small);
    expect(seen.length).toBeLessThan(150);
    expect(seen.at(-1)?.loss as number).toBeLessThan((seen[0]?.loss as number) / 4);
  });

  it('tells losses in units of the target: no better than the noise, which is 1', () => {
    const rows = tableOf(friedman, { count: 4000, width: 5, noise: 1, seed: 'units' });
    expect(watched(rows).at(-1)?.loss as number).toBeGreaterThan(0.8);
    expect(watched(rows).at(-1)?.loss as number).toBeLessThan(1.6);
  });

  it('is cancelled within an epoch', () => {
    let epochs = 0;
    const watch = { progress: () => void epochs++, cancelled: () => epochs === 2 };
    expect(() => new NeuralNetwork().train(small, options, watch)).toThrow(TrainingCancelled);
    expect(epochs).toBe(2);
  });

  it('gives turns to others when it runs in stages, and comes to the same', () => {
    const model = new NeuralNetwork();
    const rows = tableOf(friedman, { count: 3000, width: 5, seed: 'stages' });
    const work = model.trainInStages(rows, { ...options, maxIterations: 2 }, UNWATCHED);
    let turns = 0;
    let stage = work.next();
    for (; stage.done !== true; stage = work.next()) turns += 1;
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(stage.value).toEqual(model.train(rows, { ...options, maxIterations: 2 }, UNWATCHED));
  });

  it('is stored as JSON and opened again with the same predictions', () => {
    const model = new NeuralNetwork([6, 3]);
    const parameters = model.train(small, { ...options, maxIterations: 5 }, UNWATCHED);
    const row = small.features.slice(0, 6);
    const opened = new NeuralNetwork().open(JSON.parse(JSON.stringify(parameters)));
    expect(opened.predict(row, 0)).toBe(model.open(parameters).predict(row, 0));
  });
});

it('predicts within 10 µs', () => {
  const model = new NeuralNetwork();
  const rows = tableOf(friedman, { count: 500, width: 60, seed: 'cost' });
  const fitted = model.open(model.train(rows, { ...options, maxIterations: 1 }, UNWATCHED));
  const row = rows.features.slice(0, 60);
  expect(fastestMicroseconds(() => fitted.predict(row, 0))).toBeLessThan(10);
});
