/**
 * Notices that a machine has become faster or slower for everything, and by how much. Looks only at tasks that the model
 * knows well; errors of one type count together, because they share what the model has wrong about that type. Where the
 * latest errors lie to one side, far and surely, the machine gets an offset: predictions are moved by it and models
 * learn without it, so that what they know of the time before stays true.
 */
import { medianOf } from '../../kit/statistics/quantile.js';
import type { Json } from '../../kit/json.js';
import { BoundedMap } from '../bounded-map.js';

const MACHINES_MAX = 10_000;
const WINDOW = 40;
/** Beliefs wider than this say nothing about the machine. */
const SD_MAX = 0.4;
const VALUES_MIN = 5;
const TYPES_MIN = 2;
/** A smaller change is left to the models: e^0.35 is 42 %. */
const SHIFT_MIN = 0.35;
/** In standard errors. */
const SURE = 5;
/** By how much the offset has to lower the errors of the window. */
const RELIEF_MIN = 0.4;
/** What a change does differs between types by about this much. */
const TYPE_SPREAD = 0.15;
/** An offset smaller than this is none. */
const OFFSET_MIN = 0.17;
/** How far a machine may have changed by, before it is observed after an alarm on any other. */
const DOUBT_SD = 0.8;
/** Observations of the whole system for which the doubt lasts. */
const DOUBT_SPAN = 400;

interface Seen {
  readonly type: string;
  readonly error: number;
  readonly variance: number;
}

interface Watched {
  offset: number;
  /** Of the offset: it follows the errors until this is small. */
  variance: number;
  seen: Seen[];
}

interface Shift {
  readonly shift: number;
  /** Standard error of the shift. */
  readonly error: number;
  readonly seen: readonly Seen[];
}

export interface DriftAlarm {
  readonly machine: string;
  /** Of the logarithm: what the machine now takes more than before the first alarm. */
  readonly offset: number;
  /** Mean absolute error of the logarithm of the observations that showed it, without and with the change. */
  readonly before: number;
  readonly after: number;
  /** Observations of the system so far. */
  readonly at: number;
}

export class DriftWatch {
  readonly #machines = new BoundedMap<Watched>(MACHINES_MAX);
  #count = 0;
  #alarmAt = -Infinity;

  /** Of the logarithm, to be added to every prediction on the machine. */
  offset(machine: string): number {
    return this.#machines.get(machine)?.offset ?? 0;
  }

  /**
   * Standard deviation of what is not known of the machine since the last alarm: 0 in quiet times. Where one machine
   * has changed others may have, and only trying them tells.
   */
  doubt(machine: string): number {
    if (this.#count - this.#alarmAt > DOUBT_SPAN) return 0;
    return Math.sqrt(this.#machines.get(machine)?.variance ?? 0);
  }

  /** `error` of the logarithm beyond the offset, of a belief of this standard deviation. */
  observe(machine: string, type: string, error: number, sd: number): DriftAlarm | null {
    this.#count += 1;
    const watched = this.#machines.touch(machine, () => ({
      offset: 0,
      variance: 0,
      seen: [],
      doubtPrecision: 0,
    }));
    if (sd > SD_MAX) return null;
    const variance = sd ** 2 + TYPE_SPREAD ** 2;
    this.#refine(watched, error, variance);
    watched.seen.push({ type, error, variance: sd ** 2 });
    if (watched.seen.length > WINDOW) watched.seen.shift();
    const shift = this.#shiftOf(watched.seen);
    return shift === undefined ? null : this.#alarm(machine, watched, shift);
  }

  snapshot(): Json {
    return {
      machines: [...this.#machines.entries()] as unknown as Json,
      count: this.#count,
      alarmAt: this.#alarmAt === -Infinity ? null : this.#alarmAt,
    };
  }

  restore(state: Json): void {
    const saved = structuredClone(state) as unknown as {
      machines: [string, Watched][];
      count: number;
      alarmAt: number | null;
    };
    this.#machines.clear();
    for (const [name, watched] of saved.machines) this.#machines.set(name, watched);
    this.#count = saved.count;
    this.#alarmAt = saved.alarmAt ?? -Infinity;
  }

  /** A young offset follows the errors that remain (Kalman). */
  #refine(watched: Watched, error: number, variance: number): void {
    if (watched.variance <= 0) return;
    const gain = watched.variance / (watched.variance + variance);
    watched.offset += gain * error;
    watched.variance *= 1 - gain;
  }

  #alarm(machine: string, watched: Watched, { shift, error, seen }: Shift): DriftAlarm {
    const before = meanError(seen, 0);
    const after = meanError(seen, shift);
    const offset = watched.offset + shift;
    watched.offset = Math.abs(offset) < OFFSET_MIN ? 0 : offset;
    watched.variance = error ** 2;
    watched.seen = [];
    for (const other of this.#machines.values())
      if (other !== watched) other.variance = Math.max(other.variance, DOUBT_SD ** 2);
    this.#alarmAt = this.#count;
    return { machine, offset: watched.offset, before, after, at: this.#count };
  }

  /** The latest part of the window that shows a change, if any does; short parts find large changes soon. */
  #shiftOf(seen: readonly Seen[]): Shift | undefined {
    for (const length of [VALUES_MIN, 2 * VALUES_MIN, 4 * VALUES_MIN, WINDOW]) {
      if (seen.length < length) return undefined;
      const shift = estimate(seen.slice(-length));
      if (shift !== undefined) return shift;
    }
    return undefined;
  }
}

function estimate(seen: readonly Seen[]): Shift | undefined {
  const types = new Map<string, Seen[]>();
  for (const one of seen) types.set(one.type, [...(types.get(one.type) ?? []), one]);
  if (types.size < TYPES_MIN) return undefined;
  let precision = 0;
  let weighted = 0;
  const means: number[] = [];
  for (const own of types.values()) {
    const mean = own.reduce((sum, { error }) => sum + error, 0) / own.length;
    // Half of the variance is taken to be shared by the type's values: it does not shrink with their number.
    const variance = own.reduce((sum, one) => sum + one.variance, 0) / own.length;
    const weight = 1 / (TYPE_SPREAD ** 2 + variance / 2 + variance / (2 * own.length));
    precision += weight;
    weighted += weight * mean;
    means.push(mean);
  }
  const shift = weighted / precision;
  const error = 1 / Math.sqrt(precision);
  const errors = seen.map((one) => one.error);
  const sure =
    Math.abs(shift) > Math.max(SHIFT_MIN, SURE * error) &&
    medianOf(means) * shift > 0 &&
    Math.abs(medianOf(errors)) > SHIFT_MIN &&
    medianOf(errors) * shift > 0 &&
    meanError(seen, shift) < (1 - RELIEF_MIN) * meanError(seen, 0);
  return sure ? { shift, error, seen } : undefined;
}

function meanError(seen: readonly Seen[], shift: number): number {
  return seen.reduce((sum, { error }) => sum + Math.abs(error - shift), 0) / seen.length;
}
