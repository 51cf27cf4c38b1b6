/**
 * The probability that an attempt fails: a Beta distribution per type and per type on a machine, each drawn towards the
 * one above it (all tasks, the type). Counts are discounted, so that a fault that was mended is forgotten.
 */
import type { Json } from '../../kit/json.js';
import { BoundedMap } from '../bounded-map.js';
import type { PlaceView, TaskView } from '../view.js';

const KEYS_MAX = 20_000;
const DISCOUNT = 0.99;
/** The level above counts like this many attempts. */
const SHRINKAGE = 8;
/** Before anything was seen: one in fifty, worth this many attempts. */
const FIRST_RATE = 0.02;
const FIRST_WEIGHT = 10;

type Odds = [failed: number, attempts: number];

export class FailureOdds {
  #all: Odds = [0, 0];
  readonly #types = new BoundedMap<Odds>(KEYS_MAX);
  readonly #typesOnMachines = new BoundedMap<Odds>(KEYS_MAX);

  /** Probability that the attempt fails, 0 to 1. */
  predict(task: TaskView, place: PlaceView): number {
    const all = (this.#all[0] + FIRST_WEIGHT * FIRST_RATE) / (this.#all[1] + FIRST_WEIGHT);
    const type = towards(this.#types.get(task.typeKey), all);
    return towards(this.#typesOnMachines.get(keyOf(task, place)), type);
  }

  learn(task: TaskView, place: PlaceView, failed: boolean): void {
    count(this.#all, failed);
    count(
      this.#types.touch(task.typeKey, () => [0, 0]),
      failed,
    );
    count(
      this.#typesOnMachines.touch(keyOf(task, place), () => [0, 0]),
      failed,
    );
  }

  snapshot(): Json {
    return {
      all: [...this.#all],
      types: [...this.#types.entries()],
      typesOnMachines: [...this.#typesOnMachines.entries()],
    };
  }

  restore(state: Json): void {
    const saved = structuredClone(state) as unknown as {
      all: Odds;
      types: [string, Odds][];
      typesOnMachines: [string, Odds][];
    };
    this.#all = saved.all;
    this.#types.clear();
    this.#typesOnMachines.clear();
    for (const [key, odds] of saved.types) this.#types.set(key, odds);
    for (const [key, odds] of saved.typesOnMachines) this.#typesOnMachines.set(key, odds);
  }
}

const keyOf = (task: TaskView, place: PlaceView): string => `${task.typeKey}\n${place.machine}`;

function towards(odds: Odds | undefined, prior: number): number {
  return odds === undefined ? prior : (odds[0] + SHRINKAGE * prior) / (odds[1] + SHRINKAGE);
}

function count(odds: Odds, failed: boolean): void {
  odds[0] = DISCOUNT * odds[0] + (failed ? 1 : 0);
  odds[1] = DISCOUNT * odds[1] + 1;
}
