/**
 * Tunes what decides how much is done at once, by how much gets done: the slots of a layer that are used, the outcomes that
 * one step takes. The work of a layer is counted as it was expected to last (`reference-work.ts`), so that neither a harder
 * nor an easier task makes a value look worse or better. Runs while this server leads and something is waiting; the fold knows nothing of it. What it holds to be best
 * outlives it in the account of changes.
 *
 * States: idle → leading → idle; while leading, a timer looks as long as there is something to see.
 */
import type { Clock, Timer } from '../../../kit/clock.js';
import type { TaskSpec } from '../../../lifecycle/task.js';
import type { SettledAttempt } from '../../../orchestrator/advisor.js';
import type { TuningChange } from '../../../store/learning.js';
import type { ChangeState } from '../change.js';
import { ReferenceWork } from './reference-work.js';
import type { CurveBounds } from './curve-tuner.js';
import { CONCURRENCY, type Tunable } from './tunable.js';
import { TunedValue } from './tuned-value.js';
import { Windows } from './windows.js';

export interface ThroughputOptions {
  readonly clock: Clock;
  /** `learning.tuning_window_seconds` */
  readonly windowMs: number;
  /** Of such work, wherever it runs; null: nothing is known. */
  readonly expectedSeconds: (spec: TaskSpec) => number | null;
  /** As they are now; empty: nobody leads here. */
  readonly tunables: () => readonly Tunable[];
  /** May another value than the configured one be in force now? Undefined: always. */
  readonly allowed?: ((wish: TuningWish) => boolean) | undefined;
}

/** What is to be in force instead of what is configured: looks around the value that is held to be best. */
export interface TuningWish {
  readonly parameter: string;
  readonly scope: string;
  readonly configured: number;
  readonly held: number;
  /** The latest. */
  readonly change: ChangeState | null;
  /** A value begins to be in force with it, and does not only go on. */
  readonly begins: boolean;
}

/** A value in force, for those who measure. */
export interface TunedNow {
  readonly parameter: string;
  readonly scope: string;
  readonly value: number;
}

/** At most so many looks a window, and no more often than this. */
const LOOKS_A_WINDOW = 20;
const LOOK_MS_MIN = 20;
const LOOK_MS_MAX = 250;
/** A window holds at least so many ends, and one for each slot. */
const ENDED_MIN = 12;
/** Looks without anything to see after which it sleeps. */
const EMPTY_LOOKS_MAX = 8;

interface Tuned {
  readonly bounds: CurveBounds;
  readonly parameter: string;
  readonly scope: string;
  readonly value: TunedValue;
  readonly windows: Windows;
  inForce: number;
  /** It is in force since then. */
  since: number;
  /** What was told last. */
  told: ChangeState | null;
  toldRest: boolean;
  /** Of what was ever done, what is in windows. */
  done: number;
}

const nameOf = ({ parameter, scope }: Pick<Tunable, 'parameter' | 'scope'>): string =>
  `${parameter} of ${scope}`;

export class ThroughputTuning {
  readonly #options: ThroughputOptions;
  readonly #work: ReferenceWork;
  readonly #tuned = new Map<string, Tuned>();
  /** What an earlier process held to be best. */
  readonly #remembered = new Map<string, number>();
  #epoch: number | undefined;
  #timer: Timer | undefined;
  #empty = 0;
  #news: TuningChange[] = [];

  constructor(options: ThroughputOptions) {
    this.#options = options;
    this.#work = new ReferenceWork(options.expectedSeconds);
  }

  /** `changes`: of all parameters, the newest first, as far as they are known. */
  lead(epoch: number, changes: readonly TuningChange[]): void {
    this.#epoch = epoch;
    this.#remembered.clear();
    for (const change of changes.toReversed())
      this.#remembered.set(nameOf(change), change.revertedAt === null ? change.after : change.before);
    for (const tunable of this.#options.tunables()) {
      const name = nameOf(tunable);
      if (!this.#tuned.has(name) && !this.#remembered.has(name)) continue;
      const tuned = this.#tunedOf(tunable);
      if (tuned !== undefined) this.#enforce(tunable, tuned, tuned.value.held);
    }
  }

  follow(): void {
    this.#epoch = undefined;
    this.#sleep();
  }

  /** Of an attempt that completed, on any layer. */
  settled({ layer, spec, runMs, failureCode }: SettledAttempt): void {
    if (this.#epoch === undefined || layer === undefined || failureCode !== null) return;
    const ms = Math.max(runMs, 0.5);
    const amount = this.#work.of(spec, ms / 1000);
    const now = this.#options.clock.monotonic();
    const tuned = this.#tuned.get(nameOf({ parameter: CONCURRENCY, scope: layer }));
    tuned?.windows.done(amount, now - ms, now);
    this.wake();
  }

  /** Something happens that windows may tell of. */
  wake(): void {
    if (this.#epoch === undefined) return;
    this.#empty = 0;
    this.#arm();
  }

  /** Changes since this was last asked; to be written. */
  takeNews(): TuningChange[] {
    return this.#news.splice(0);
  }

  get inForce(): TunedNow[] {
    return [...this.#tuned.values()].map(({ parameter, scope, inForce: value }) => ({
      parameter,
      scope,
      value,
    }));
  }

  #arm(): void {
    const { clock, windowMs } = this.#options;
    const everyMs = Math.max(LOOK_MS_MIN, Math.min(LOOK_MS_MAX, windowMs / LOOKS_A_WINDOW));
    this.#timer ??= clock.setTimer(everyMs, () => this.#look());
  }

