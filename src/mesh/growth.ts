/**
 * Growing typed arrays by copying, for the index-addressed tables of this folder.
 * Doubling keeps an append O(1) amortised; nothing here ever shrinks.
 */

type NumericArray = Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** The least power-of-two multiple of `length` (at least 8) that holds `needed` elements. */
export function grownLength(length: number, needed: number): number {
  let larger = Math.max(length, 8);
  while (larger < needed) larger *= 2;
  return larger;
}

/** A copy with `length` elements, the new ones set to `fill`. */
export function grown<T extends NumericArray>(array: T, length: number, fill = 0): T {
  const larger = new (array.constructor as new (length: number) => T)(length);
  larger.set(array);
  if (fill !== 0) larger.fill(fill, array.length);
  return larger;
}
