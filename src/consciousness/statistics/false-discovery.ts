/**
 * Many tests at once: which of them may be called findings when at most a share of the findings shall be false.
 * Called by every recogniser that looks at many candidates.
 */

/**
 * Adjusted p-values of Benjamini and Hochberg (1995), in the order given: a finding at level q is one with a value <= q.
 * `tests` counts tests that were made but are not among the values because their p-value was not worth keeping.
 */
export function benjaminiHochberg(pValues: readonly number[], tests = pValues.length): number[] {
  const order = pValues.map((_, at) => at).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const adjusted = new Array<number>(pValues.length);
  let least = 1;
  for (let rank = order.length; rank > 0; rank--) {
    const at = order[rank - 1] as number;
    least = Math.min(least, (pValues[at] as number) * (tests / rank));
    adjusted[at] = least;
  }
  return adjusted;
}