  #sleep(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const { windows } of this.#tuned.values()) windows.clear();
  }

  #look(): void {
    this.#timer = undefined;
    if (++this.#empty > EMPTY_LOOKS_MAX && !this.#isWatching) return;
    for (const tunable of this.#options.tunables()) this.#lookAt(tunable);
    this.#arm();
  }

  /** What is in force and may have to be taken back is watched as well. */
  get #isWatching(): boolean {
    const isBound = this.#options.allowed !== undefined;
    return [...this.#tuned.values()].some(
      ({ windows, inForce, bounds }) => windows.isWatching || (isBound && inForce !== bounds.start),
    );
  }

  #lookAt(tunable: Tunable): void {
    const tuned = this.#tunedOf(tunable);
    if (tuned === undefined) return;
    const { clock, windowMs } = this.#options;
    const { oldestAt, done } = tunable;
    const doneSince = (done ?? 0) - tuned.done;
    tuned.done = done ?? 0;
    if (!this.#mayTune(tunable, tuned)) {
      tuned.windows.clear();
      if (tuned.inForce !== tunable.bounds.start) this.#put(tunable, tuned, tunable.bounds.start);
      return;
    }
    const { windows, value, inForce, since } = tuned;
    const now = clock.monotonic();
    if (done !== undefined) windows.done(doneSince, now, now);
    const look = { now, isBusy: tunable.isBusy(inForce), oldestAt, since };
    const ended = done === undefined ? Math.max(ENDED_MIN, inForce) : ENDED_MIN;
    const isOver = windows.look(look, inForce, { ms: windowMs, ended });
    for (const window of windows.scored(look)) {
      value.observe(window);
      this.#tell(tuned);
    }
    if (isOver) this.#enforce(tunable, tuned, value.next);
  }

  /** Undefined: there is nothing to choose. What there is may change: then it is begun anew, from what was best. */
  #tunedOf(tunable: Tunable): Tuned | undefined {
    const { bounds, parameter, scope, done = 0 } = tunable;
    const { min, max, start } = bounds;
    const name = nameOf(tunable);
    const known = this.#tuned.get(name);
    if (known?.bounds.max === max) return known;
    this.#tuned.delete(name);
    if (max <= min) return undefined;
    const best = known === undefined ? this.#remembered.get(name) : heldOf(known);
    const from = best === undefined ? start : Math.min(best, max);
    const value = new TunedValue({ min, max, start: from });
    const rest = { since: 0, told: null, toldRest: false, done };
    const made = { parameter, scope, bounds, value, windows: new Windows(), inForce: start, ...rest };
    this.#tuned.set(name, made);
    if (known !== undefined || from !== start) this.#enforce(tunable, made, from);
    return made;
  }

  /** Where nothing but the configured value is wanted, nobody is asked. */
  #mayTune({ bounds: { start } }: Tunable, tuned: Tuned): boolean {
    const { value, inForce } = tuned;
    const isWished = [inForce, value.next, value.held].some((wished) => wished !== start);
    return !isWished || this.#isAllowed(tuned, start, false);
  }

  #isAllowed({ parameter, scope, value }: Tuned, configured: number, begins: boolean): boolean {
    const { held, change } = value;
    return this.#options.allowed?.({ parameter, scope, configured, held, change, begins }) ?? true;
  }

  /** As configured where anything else is not allowed. */
  #enforce(tunable: Tunable, tuned: Tuned, wished: number): void {
    const { start } = tunable.bounds;
    const isSame = wished === start || wished === tuned.inForce;
    this.#put(tunable, tuned, isSame || this.#isAllowed(tuned, start, true) ? wished : start);
  }

  #put(tunable: Tunable, tuned: Tuned, value: number): void {
    if (tuned.inForce !== value) tuned.since = this.#options.clock.monotonic();
    tuned.inForce = value;
    tunable.enforce(value);
  }

  /** A change, or news of it; and once, that there is nothing to gain. */
  #tell(tuned: Tuned): void {
    const { value, parameter, scope } = tuned;
    const { change } = value;
    const isRest = value.isAtRest && !tuned.toldRest;
    tuned.toldRest = value.isAtRest;
    const at = new Date(this.#options.clock.wall());
    const told = { parameter, scope, at };
    const id = `${this.#epoch} ${change?.since ?? 0} ${nameOf(tuned)}`;
    if (change !== null && change !== tuned.told) {
      const { before, after, predictedGain, realisedGain, reverted } = change;
      const gains = { predictedGain, realisedGain, revertedAt: reverted ? at : null };
      this.#news.push({ ...told, before, after, ...gains, id });
      tuned.told = change;
    }
    if (!isRest || (change !== null && !change.reverted)) return;
    const kept = { before: value.held, after: value.held, predictedGain: value.gainLeft };
    this.#news.push({ ...told, ...kept, id: `${id}, kept`, realisedGain: 0, revertedAt: null });
  }
}

/** All of what there was stays all of what there is. */
function heldOf({ value, bounds }: Tuned): number | undefined {
  return value.held >= bounds.max ? undefined : value.held;
}
