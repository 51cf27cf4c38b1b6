/**
 * Tunes what decides how much is done at once, by how much gets done: the slots of a layer that are used. Work is counted as
 * it was expected to last (`reference-work.ts`), so that neither a harder nor an easier task makes a value look worse or
 * better. Runs while this server leads and something is waiting; the fold knows nothing of it. What it holds to be best
 * outlives it in the account of changes.
 *
 * States: idle → leading → idle; while leading, a timer looks as long as there is something to see.
 */
import type { Clock, Timer } from '../../../kit/clock.js';
import type { TaskSpec } from '../../../lifecycle/task.js';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import type { LayerLoad, SettledAttempt } from '../../../orchestrator/advisor.js';
import type { TuningChange } from '../../../store/learning.js';
import type { ChangeState } from '../change.js';
import { ReferenceWork } from './reference-work.js';
import { TunedValue } from './tuned-value.js';
import { Windows } from './windows.js';

export interface ThroughputOptions {
  readonly clock: Clock;
  /** `learning.tuning_window_seconds` */
  readonly windowMs: number;
  /** Of such work, wherever it runs; null: nothing is known. */
  readonly expectedSeconds: (spec: TaskSpec) => number | null;
  /** Empty: nobody leads here. */
  readonly loads: () => readonly LayerLoad[];
  /** To the core that leads. */
  readonly limit: (layer: LayerName, slots: number) => void;
}

/** A value in force, for those who measure. */
export interface TunedNow {
  readonly parameter: string;
  readonly scope: string;
  readonly value: number;
}

export const CONCURRENCY = 'concurrency, slots';
/** At most so many looks a window, and no more often than this. */
const LOOKS_A_WINDOW = 20;
const LOOK_MS_MIN = 20;
const LOOK_MS_MAX = 250;
/** A window holds at least so many ends, and one for each slot. */
const ENDED_MIN = 12;
/** Looks without anything to see after which it sleeps. */
const EMPTY_LOOKS_MAX = 8;

interface TunedLayer {
  readonly slots: number;
  readonly tuned: TunedValue;
  readonly windows: Windows;
  /** In force, and since when. */
  value: number;
  since: number;
  /** What was told last. */
  told: ChangeState | null;
  toldRest: boolean;
}

export class ThroughputTuning {
  readonly #options: ThroughputOptions;
  readonly #work: ReferenceWork;
  readonly #layers = new Map<LayerName, TunedLayer>();
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
    for (const { parameter, scope, before, after, revertedAt } of changes.toReversed())
      if (parameter === CONCURRENCY) this.#remembered.set(scope, revertedAt === null ? after : before);
    for (const load of this.#options.loads()) {
      const known = this.#layers.get(load.layer);
      if (known === undefined && !this.#remembered.has(load.layer)) continue;
      const layer = this.#layerOf(load);
      if (layer !== undefined) this.#enforce(load.layer, layer, layer.tuned.held);
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
    this.#layers.get(layer)?.windows.done(amount, now - ms, now);
    this.#empty = 0;
    this.#arm();
  }

  /** Changes since this was last asked; to be written. */
  takeNews(): TuningChange[] {
    return this.#news.splice(0);
  }

  get inForce(): TunedNow[] {
    return [...this.#layers].map(([scope, { value }]) => ({ parameter: CONCURRENCY, scope, value }));
  }

  #arm(): void {
    const { clock, windowMs } = this.#options;
    const everyMs = Math.max(LOOK_MS_MIN, Math.min(LOOK_MS_MAX, windowMs / LOOKS_A_WINDOW));
    this.#timer ??= clock.setTimer(everyMs, () => this.#look());
  }

  #sleep(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const { windows } of this.#layers.values()) windows.clear();
  }

  #look(): void {
    this.#timer = undefined;
    if (++this.#empty > EMPTY_LOOKS_MAX && !this.#isWatching) return;
    for (const load of this.#options.loads()) this.#lookAt(load);
    this.#arm();
  }

  get #isWatching(): boolean {
    return [...this.#layers.values()].some(({ windows }) => windows.isWatching);
  }

  #lookAt(load: LayerLoad): void {
    const layer = this.#layerOf(load);
    if (layer === undefined) return;
    const { clock, windowMs: ms } = this.#options;
    const isBusy = load.waiting > 0 && load.used === Math.min(layer.value, load.slots);
    const { windows, tuned, value, since } = layer;
    const look = { now: clock.monotonic(), isBusy, oldestAt: load.oldestAt, since };
    const isOver = windows.look(look, value, { ms, ended: Math.max(ENDED_MIN, value) });
    for (const window of windows.scored(look)) {
      tuned.observe(window);
      this.#tell(load.layer, layer);
    }
    if (isOver) this.#enforce(load.layer, layer, tuned.next);
  }

  /** Undefined: there is nothing to choose. What there is may change: then it is begun anew, from what was best. */
  #layerOf({ layer: name, slots }: LayerLoad): TunedLayer | undefined {
    const known = this.#layers.get(name);
    if (known?.slots === slots) return known;
    this.#layers.delete(name);
    if (slots < 2) return undefined;
    const wasAll = known === undefined ? !this.#remembered.has(name) : known.tuned.held >= known.slots;
    const best = known?.tuned.held ?? this.#remembered.get(name) ?? slots;
    const start = wasAll ? slots : Math.min(best, slots);
    const tuned = new TunedValue({ min: 1, max: slots, start });
    const made = {
      slots,
      tuned,
      windows: new Windows(),
      value: slots,
      since: 0,
      told: null,
      toldRest: false,
    };
    this.#layers.set(name, made);
    if (known !== undefined || start !== slots) this.#enforce(name, made, start);
    return made;
  }

  #enforce(name: LayerName, layer: TunedLayer, value: number): void {
    if (layer.value !== value) layer.since = this.#options.clock.monotonic();
    layer.value = value;
    this.#options.limit(name, value);
  }

  /** A change, or news of it; and once, that there is nothing to gain. */
  #tell(scope: LayerName, layer: TunedLayer): void {
    const { tuned } = layer;
    const { change } = tuned;
    const isRest = tuned.isAtRest && !layer.toldRest;
    layer.toldRest = tuned.isAtRest;
    const at = new Date(this.#options.clock.wall());
    const told = { parameter: CONCURRENCY, scope, at };
    if (change !== null && change !== layer.told) {
      const { since, reverted, ...rest } = change;
      const id = `${this.#epoch} ${since} ${CONCURRENCY} of ${scope}`;
      this.#news.push({ ...told, ...rest, id, revertedAt: reverted ? at : null });
      layer.told = change;
    }
    if (!isRest || (change !== null && !change.reverted)) return;
    const id = `${this.#epoch} ${tuned.windows} ${CONCURRENCY} of ${scope}, kept`;
    const kept = { before: tuned.held, after: tuned.held, predictedGain: tuned.gainLeft };
    this.#news.push({ ...told, ...kept, id, realisedGain: 0, revertedAt: null });
  }
}
