/**
 * How much memory to ask for: the request that has cost least so far. Too much is wasted for the whole run, too little
 * kills the attempt and wastes all of it; so for every type a few ways to ask (the largest seen times a margin; the
 * expected peak, given what the sizes say, plus so many of its errors) are each charged what they would have cost, and the
 * cheapest one asks; a change is taken back by evidence. Called for MEMORY_PEAK; it never knows a peak beforehand.
 */
import type { Json } from '../../kit/json.js';
import { BoundedMap } from '../bounded-map.js';
import { SortedWindow } from '../median/sorted-window.js';
import { Change, type ChangeState } from '../tuning/change.js';

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
/** Another way asks when it has cost so much less, as a share. */
const GAIN_MIN = 0.02;
const WAYS = MARGINS.length + QUANTILES.length * ON_TOP.length;

interface TypeMemory {
  peak: number;
  rows: number;
  /** Errors of the logarithm of the expected peak. */
  errors: SortedWindow;
  /** Discounted cost of each way, in bytes. */
  costs: number[];
  /** The one that asks, the one that asked before, and what came of the change: of the bytes for the task at hand. */
  way: number;
  wayBefore: number;
  change: Change | null;
}

type SavedType = Omit<TypeMemory, 'errors' | 'change'> & { errors: number[]; change: Json };

export interface PeakSeen {
  readonly typeKey: string;
  /** The logarithm of the peak, as it was expected before; null: nothing was. */
  readonly expected: number | null;
  /** Bytes, of an attempt that was over. */
  readonly peak: number;
  /** Names the observation. */
  readonly since?: number;
}

export class MemoryRequests {
  readonly #types = new BoundedMap<TypeMemory>(TYPES_MAX);

  /** Bytes; null: too little is known, and the author's own request stands. `expected`: the logarithm of the peak, or null. */
  request(typeKey: string, expected: number | null): number | null {
    const type = this.#types.get(typeKey);
    if (type === undefined || type.rows < ROWS_MIN) return null;
    return this.#asked(type, type.way, expected);
  }

  /** The latest for that type. */
  change(typeKey: string): ChangeState | null {
    return this.#types.get(typeKey)?.change?.state ?? null;
  }

  learn({ typeKey, expected, peak, since = 0 }: PeakSeen): void {
    const type = this.#types.touch(typeKey, emptyType);
    if (type.rows >= ROWS_MIN) {
      const asked = Array.from({ length: WAYS }, (_, way) => this.#asked(type, way, expected));
      const costs = asked.map((bytes) => (bytes >= peak ? bytes - peak : bytes + FAILURE_COST * peak));
      for (const [way, cost] of costs.entries())
        type.costs[way] = DISCOUNT * (type.costs[way] as number) + cost;
      judge(type, { asked, costs, since });
    }
    if (expected !== null) type.errors.push(Math.log(peak) - expected);
    type.peak = Math.max(type.peak, peak);
    type.rows += 1;
  }

  snapshot(): Json {
    const types = [...this.#types.entries()].map(([key, type]) => [
      key,
      {
        ...type,
        errors: type.errors.snapshot(),
        costs: [...type.costs],
        change: type.change?.snapshot() ?? null,
      },
    ]);
    return types as unknown as Json;
  }

  restore(state: Json): void {
    const saved = structuredClone(state) as unknown as [string, SavedType][];
    this.#types.clear();
    for (const [key, type] of saved)
      this.#types.set(key, {
        ...type,
        errors: SortedWindow.of(WINDOW, type.errors),
        change: type.change === null ? null : Change.restored(type.change),
      });
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
  return {
    peak: 0,
    rows: 0,
    errors: new SortedWindow(WINDOW),
    costs: Array.from({ length: WAYS }, () => 0),
    way: FIRST_WAY,
    wayBefore: FIRST_WAY,
    change: null,
  };
}

interface Latest {
  /** Bytes, and what they would have cost, by way. */
  readonly asked: readonly number[];
  readonly costs: readonly number[];
  readonly since: number;
}

/** Takes the change back when the evidence is against it, or goes over to the way that has cost least. */
function judge(type: TypeMemory, { asked, costs, since }: Latest): void {
  const [before, now] = [costs[type.wayBefore] as number, costs[type.way] as number];
  const isOpen = type.change !== null && !type.change.state.reverted;
  if (isOpen && type.change?.observe((before - now) / Math.max(before, now, 1)) === true) {
    type.way = type.wayBefore;
    return;
  }
  let best = type.way;
  for (let way = 0; way < WAYS; way++)
    if ((type.costs[way] as number) < (type.costs[best] as number)) best = way;
  const gain = 1 - (type.costs[best] as number) / (type.costs[type.way] as number);
  if (!(gain >= GAIN_MIN)) return;
  type.change = new Change({
    before: asked[type.way] as number,
    after: asked[best] as number,
    predictedGain: gain,
    since,
  });
  [type.way, type.wayBefore] = [best, type.way];
}
