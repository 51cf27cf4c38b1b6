/**
 * Whether a change of a machine would be noticed, tried on a known answer: a copy of the detector that learning uses is fed with
 * the live stream of scored predictions, in which one machine is made slower or faster from some moment on. The copy has to raise
 * an alarm for that machine, and its twin, which sees the stream as it is, must not. Nothing that acts is touched. Called with
 * every scored prediction; no clock, draws nothing.
 *
 * States: watching (the twin alone); drilling (twin and copy), until the copy has found the change, missed it, or the twin alarms.
 */
import { DriftWatch } from '../../learning/drift/drift-watch.js';

/** A prediction that was scored. */
export interface ScoredError {
  readonly machine: string;
  readonly typeKey: string;
  /** Of the natural logarithm, and the standard deviation that the prediction had. */
  readonly error: number;
  readonly sd: number;
}

export interface DrillResult {
  readonly found: boolean;
  readonly machine: string;
  /** What the run times of the machine were multiplied by in the copy. */
  readonly factor: number;
  /** Of the machine, since the change. */
  readonly observations: number;
  readonly twinAlarmed: boolean;
}

/** Surer than this the detector looks at an observation at all; it ignores the others, and so does the drill. */
const SD_MAX = 0.4;
/** Of a machine, before it is changed: the detector looks at windows of 40. */
const KNOWN_MIN = 40;
const TYPES_MIN = 2;
/** In so many observations of the machine a change has to be found. */
const FOUND_WITHIN = 150;
/** Between two drills. */
const REST = 500;
const FACTOR = 1.8;
const MACHINES_MAX = 1000;

interface Drill {
  readonly copy: DriftWatch;
  readonly machine: string;
  readonly factor: number;
  observations: number;
}

interface Known {
  count: number;
  readonly types: Set<string>;
}

export class DriftDrill {
  readonly #twin = new DriftWatch();
  #drill: Drill | undefined;
  #drills = 0;
  /** Looked at since the last drill ended, or the twin last alarmed, by machine. */
  #known = new Map<string, Known>();
  #rest = 0;

  /** Null: no drill has ended with it. */
  observe(scored: ScoredError): DrillResult | null {
    if (!(scored.sd <= SD_MAX) || !Number.isFinite(scored.error)) return null;
    const { machine, typeKey, error, sd } = scored;
    this.#rest--;
    const alarmed = this.#twin.observe(machine, typeKey, error, sd) !== null;
    const drill = this.#drill;
    if (alarmed) this.#known.clear();
    if (drill !== undefined) return this.#go(drill, scored, alarmed);
    this.#know(scored);
    if (this.#isDue(machine)) this.#begin(machine);
    return null;
  }

  #go(drill: Drill, { machine, typeKey, error, sd }: ScoredError, twinAlarmed: boolean): DrillResult | null {
    const isIts = machine === drill.machine;
    const injected = isIts ? Math.log(drill.factor) : 0;
    const alarm = drill.copy.observe(machine, typeKey, error + injected, sd);
    if (isIts) drill.observations++;
    const isFound = alarm?.machine === drill.machine && alarm.offset * Math.log(drill.factor) > 0;
    if (!twinAlarmed && !isFound && drill.observations < FOUND_WITHIN) return null;
    this.#drill = undefined;
    this.#rest = REST;
    this.#known.clear();
    const { factor, observations } = drill;
    return { found: isFound && !twinAlarmed, machine: drill.machine, factor, observations, twinAlarmed };
  }

  #know({ machine, typeKey }: ScoredError): void {
    if (this.#known.size >= MACHINES_MAX && !this.#known.has(machine)) this.#known.clear();
    const known = this.#known.get(machine) ?? { count: 0, types: new Set<string>() };
    known.count++;
    if (known.types.size < TYPES_MIN) known.types.add(typeKey);
    this.#known.set(machine, known);
  }

  #isDue(machine: string): boolean {
    const known = this.#known.get(machine);
    return this.#rest <= 0 && (known?.count ?? 0) >= KNOWN_MIN && known?.types.size === TYPES_MIN;
  }

  /** Slower and faster in turn. */
  #begin(machine: string): void {
    const copy = new DriftWatch();
    copy.restore(this.#twin.snapshot());
    const factor = this.#drills++ % 2 === 0 ? FACTOR : 1 / FACTOR;
    this.#drill = { copy, machine, factor, observations: 0 };
  }
}
