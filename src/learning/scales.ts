/**
 * Columns brought to mean 0 and standard deviation 1, as networks and kernels need them. Made from the rows of training, kept
 * with what was trained, applied to every row that is predicted.
 */
export interface Scale {
  readonly mean: number;
  /** 1 for a column that never changes. */
  readonly sd: number;
}

/** A normal distribution has this many standard deviations between its quartiles, inverted. */
const NORMAL_QUARTILE = 0.7413;

/** In standard deviations: nothing that was trained is asked far outside of what it saw. */
const DISTANCE_MAX = 5;

/** Of a row-major table. */
export function columnScales(table: Float64Array, width: number): Scale[] {
  const rows = table.length / width;
  return Array.from({ length: width }, (_, column) => {
    let [sum, squares] = [0, 0];
    for (let at = column; at < table.length; at += width) sum += table[at] as number;
    const mean = rows === 0 ? 0 : sum / rows;
    for (let at = column; at < table.length; at += width) squares += ((table[at] as number) - mean) ** 2;
    const sd = rows === 0 ? 0 : Math.sqrt(squares / rows);
    return { mean, sd: sd > 1e-9 * (1 + Math.abs(mean)) ? sd : 1 };
  });
}

/**
 * Median and spread of the middle half, as a standard deviation: a few wild values do not widen it. The standard deviation
 * itself where half of all values are the same.
 */
export function middleScale(values: Float64Array): Scale {
  const sorted = values.slice().sort();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const mean = at(0.5);
  const spread = NORMAL_QUARTILE * (at(0.75) - at(0.25));
  if (spread > 1e-9 * (1 + Math.abs(mean))) return { mean, sd: spread };
  return { mean, sd: (columnScales(values, 1)[0] as Scale).sd };
}

/** One row. */
export function scaleInto(
  scales: readonly Scale[],
  from: Float64Array,
  fromAt: number,
  into: Float64Array,
  intoAt: number,
): void {
  for (let i = 0; i < scales.length; i++) {
    const { mean, sd } = scales[i] as Scale;
    const value = ((from[fromAt + i] as number) - mean) / sd;
    into[intoAt + i] = Math.max(-DISTANCE_MAX, Math.min(DISTANCE_MAX, value));
  }
}
