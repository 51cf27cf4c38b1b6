/**
 * Shapes that throughput takes over a parameter like concurrency or the size of a batch: of the universal scalability law
 * (Gunther 2007: c/X = a + b(c − 1) + d·c(c − 1), which holds Amdahl's law and the amortisation of a fixed cost), and of a
 * power of the value up to a knee and another one behind it: a limit, a second resource, a collapse. Up to a factor, which
 * every observation tells; no real system has to be one of them.
 */

/** Logarithms of throughput at each value of a grid, up to a constant. */
export type Shape = Float64Array;

const CONTENTION = [0, 0.003, 0.01, 0.03, 0.06, 0.12, 0.25, 0.5, 1];
const COHERENCE = [0, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1];
/** Powers before and behind the knee. */
const RISES = [1, 0.7, 0.35];
const ONWARDS = [0.35, 0, -0.3, -1, -3];
const KNEES = 16;
const GRID_MAX = 64;

/** All integers, or as many in even ratios, ends included. */
export function gridOf(min: number, max: number): number[] {
  if (max - min < GRID_MAX) return Array.from({ length: max - min + 1 }, (_, i) => min + i);
  const ratio = Math.log(max / min) / (GRID_MAX - 1);
  const values = Array.from({ length: GRID_MAX }, (_, i) => Math.round(min * Math.exp(ratio * i)));
  return [...new Set(values)];
}

/** Values count from the least one, as the first server, thread or row does. */
export function shapesOf(grid: readonly number[]): Shape[] {
  const shapes: Shape[] = [];
  const add = (of: (value: number) => number): void =>
    void shapes.push(Float64Array.from(grid, (value) => Math.log(Math.max(of(value), 1e-9))));
  for (const b of CONTENTION) for (const d of COHERENCE) add((c) => c / (1 + b * (c - 1) + d * c * (c - 1)));
  const [least, most] = [grid[0] as number, grid.at(-1) as number];
  for (let k = 0; k < KNEES; k++) {
    const knee = least * (most / least) ** (k / (KNEES - 1));
    for (const rise of RISES)
      for (const onwards of ONWARDS)
        if (onwards < rise) add((c) => (c / knee) ** (c < knee ? rise : onwards));
  }
  return shapes;
}
