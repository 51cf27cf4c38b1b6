/**
 * What learning sets by itself inside bounds: the memory that an attempt is counted with, and how long the first retry waits
 * by class of the failure. Part of the fold; every change is told with the gain that was predicted and the one that came,
 * under the number of the event that gave rise to it.
 */
import type { Json } from '../../kit/json.js';
import type { AttemptFacts, TuningChange } from '../../store/learning.js';
import { BoundedMap } from '../bounded-map.js';
import { errorClassOf } from '../error-class.js';
import { MemoryRequests } from '../memory/memory-requests.js';
import type { ChangeState } from './change.js';
import { RetryTuner } from './retry-tuner.js';

export const MEMORY_BOUNDS = { min: 2 ** 24, max: 2 ** 40 } as const;
export const RETRY_BOUNDS = { minMs: 100, maxMs: 60_000, startMs: 1000, backoff: 2 } as const;
/** Changes that are open at once, and how many observations pass between two writes of what came of one. */
const OPEN_MAX = 5000;
const TOLD_EVERY = 10;
/** Demands of few sizes: layers keep their nodes in order for each. */
const SIZES_PER_OCTAVE = 2;

export interface TunedRetry {
  readonly errorClass: string;
  readonly ms: number;
  readonly change: ChangeState;
}

interface Told {
  readonly seq: number;
  readonly at: number;
  observed: number;
  realisedGain: number | null;
}

export class Tuning {
  readonly #memory = new MemoryRequests();
  readonly #retries = new RetryTuner(RETRY_BOUNDS);
  /** The latest change of each parameter and scope. */
  readonly #told = new BoundedMap<Told>(OPEN_MAX);

  /** `expected`: the logarithm of the peak, or null. Null: too little is known. */
  memoryBytes(typeKey: string, expected: number | null): number | null {
    const bytes = this.#memory.request(typeKey, expected);
    if (bytes === null) return null;
    const bounded = Math.max(MEMORY_BOUNDS.min, Math.min(MEMORY_BOUNDS.max, bytes));
    return Math.ceil(2 ** (Math.ceil(SIZES_PER_OCTAVE * Math.log2(bounded)) / SIZES_PER_OCTAVE));
  }

  /** Before the first retry after a failure with this code; null: as configured. */
  retryMs(code: string): number | null {
    const baseMs = this.#retries.baseMs(errorClassOf(code));
    return baseMs === RETRY_BOUNDS.startMs ? null : baseMs;
  }

  /** First retries that are not as configured, with the change that made them so. */
  get tunedRetries(): TunedRetry[] {
    return this.#retries.changed
      .map(([errorClass, change]) => ({
        ...{ errorClass, change },
        ms: this.#retries.baseMs(errorClass),
      }))
      .filter(({ ms }) => ms !== RETRY_BOUNDS.startMs);
  }

  /** Changes that it made, or of which it has more to tell. `expected`: what the peak was expected to be. */
  learn(facts: AttemptFacts, expected: number | null): TuningChange[] {
    return [...this.#learnMemory(facts, expected), ...this.#learnRetry(facts)];
  }

  #learnMemory(facts: AttemptFacts, expected: number | null): TuningChange[] {
    const { memoryPeakBytes: peak, outcome, typeKey, seq } = facts;
    if (outcome !== 'COMPLETED' || peak === null || peak <= 0) return [];
    this.#memory.learn({ typeKey, expected, peak, since: seq });
    return this.#tell('memory request, bytes', typeKey, this.#memory.change(typeKey), facts);
  }

  #learnRetry(facts: AttemptFacts): TuningChange[] {
    const { lastError, endedBefore, startedAt, waitMs, outcome, runMs, seq } = facts;
    if (lastError === null || endedBefore === null) return [];
    const errorClass = errorClassOf(lastError);
    const delayMs = Math.max(0, startedAt - waitMs - endedBefore);
    const succeeded = outcome === 'COMPLETED';
    this.#retries.observe({ errorClass, delayMs, succeeded, runMs, since: seq });
    return this.#tell('first retry, ms', errorClass, this.#retries.change(errorClass), facts);
  }

  #tell(parameter: string, scope: string, state: ChangeState | null, { at }: AttemptFacts): TuningChange[] {
    if (state === null) return [];
    const key = `${parameter} of ${scope}`;
    const before = this.#told.get(key);
    const told =
      before?.seq === state.since ? before : { seq: state.since, at, observed: 0, realisedGain: null };
    const isNew = told !== before;
    if (!isNew && told.realisedGain === state.realisedGain) return [];
    told.observed += 1;
    told.realisedGain = state.realisedGain;
    this.#told.set(key, told);
    if (!isNew && !state.reverted && told.observed % TOLD_EVERY !== 0) return [];
    const { before: from, after, predictedGain, realisedGain, reverted } = state;
    return [
      {
        id: `${told.seq} ${parameter}`,
        at: new Date(told.at),
        parameter,
        scope,
        before: from,
        after,
        predictedGain,
        realisedGain,
        revertedAt: reverted ? new Date(at) : null,
      },
    ];
  }

  snapshot(): Json {
    return {
      memory: this.#memory.snapshot(),
      retries: this.#retries.snapshot(),
      told: [...this.#told.entries()].map(([key, told]) => [key, { ...told }]),
    };
  }

  restore(state: Json): void {
    const { memory, retries, told } = state as unknown as {
      memory: Json;
      retries: Json;
      told: [string, Told][];
    };
    this.#memory.restore(memory);
    this.#retries.restore(retries);
    this.#told.clear();
    for (const [key, one] of told) this.#told.set(key, { ...one });
  }
}
