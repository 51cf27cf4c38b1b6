/**
 * How likely an attempt is to fail: discounted counts per kind of task on a machine, drawn towards the kind anywhere, its tool,
 * and everything (beta-binomial, each level counting like a few observations of the next). A fold like every model; it
 * predicts probabilities, so it stands beside the learners and not in one.
 */
import type { Json } from '../../kit/json.js';
import { BoundedMap } from '../bounded-map.js';
import type { PlaceView, TaskView } from '../view.js';

const KEYS_MAX = 20_000;
/** An observation counts half after about 70 others of its key. */
const DISCOUNT = 0.99;
/** The wider level counts like this many observations. */
const SHRINKAGE = 6;
/** Before anything was seen: one in fifty, worth as much as two observations. */
const FIRST: Counts = [0.04, 2];

type Counts = [failed: number, all: number];

export class FailureRates {
  readonly #keys = new BoundedMap<Counts>(KEYS_MAX);
  #all: Counts = [...FIRST];

  /** 0 to 1. */
  predict(task: TaskView, place: PlaceView): number {
    let rate = this.#all[0] / this.#all[1];
    for (const key of keysOf(task, place)) {
      const counts = this.#keys.get(key);
      if (counts !== undefined) rate = (counts[0] + SHRINKAGE * rate) / (counts[1] + SHRINKAGE);
    }
    return rate;
  }

  learn(task: TaskView, place: PlaceView, failed: boolean): void {
    count(this.#all, failed);
    for (const key of keysOf(task, place))
      count(
        this.#keys.touch(key, () => [0, 0]),
        failed,
      );
  }

  snapshot(): Json {
    return {
      all: [...this.#all],
      keys: [...this.#keys.entries()].map(([key, counts]) => [key, [...counts]]),
    };
  }

  restore(state: Json): void {
    const { all, keys } = state as unknown as { all: Counts; keys: [string, Counts][] };
    this.#all = [...all];
    this.#keys.clear();
    for (const [key, counts] of keys) this.#keys.set(key, [...counts]);
  }
}

/** From the widest. A second attempt after a failure is another matter than a first. */
function keysOf(task: TaskView, { machine }: PlaceView): string[] {
  const again = task.attempt > 1 ? 'again' : 'first';
  return [`${task.toolKey}\n${again}`, `${task.typeKey}\n${again}`, `${task.typeKey}\n${again}\n${machine}`];
}

function count(counts: Counts, failed: boolean): void {
  counts[0] = DISCOUNT * counts[0] + (failed ? 1 : 0);
  counts[1] = DISCOUNT * counts[1] + 1;
}
