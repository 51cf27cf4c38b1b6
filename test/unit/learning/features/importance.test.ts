/** Importance by permutation finds the columns that matter, in their order, and lets the others go. */
import { expect, it } from 'vitest';
import { atOnce } from '../../../../src/kit/turn.js';
import type { Fitted } from '../../../../src/learning/batch.js';
import { importancesOf } from '../../../../src/learning/features/importance.js';
import { tableOf } from '../../../support/learning/tables.js';

const law = ([a = 0, b = 0, c = 0]: Float64Array): number => 3 * a + b + 0.2 * c;
const rows = tableOf(law, { count: 400, width: 6, noise: 0.1, seed: 'importance' });
const right: Fitted = { predict: (row) => law(row) };

it('orders columns by what they give, to the mean distance of two rows', () => {
  const found = atOnce(importancesOf(right, rows, 1));
  expect(found.slice(0, 3).map(({ column }) => column)).toEqual(['x0', 'x1', 'x2']);
  expect(found.slice(0, 3).every(({ pays }) => pays)).toBe(true);
  // Two uniform values are 1/3 apart on average; the noise hardly matters beside 3 × 1/3.
  expect(found[0]?.gain).toBeCloseTo(1 - 0.08, 1);
});

it('says of columns that the model does not use exactly that they gain nothing', () => {
  const found = atOnce(importancesOf(right, rows, 1));
  const unused = found.filter(({ column }) => ['x3', 'x4', 'x5'].includes(column));
  expect(unused.map(({ gain, pays }) => ({ gain, pays }))).toEqual(Array(3).fill({ gain: 0, pays: false }));
});

it('says of a column that misleads that it does not pay', () => {
  const coin: Fitted = { predict: (row) => law(row) + ((row[4] as number) > 0.5 ? 0.05 : -0.05) };
  expect(atOnce(importancesOf(coin, rows, 1)).find(({ column }) => column === 'x4')?.pays).toBe(false);
});

it('is the same every time for one seed, and asks in stages of one column', () => {
  const stages = importancesOf(right, rows, 7);
  let turns = 0;
  let stage = stages.next();
  for (; stage.done !== true; stage = stages.next()) turns += 1;
  expect(turns).toBe(1 + rows.names.length);
  expect(stage.value).toEqual(atOnce(importancesOf(right, rows, 7)));
});

it('leaves the rows as they were', () => {
  const before = rows.features.slice();
  atOnce(importancesOf(right, rows, 3));
  expect(rows.features).toEqual(before);
});
