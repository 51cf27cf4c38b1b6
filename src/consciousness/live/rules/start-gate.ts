/**
 * Holds starts back for the decisions that say so. Rules close it for a dependency or a kind of task and open it again; the core
 * asks it. It keeps nothing durable: a decision whose row cannot be written closes nothing.
 *
 * States: open, while nothing is closed; else it is asked for every start.
 */
import type { Clock } from '../../../kit/clock.js';
import type { TaskSpec } from '../../../lifecycle/task.js';
import type { StartGate } from '../../../orchestrator/advisor.js';
import { dependencyOf } from './dependency.js';

/** Tasks whose waiting is measured one by one; of those beyond, only their number is known. */
const MEASURED_MAX = 10_000;
/** For starts that are asked about when the time is over and the gate is about to open. */
const SOON_MS = 50;

export type ClosedFor = `dependency ${string}` | `type ${string}` | `quarantine ${string}`;

/** One reason not to start; belongs to a decision. */
export class Closure {
  /** Undefined while its row is being written. */
  decisionId: string | undefined;
  /** Monotonic ms. */
  untilMs: number;
  /** Starts that are let through to see how it is now. */
  probes = 0;
  readonly #since = new Map<string, number>();
  #unmeasured = 0;

  constructor(decisionId: string | undefined, untilMs: number) {
    this.decisionId = decisionId;
    this.untilMs = untilMs;
  }

  withhold(taskId: string, now: number): void {
    if (this.#since.has(taskId)) return;
    if (this.#since.size < MEASURED_MAX) this.#since.set(taskId, now);
    else this.#unmeasured++;
  }

  /** A probe: whoever is let through is held back no longer. */
  letThrough(taskId: string): void {
    this.probes--;
    this.#since.delete(taskId);
  }

  /** Tasks that were held back, and the seconds that one waits until now, on average. */
  heldBack(now: number): { readonly count: number; readonly secondsEach: number } {
    let waitedMs = 0;
    for (const since of this.#since.values()) waitedMs += now - since;
    const secondsEach = this.#since.size === 0 ? 0 : waitedMs / 1000 / this.#since.size;
    return { count: this.#since.size + this.#unmeasured, secondsEach };
  }
}

export class LiveGate implements StartGate {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #changed: () => void;
  readonly #closures = new Map<ClosedFor, Closure>();
  isOpen = true;

  /** `changed`: those who were held back are to be asked about again. */
  constructor(clock: Pick<Clock, 'monotonic'>, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Takes the place of a closure for the same reason. */
  close(closedFor: ClosedFor, decisionId: string | undefined, forMs: number): Closure {
    const closure = new Closure(decisionId, this.#clock.monotonic() + forMs);
    this.#closures.set(closedFor, closure);
    this.isOpen = false;
    return closure;
  }

  /** The row of what waited for it is written; what was let go meanwhile is closed anew. */
  decided(
    closedFor: ClosedFor,
    waiting: Closure | undefined,
    { id, forMs }: { readonly id: string; readonly forMs: number },
  ): Closure {
    if (waiting === undefined || this.#closures.get(closedFor) !== waiting)
      return this.close(closedFor, id, forMs);
    waiting.decisionId = id;
    waiting.untilMs = this.#clock.monotonic() + forMs;
    return waiting;
  }

  /** Nothing, where another closure has taken its place. */
  open(closedFor: ClosedFor, closure: Closure): void {
    if (this.#closures.get(closedFor) !== closure) return;
    this.#closures.delete(closedFor);
    this.isOpen = this.#closures.size === 0;
    this.#changed();
  }

  /** One more start goes through; for how long the others wait at most. */
  probe(closure: Closure, forMs: number): void {
    closure.probes = 1;
    closure.untilMs = this.#clock.monotonic() + forMs;
    this.#changed();
  }

  waitMs(taskId: string, spec: TaskSpec): number {
    const closures = this.#closuresOf(spec);
    const now = this.#clock.monotonic();
    const closed = closures.filter(({ probes }) => probes === 0);
    if (closed.length === 0) {
      for (const closure of closures) closure.letThrough(taskId);
      return 0;
    }
    for (const closure of closed) closure.withhold(taskId, now);
    return Math.max(SOON_MS, ...closed.map(({ untilMs }) => untilMs - now));
  }

  /** The decisions that hold such a task back now. */
  decisionsOn(spec: TaskSpec): string[] {
    return this.#closuresOf(spec).flatMap(({ decisionId }) => decisionId ?? []);
  }

  #closuresOf(spec: TaskSpec): Closure[] {
    const dependency = dependencyOf(spec);
    return [
      dependency === null ? undefined : this.#closures.get(`dependency ${dependency}`),
      this.#closures.get(`type ${spec.typeKey}`),
      this.#closures.get(`quarantine ${spec.typeKey}`),
    ].filter((one) => one !== undefined);
  }
}
