/**
 * How much memory to ask for: the request that has cost least so far. Too much is wasted for the whole run, too little
 * kills the attempt and wastes all of it; so for every type a few ways to ask (the largest seen times a margin; the
 * expected peak, given what the sizes say, plus so many of its errors) are each charged what they would have cost, and the
 * cheapest one asks. Called for MEMORY_PEAK; it never asks for more than was allowed, nor knows a peak beforehand.
 */
import type { Json } from '../../kit/json.js';
import { BoundedMap } from '../bounded-map.js';
import { Hierarchical } from '../linear/hierarchical.js';
import { SortedWindow } from '../median/sorted-window.js';
import type { PlaceView, TaskView } from '../view.js';

const TYPES_MAX = 10_000;
const WINDOW = 200;
/** Costs are discounted, so that a type may change. */
const DISCOUNT = 0.99;
/** An attempt that dies of memory is charged as this many times the memory it really needed, beside what it had. */
const FAILURE_COST = 60;
/** Multiples of the largest peak seen. */
const MARGINS = [1.02, 1.05, 1.1, 1.2, 1.3];
/** Quantiles of the errors of the expected peak, and the margin on top of each. */
const QUANTILES = [0.95, 0.99, 1];
const ON_TOP = [1.03, 1.1, 1.25];
/** With fewer rows than this nothing is known of the type. */
const ROWS_MIN = 3;
/** The largest of a few peaks is soon exceeded: what is added to every request, over the rows of the type. */
const YOUNG_MARGIN = 1;
/** Until a way has proved itself, this one asks: it is the usual practice. */
const FIRST_WAY = 2;
const WAYS = MARGINS.length + QUANTILES.length * ON_TOP.length;

interface TypeMemory {
  peak: number;
  rows: number;
  /** Errors of the logarithm of the expected peak. */
  errors: SortedWindow;
  /** Discounted cost of each way, in bytes. */
  costs: number[];
}

export class MemoryRequests {
  readonly #model = new Hierarchical();
  readonly #types = new BoundedMap<TypeMemory>(TYPES_MAX);
  readonly #belief = { mean: 0, sd: 1 };

  /** Bytes; null: too little is known, and the author's own request stands. */
  request(task: TaskView, place: PlaceView): number | null {
    const type = this.#types.get(task.typeKey);
    if (type === undefined || type.rows < ROWS_MIN) return null;
    return this.#asked(type, bestWay(type), this.#expected(task, place));
  }

  /** `peak` in bytes, of an attempt that was over. */
  learn(task: TaskView, place: PlaceView, peak: number): void {
    const type = this.#types.touch(task.typeKey, emptyType);
    const expected = this.#expected(task, place);
    if (type.rows >= ROWS_MIN)
      for (let way = 0; way < WAYS; way++) {
        const asked = this.#asked(type, way, expected);
        const cost = asked >= peak ? asked - peak : asked + FAILURE_COST * peak;
        type.costs[way] = DISCOUNT * (type.costs[way] as number) + cost;
      }
    if (expected !== null) type.errors.push(Math.log(peak) - expected);
    type.peak = Math.max(type.peak, peak);
    type.rows += 1;
    this.#model.learn(task, place, Math.log(peak));
  }

  snapshot(): Json {
    const types = [...this.#types.entries()].map(([key, type]) => [
      key,
      { ...type, errors: type.errors.snapshot(), costs: [...type.costs] },
    ]);
    return { model: this.#model.snapshot(), types: types as unknown as Json };
  }

  restore(state: Json): void {
    const saved = structuredClone(state) as unknown as {
      model: Json;
      types: [string, Omit<TypeMemory, 'errors'> & { errors: number[] }][];
    };
    this.#model.restore(saved.model);
    this.#types.clear();
    for (const [key, type] of saved.types)
      this.#types.set(key, { ...type, errors: SortedWindow.of(WINDOW, type.errors) });
  }

  /** Natural logarithm of the peak. */
  #expected(task: TaskView, place: PlaceView): number | null {
    return this.#model.predict(task, place, this.#belief) ? this.#belief.mean : null;
  }

  #asked(type: TypeMemory, way: number, expected: number | null): number {
    const young = 1 + YOUNG_MARGIN / type.rows;
    const margin = MARGINS[way];
    if (margin !== undefined) return young * margin * type.peak;
    if (expected === null || type.errors.size === 0)
      return young * (MARGINS[FIRST_WAY] as number) * type.peak;
    const at = way - MARGINS.length;
    const quantile = QUANTILES[Math.floor(at / ON_TOP.length)] as number;
    return (
      young * (ON_TOP[at % ON_TOP.length] as number) * Math.exp(expected + type.errors.quantile(quantile))
    );
  }
}

function emptyType(): TypeMemory {
  return { peak: 0, rows: 0, errors: new SortedWindow(WINDOW), costs: Array.from({ length: WAYS }, () => 0) };
}

/** The usual way until another has cost less. */
function bestWay({ costs }: TypeMemory): number {
  let best = FIRST_WAY;
  for (let way = 0; way < WAYS; way++) if ((costs[way] as number) < (costs[best] as number)) best = way;
  return best;
}
