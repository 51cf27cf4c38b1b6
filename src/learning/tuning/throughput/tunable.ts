/**
 * A parameter that is tuned by what gets done, as it is at one moment. The composition root makes them of what the orchestrator
 * says of itself; `throughput-tuning.ts` decides.
 */
import type { LayerLoad } from '../../../orchestrator/advisor.js';
import type { CurveBounds } from './curve-tuner.js';

export interface Tunable {
  readonly parameter: string;
  /** What it holds for. */
  readonly scope: string;
  /** `start`: as configured, in force while nothing is known. */
  readonly bounds: CurveBounds;
  /** When the oldest of what runs began, ms of the monotonic clock; infinity: nothing is shared among windows. */
  readonly oldestAt: number;
  /** All that was ever done; undefined: attempts tell of themselves. */
  readonly done?: number;
  /** With that value in force: is there always more to do? */
  isBusy(value: number): boolean;
  enforce(value: number): void;
}

export const CONCURRENCY = 'concurrency, slots';

/** How many slots of a layer are used. */
export function slotsOf(
  { layer, slots, used, waiting, oldestAt }: LayerLoad,
  limit: (slots: number) => void,
): Tunable {
  return {
    parameter: CONCURRENCY,
    scope: layer,
    bounds: { min: 1, max: slots, start: slots },
    oldestAt,
    isBusy: (value) => waiting > 0 && used === Math.min(value, slots),
    enforce: limit,
  };
}

export const BATCH = 'outcomes in one step';
/** Below it a step costs more than what it takes; beyond it nothing else gets a turn for milliseconds. */
const BATCH_BOUNDS = { min: 32, max: 2048 } as const;
/** So many end together, on average, where the size of a step matters. */
const CROWD_MIN = 2 * BATCH_BOUNDS.min;

/** Outcomes that arrived, and in how many steps they were told, so far; `crowd`: how many waited at each, in all. */
export interface Tellings {
  readonly outcomes: number;
  readonly steps: number;
  readonly crowd: number;
}

/** How many outcomes the core takes in one step. `before`: what was told at the last look. */
export function batchOf(
  { start, now, before }: { readonly start: number; readonly now: Tellings; readonly before: Tellings },
  enforce: (outcomes: number) => void,
): Tunable {
  return {
    parameter: BATCH,
    scope: 'core',
    bounds: { ...BATCH_BOUNDS, start },
    oldestAt: Number.POSITIVE_INFINITY,
    done: now.outcomes,
    isBusy: () => now.crowd - before.crowd >= CROWD_MIN * Math.max(1, now.steps - before.steps),
    enforce,
  };
}
