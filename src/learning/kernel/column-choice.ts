/**
 * Which few columns a model with few inputs looks at: orthogonal matching pursuit (Pati et al., 1993), one column after the
 * other, each the one that is most alike to what the ones before leave unexplained. Columns that say the same are not chosen
 * twice.
 */

/** `table` is row-major, its columns of mean 0; indices of at most `countMax` columns. */
export function chooseColumns(
  table: Float64Array,
  width: number,
  targets: Float64Array,
  countMax: number,
): number[] {
  const columns = Array.from({ length: width }, (_, j) =>
    Float64Array.from({ length: targets.length }, (__, i) => table[i * width + j] as number),
  );
  const rest = targets.slice();
  const chosen: number[] = [];
  while (chosen.length < countMax) {
    const best = mostAlike(columns, rest, chosen);
    if (best === -1) break;
    chosen.push(best);
    const direction = columns[best] as Float64Array;
    takeOut(rest, direction);
    for (const [j, column] of columns.entries()) if (!chosen.includes(j)) takeOut(column, direction);
  }
  return chosen;
}

function mostAlike(columns: readonly Float64Array[], rest: Float64Array, taken: readonly number[]): number {
  let [best, most] = [-1, 1e-12];
  for (const [j, column] of columns.entries()) {
    const length = dot(column, column);
    // What the columns before explain leaves rounding only.
    if (taken.includes(j) || length < 1e-6 * column.length) continue;
    const alike = dot(column, rest) ** 2 / length;
    if (alike > most) [best, most] = [j, alike];
  }
  return best;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function takeOut(from: Float64Array, direction: Float64Array): void {
  const share = dot(from, direction) / dot(direction, direction);
  for (let i = 0; i < from.length; i++) from[i] = (from[i] as number) - share * (direction[i] as number);
}
