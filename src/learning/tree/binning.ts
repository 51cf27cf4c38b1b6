/** Features as small integers: each column is cut at quantiles of its values, so that a split is a count over bins. */

/** A code fits a byte, and the last bin is for everything above the last cut. */
export const BINS_MAX = 64;

export interface Binned {
  readonly count: number;
  readonly width: number;
  /** Column by column. */
  readonly codes: Uint8Array;
  /** Ascending cut values of each column; code = how many cuts are below the value. */
  readonly cuts: readonly Float64Array[];
}

/** `features` row by row. */
export function binned(features: Float64Array, count: number, width: number): Binned {
  const codes = new Uint8Array(count * width);
  const cuts: Float64Array[] = [];
  const column = new Float64Array(count);
  for (let j = 0; j < width; j++) {
    for (let i = 0; i < count; i++) column[i] = features[i * width + j] as number;
    const own = cutsOf(column.slice().sort());
    cuts.push(own);
    for (let i = 0; i < count; i++) codes[j * count + i] = codeOf(own, column[i] as number);
  }
  return { count, width, codes, cuts };
}

/** Between neighbouring different values, at equal shares of the rows. */
function cutsOf(sorted: Float64Array): Float64Array {
  const cuts: number[] = [];
  for (let b = 1; b < BINS_MAX; b++) {
    const at = Math.floor((b * sorted.length) / BINS_MAX);
    const low = sorted[at - 1];
    const high = sorted[at];
    if (low === undefined || high === undefined || low === high) continue;
    cuts.push(low + (high - low) / 2);
  }
  const first = sorted[0] as number;
  const distinct = cuts.length > 0 ? cuts : firstChange(sorted, first);
  return Float64Array.from(new Set(distinct));
}

/** A column of which almost every row has one value is still cut where it changes. */
function firstChange(sorted: Float64Array, first: number): number[] {
  const last = sorted.at(-1) as number;
  return first === last ? [] : [first + (last - first) / 2];
}

/** How many cuts are below the value. */
export function codeOf(cuts: Float64Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
