/**
 * How much a trained model needs each column: by how much its error grows when that column is shuffled among rows that it
 * was not trained on (Breiman 2001; Fisher, Rudin and Dominici 2019). Called after a training with the rows that came
 * since, so that the loss is the prequential one. Deterministic; it stops between columns to let others have a turn.
 */
import { assert } from '../../kit/assert.js';
import { SeededRandom } from '../../kit/random.js';
import type { Stages } from '../../kit/turn.js';
import type { Fitted, TrainingRows } from '../batch.js';

export interface Importance {
  readonly column: string;
  /** Growth of the mean absolute error of the natural logarithm: 0.1 is about a tenth of the run time. */
  readonly gain: number;
  /** Standard error of `gain` over the rows. */
  readonly error: number;
  /** The gain is more than chance: above two standard errors. A column that does not pay may be dropped. */
  readonly pays: boolean;
}

/** Shuffles of one column. */
const REPEATS = 4;

/** Most needed first. */
export function* importancesOf(fitted: Fitted, rows: TrainingRows, seed: number): Stages<Importance[]> {
  assert(rows.count > 1, 'importance needs rows to shuffle among');
  const plain = lossesOf(fitted, rows);
  yield;
  const found: Importance[] = [];
  for (const [index, column] of rows.names.entries()) {
    const random = new SeededRandom(seed).fork(column);
    const growth = new Float64Array(rows.count);
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const losses = lossesOf(fitted, rows, { index, order: random.order(rows.count) });
      for (let i = 0; i < growth.length; i++)
        growth[i] = (growth[i] as number) + ((losses[i] as number) - (plain[i] as number)) / REPEATS;
    }
    found.push({ column, ...judged(growth) });
    yield;
  }
  return found.sort((a, b) => b.gain - a.gain || (a.column < b.column ? -1 : 1));
}

/** Absolute error of each row, one column being taken from the rows of `order`. */
function lossesOf(
  fitted: Fitted,
  { count, names, features, prior, actual }: TrainingRows,
  moved?: { readonly index: number; readonly order: Int32Array },
): Float64Array {
  const width = names.length;
  const row = new Float64Array(width);
  const losses = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < width; j++) row[j] = features[i * width + j] as number;
    if (moved !== undefined)
      row[moved.index] = features[(moved.order[i] as number) * width + moved.index] as number;
    losses[i] = Math.abs(fitted.predict(row, prior[i] as number) - (actual[i] as number));
  }
  return losses;
}

function judged(growth: Float64Array): Omit<Importance, 'column'> {
  const gain = growth.reduce((sum, one) => sum + one, 0) / growth.length;
  const variance = growth.reduce((sum, one) => sum + (one - gain) ** 2, 0) / (growth.length - 1);
  const error = Math.sqrt(variance / growth.length);
  return { gain, error, pays: gain > 2 * error };
}
