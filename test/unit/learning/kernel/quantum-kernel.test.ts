/** The quantum kernel learns what lines cannot, leaves the prior alone where it has nothing to say, and is the same every time. */
import { describe, expect, it } from 'vitest';
import { TrainingCancelled, UNWATCHED } from '../../../../src/learning/batch.js';
import type { TrainingProgress } from '../../../../src/learning/batch.js';
import { QuantumKernel } from '../../../../src/learning/kernel/quantum-kernel.js';
import { fastestMicroseconds, friedman, rmseOf, tableOf } from '../../../support/learning/tables.js';

const options = { learningRate: 0.01, batchSize: 32, maxIterations: 1000, seed: 1 };
const model = new QuantumKernel();
const rows = tableOf(friedman, { count: 500, width: 8, noise: 0.5, seed: 'rows' });
const trained = model.train(rows, options, UNWATCHED);

describe('the quantum kernel', () => {
  it("learns Friedman's function better than a line, whose error is 2.5", () => {
    const fitted = model.open(trained);
    const unseen = tableOf(friedman, { count: 400, width: 8, seed: 'unseen' });
    expect(rmseOf(unseen, (row, prior) => fitted.predict(row, prior))).toBeLessThan(1.7);
  });

  it('leaves the prior as it is where its error is nothing but noise', () => {
    const prior = (row: Float64Array): number => 10 * (row[0] as number);
    const noise = tableOf(prior, { count: 400, width: 6, noise: 1, seed: 'noise', prior });
    const fitted = model.open(model.train(noise, options, UNWATCHED));
    expect(rmseOf(noise, (row, known) => fitted.predict(row, known))).toBeLessThan(0.3);
  });

  it('adds to the prior that it is given', () => {
    const fitted = model.open(trained);
    const row = rows.features.slice(0, 8);
    expect(fitted.predict(row, 5) - fitted.predict(row, 0)).toBeCloseTo(5, 9);
  });

  it('does not run away far outside of what it saw', () => {
    const fitted = model.open(trained);
    const far = fitted.predict(new Float64Array(8).fill(1e9), 0);
    expect(far).toBeCloseTo(fitted.predict(new Float64Array(8).fill(1e6), 0), 9);
    expect(Math.abs(far)).toBeLessThan(200);
  });

  it.each([1, 2, 3, 8])('trains on %d rows without a fault', (count) => {
    const few = tableOf(friedman, { count, width: 5, seed: 'few' });
    const fitted = model.open(model.train(few, options, UNWATCHED));
    expect(Number.isFinite(fitted.predict(few.features.slice(0, 5), 1))).toBe(true);
  });

  it('is the same bytes for the same rows and seed, and opens from JSON', () => {
    const text = JSON.stringify(trained);
    expect(JSON.stringify(model.train(rows, options, UNWATCHED))).toBe(text);
    expect(JSON.stringify(model.train(rows, { ...options, seed: 2 }, UNWATCHED))).not.toBe(text);
    const row = rows.features.slice(8, 16);
    const direct = model.open(trained).predict(row, 0);
    expect(model.open(JSON.parse(text)).predict(row, 0)).toBe(direct);
  });

  it('says which columns it looks at, and how its choice came out', () => {
    const { columns, width, ridge } = trained as {
      columns: { name: string }[];
      width: number;
      ridge: number;
    };
    const names = columns.map(({ name }) => name);
    for (const matters of ['x0', 'x1', 'x3', 'x4']) expect(names).toContain(matters);
    expect(width).toBeGreaterThan(0);
    expect(ridge).toBeGreaterThan(0);
  });

  it('tells how far it is, and is cancelled between steps', () => {
    const seen: TrainingProgress[] = [];
    const watch = { progress: (one: TrainingProgress) => void seen.push(one), cancelled: () => false };
    model.train(rows, options, watch);
    expect(seen.map(({ step, steps }) => [step, steps])).toEqual([1, 2, 3, 4, 5].map((step) => [step, 5]));
    expect(() => model.train(rows, options, { progress: () => undefined, cancelled: () => true })).toThrow(
      TrainingCancelled,
    );
  });

  it('predicts at the cost of 32 landmarks, however many it has', () => {
    const fitted = model.open(trained);
    const row = rows.features.slice(0, 8);
    expect(fastestMicroseconds(() => fitted.predict(row, 0), 200)).toBeLessThan(60);
  });
});
