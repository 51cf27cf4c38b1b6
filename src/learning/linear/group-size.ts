/**
 * How large the material of a group is (a sample, a partition), told by how long its tasks of other types took: one
 * latent size per group. Where sizes are not recorded, this is what a task's run time can be known by beforehand.
 * A group's size is the mean of its tasks' standardised deviations from their types, drawn towards 0.
 */
import type { Json } from '../../kit/json.js';
import { BoundedMap } from '../bounded-map.js';
import type { TaskView } from '../view.js';

const GROUPS_MAX = 20_000;
const TYPES_MAX = 10_000;
/** A type's mean and variance remember about this many observations. */
const MEMORY = 200;
const VARIANCE_PRIOR = 0.1;
/** A deviation says little while the type has few rows. */
const ROWS_MIN = 3;
const DEVIATION_MAX = 3;
/** A group's size follows about this many tasks. */
const GROUP_MEMORY = 40;

type Running = [count: number, mean: number, variance: number];
type Size = [sum: number, count: number];

export class GroupSizes {
  #types = new BoundedMap<Running>(TYPES_MAX);
  #groups = new BoundedMap<Size>(GROUPS_MAX);

  of(task: TaskView): number {
    const size = task.group === '' ? undefined : this.#groups.get(task.group);
    return size === undefined ? 0 : size[0] / (size[1] + 0.5);
  }

  learn(task: TaskView, value: number): void {
    if (task.group === '') return;
    const type = this.#types.touch(task.typeKey, () => [0, 0, VARIANCE_PRIOR]);
    if (type[0] >= ROWS_MIN) {
      const deviation = (value - type[1]) / Math.sqrt(type[2]);
      const size = this.#groups.touch(task.group, () => [0, 0]);
      const kept = size[1] < GROUP_MEMORY ? 1 : 1 - 1 / GROUP_MEMORY;
      size[0] = kept * size[0] + Math.max(-DEVIATION_MAX, Math.min(DEVIATION_MAX, deviation));
      size[1] = kept * size[1] + 1;
    }
    type[0] += 1;
    const gain = 1 / Math.min(type[0], MEMORY);
    const step = value - type[1];
    type[1] += gain * step;
    type[2] += (step * (value - type[1]) - type[2]) / Math.min(type[0] + 2, MEMORY);
  }

  snapshot(): Json {
    return { types: [...this.#types.entries()], groups: [...this.#groups.entries()] };
  }

  restore(state: Json): void {
    const { types, groups } = structuredClone(state) as unknown as {
      types: [string, Running][];
      groups: [string, Size][];
    };
    this.#types = new BoundedMap(TYPES_MAX);
    this.#groups = new BoundedMap(GROUPS_MAX);
    for (const [key, type] of types) this.#types.set(key, type);
    for (const [key, size] of groups) this.#groups.set(key, size);
  }
}
