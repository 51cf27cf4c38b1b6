/** The graphs of the workloads. Tasks are numbers, and parents stand before their children; the same seed gives the same graph. */
import { SeededRandom } from '../src/kit/random.js';

export interface Graph {
  /** By task: the tasks it waits for. */
  readonly parents: readonly (readonly number[])[];
}

export function independent(tasks: number): Graph {
  return { parents: Array.from({ length: tasks }, () => []) };
}

export function chain(tasks: number): Graph {
  return { parents: Array.from({ length: tasks }, (_, task) => (task === 0 ? [] : [task - 1])) };
}

/** One task, then all others. */
export function fanOut(tasks: number): Graph {
  return { parents: Array.from({ length: tasks }, (_, task) => (task === 0 ? [] : [0])) };
}

/** All others, then one task. */
export function fanIn(tasks: number): Graph {
  const others = Array.from({ length: tasks - 1 }, (_, task) => task);
  return { parents: [...others.map(() => []), others] };
}

export interface LayerShape {
  readonly layers: number;
  readonly width: number;
  readonly seed?: number;
}

/** Each task waits for three random tasks of the layer before, or for all where that has fewer. */
export function layered({ layers, width, seed = 42 }: LayerShape): Graph {
  const random = new SeededRandom(seed);
  const parentsOf = (layer: number): number[] => {
    const chosen = new Set<number>();
    while (chosen.size < Math.min(3, width)) chosen.add((layer - 1) * width + random.int(width));
    return [...chosen];
  };
  const tasks = Array.from({ length: layers * width }, (_, task) => Math.floor(task / width));
  return { parents: tasks.map((layer) => (layer === 0 ? [] : parentsOf(layer))) };
}

/** Random edges from earlier to later tasks, no edge twice. */
export function scattered(tasks: number, edges: number, seed = 42): Graph {
  const random = new SeededRandom(seed);
  const parents = Array.from({ length: tasks }, () => new Set<number>());
  for (let left = edges; left > 0; ) {
    const [one, other] = [random.int(tasks), random.int(tasks)];
    const known = parents[Math.max(one, other)] as Set<number>;
    if (one === other || known.has(Math.min(one, other))) continue;
    known.add(Math.min(one, other));
    left--;
  }
  return { parents: parents.map((known) => [...known]) };
}
