/**
 * The first delay before a retry, for each class of failure, from what was seen to succeed after which delay: failures of a
 * busy service need time, those of chance need none. The chance of success is taken to grow with the delay (isotonic
 * regression over octaves), and the delay is the one with the least expected time until success. Within bounds; a change is
 * made when enough was seen and enough is to be gained, and taken back when chains of retries take longer after it.
 */
import type { Json } from '../../kit/json.js';
import { Change } from './change.js';
import type { ChangeState } from './change.js';

export interface RetrySeen {
  readonly errorClass: string;
  /** That was waited before the attempt. */
  readonly delayMs: number;
  readonly succeeded: boolean;
  /** Of the attempt itself. */
  readonly runMs: number;
  /** Names the observation. */
  readonly since?: number;
}

export interface RetryBounds {
  readonly minMs: number;
  readonly maxMs: number;
  /** In force before anything was seen. */
  readonly startMs: number;
  readonly backoff: number;
}

interface Octave {
  tried: number;
  succeeded: number;
}

interface ClassState {
  octaves: Octave[];
  seen: number;
  runMs: number;
  baseMs: number;
  change: Change | null;
}

const OCTAVES = 24;
const FADE = 0.995;
const SEEN_MIN = 40;
const GAIN_MIN = 0.1;
/** Attempts a chain is thought to have, and what its failure costs beside them, in times of the longest delay. */
const CHAIN = 5;
/** Before anything is seen: one success in two tries of each octave, at this weight. */
const PRIOR = 0.5;

export class RetryTuner {
  readonly #bounds: RetryBounds;
  readonly #classes = new Map<string, ClassState>();

  constructor(bounds: RetryBounds) {
    this.#bounds = bounds;
  }

  /** Ms before the first retry after a failure of that class. */
  baseMs(errorClass: string): number {
    return this.#classes.get(errorClass)?.baseMs ?? this.#bounds.startMs;
  }

  change(errorClass: string): ChangeState | null {
    return this.#classes.get(errorClass)?.change?.state ?? null;
  }

  /** Classes of which it was ever changed, with the latest change of each. */
  get changed(): [errorClass: string, change: ChangeState][] {
    return [...this.#classes].flatMap(([errorClass, { change }]) =>
      change === null ? [] : [[errorClass, change.state] as [string, ChangeState]],
    );
  }

  observe({ errorClass, delayMs, succeeded, runMs, since = 0 }: RetrySeen): void {
    const state = this.#of(errorClass);
    for (const octave of state.octaves) {
      octave.tried *= FADE;
      octave.succeeded *= FADE;
    }
    const octave = state.octaves[octaveOf(delayMs)] as Octave;
    octave.tried += 1;
    if (succeeded) octave.succeeded += 1;
    state.seen += 1;
    state.runMs += (runMs - state.runMs) / Math.min(state.seen, 100);
    if (this.#isHarm(state, delayMs, succeeded)) this.#revert(state);
    else if (state.seen >= SEEN_MIN && state.seen % 10 === 0) this.#consider(state, since);
  }

  snapshot(): Json {
    return [...this.#classes].map(([name, { octaves, seen, runMs, baseMs, change }]) => [
      name,
      octaves.map(({ tried, succeeded }) => [tried, succeeded]),
      seen,
      runMs,
      baseMs,
      change?.snapshot() ?? null,
    ]);
  }

  restore(saved: Json): void {
    this.#classes.clear();
    type Row = [string, [number, number][], number, number, number, Json];
    for (const [name, octaves, seen, runMs, baseMs, change] of saved as unknown as Row[])
      this.#classes.set(name, {
        octaves: octaves.map(([tried, succeeded]) => ({ tried, succeeded })),
        seen,
        runMs,
        baseMs,
        change: change === null ? null : Change.restored(change),
      });
  }

  #of(errorClass: string): ClassState {
    const known = this.#classes.get(errorClass);
    if (known !== undefined) return known;
    const octaves = Array.from({ length: OCTAVES }, () => ({ tried: 0, succeeded: 0 }));
    const made = { octaves, seen: 0, runMs: 0, baseMs: this.#bounds.startMs, change: null };
    this.#classes.set(errorClass, made);
    return made;
  }

  #consider(state: ClassState, since: number): void {
    const { minMs, maxMs } = this.#bounds;
    const chances = chancesOf(state.octaves);
    const costNow = this.#cost(state.baseMs, chances, state.runMs);
    let [best, least] = [state.baseMs, costNow];
    for (let ms = minMs; ms <= maxMs; ms *= Math.SQRT2) {
      const cost = this.#cost(ms, chances, state.runMs);
      if (cost < least) [best, least] = [Math.round(ms), cost];
    }
    const gain = 1 - least / costNow;
    if (gain < GAIN_MIN) return;
    state.change = new Change({ before: state.baseMs, after: best, predictedGain: gain, since });
    state.baseMs = best;
  }

  /** Expected ms until a chain that begins with that delay has succeeded or given up. */
  #cost(baseMs: number, chances: readonly number[], runMs: number): number {
    let [cost, left, delay] = [0, 1, baseMs];
    for (let n = 0; n < CHAIN; n++) {
      cost += left * (delay + runMs);
      left *= 1 - (chances[octaveOf(delay)] as number);
      delay = Math.min(delay * this.#bounds.backoff, this.#bounds.maxMs * this.#bounds.backoff ** CHAIN);
    }
    return cost + left * 2 * (this.#bounds.maxMs + runMs);
  }

  /** Only tries near the new delay tell of it: they are compared with what was promised for them. */
  #isHarm({ change, runMs, octaves }: ClassState, delayMs: number, succeeded: boolean): boolean {
    if (change === null || change.state.reverted) return false;
    if (Math.abs(octaveOf(delayMs) - octaveOf(change.state.after)) > 1) return false;
    const chances = chancesOf(octaves);
    const before = (change.state.before + runMs) / (chances[octaveOf(change.state.before)] as number);
    const now = change.state.after + runMs + (succeeded ? 0 : before);
    return change.observe((before - now) / Math.max(before, now));
  }

  #revert(state: ClassState): void {
    state.baseMs = state.change?.state.before ?? state.baseMs;
    // The curve promised what did not come: it is learned anew.
    state.seen = 0;
    for (const octave of state.octaves) [octave.tried, octave.succeeded] = [0, 0];
  }
}

function octaveOf(delayMs: number): number {
  return Math.max(0, Math.min(OCTAVES - 1, Math.floor(Math.log2(Math.max(1, delayMs)))));
}

/** Chance of success in each octave, never falling with the delay (pool adjacent violators). */
export function chancesOf(
  octaves: readonly { readonly tried: number; readonly succeeded: number }[],
): number[] {
  const pools: { weight: number; sum: number; count: number }[] = [];
  for (const { tried, succeeded } of octaves) {
    pools.push({ weight: tried + 2 * PRIOR * 0.1, sum: succeeded + PRIOR * 0.1, count: 1 });
    for (;;) {
      const [before, last] = [pools.at(-2), pools.at(-1)];
      if (before === undefined || last === undefined || before.sum / before.weight <= last.sum / last.weight)
        break;
      pools.pop();
      before.weight += last.weight;
      before.sum += last.sum;
      before.count += last.count;
    }
  }
  return pools.flatMap(({ weight, sum, count }) => Array<number>(count).fill(sum / weight));
}
