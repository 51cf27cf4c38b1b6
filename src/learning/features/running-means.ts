/**
 * Columns of what came before: running mean, spread and count of the logarithm of the target, per type, tool, machine,
 * type on that machine, and signature. Machines and types become numbers this way, as many as there are of them.
 * Means are discounted, so that they follow; memory is bounded per kind of key.
 */
import type { Json } from '../../kit/json.js';
import { BoundedMap } from '../bounded-map.js';
import type { PlaceView, TaskView } from '../view.js';
import type { FeatureSource } from './feature-source.js';

const KEYS_MAX = 20_000;
/** A mean remembers about this many observations. */
const MEMORY = 100;

type Running = [count: number, mean: number, variance: number];

const kinds = ['type', 'tool', 'machine', 'typeOnMachine', 'signature', 'group'] as const;

function keyOf(kind: (typeof kinds)[number], task: TaskView, place: PlaceView): string {
  if (kind === 'type') return task.typeKey;
  if (kind === 'tool') return task.toolKey;
  if (kind === 'machine') return place.machine;
  if (kind === 'typeOnMachine') return `${task.typeKey}\n${place.machine}`;
  return kind === 'signature' ? task.signature : task.group;
}

export class RunningMeans implements FeatureSource {
  readonly name = 'running-means';
  readonly columns = kinds.flatMap((kind) => [`${kind}Mean`, `${kind}SpreadLog`, `${kind}CountLog`]);
  readonly #maps = kinds.map(() => new BoundedMap<Running>(KEYS_MAX));
  #all: Running = [0, 0, 0];

  write(task: TaskView, place: PlaceView, into: Float64Array, at: number): void {
    for (let i = 0; i < kinds.length; i++) {
      const key = keyOf(kinds[i] as (typeof kinds)[number], task, place);
      const running = key === '' ? undefined : (this.#maps[i] as BoundedMap<Running>).get(key);
      into[at + 3 * i] = running === undefined ? this.#all[1] : running[1];
      into[at + 3 * i + 1] = running === undefined ? 0 : Math.log1p(running[2]);
      into[at + 3 * i + 2] = running === undefined ? 0 : Math.log1p(running[0]);
    }
  }

  learn(task: TaskView, place: PlaceView, actual: number): void {
    for (let i = 0; i < kinds.length; i++) {
      const key = keyOf(kinds[i] as (typeof kinds)[number], task, place);
      if (key !== '')
        follow(
          (this.#maps[i] as BoundedMap<Running>).touch(key, () => [0, 0, 0]),
          actual,
        );
    }
    follow(this.#all, actual);
  }

  snapshot(): Json {
    return { all: this.#all, maps: this.#maps.map((map) => [...map.entries()]) };
  }

  restore(state: Json): void {
    const { all, maps } = state as unknown as { all: Running; maps: [string, Running][][] };
    this.#all = [...all];
    for (const [i, map] of this.#maps.entries()) {
      map.clear();
      for (const [key, running] of maps[i] ?? []) map.set(key, [...running]);
    }
  }
}

function follow(running: Running, actual: number): void {
  running[0] += 1;
  const gain = 1 / Math.min(running[0], MEMORY);
  const step = actual - running[1];
  running[1] += gain * step;
  running[2] += gain * (step * (actual - running[1]) - running[2]);
}
