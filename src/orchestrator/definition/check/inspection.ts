/**
 * One pass over one input: where the pass stands, and every fault found so far. Made by the entry points in
 * `check-mesh.ts` and handed through every check. It counts all faults but keeps only the first hundred.
 */
import type { Fault, Refusal, RefusalCode } from '../../../lifecycle/refusal.js';
import { escapeInvisible, showValue } from './show-value.js';

export const FAULTS_KEPT = 100;

/** Comparisons that suggestions may cost in one pass; a comparison takes about 0.3 µs. */
const SUGGESTION_BUDGET = 20_000;

export type Step = string | number;

/** Reads a value or reports why not; `undefined` only after a fault. */
export type Check<T> = (value: unknown, inspection: Inspection) => T | undefined;

export interface Breach {
  /** Predicate of a sentence about the place: `must be a whole number from 1 to 1000`. */
  readonly rule: string;
  /** What stands there instead; left out where the rule says it all. */
  readonly got?: unknown;
  readonly fix?: string | undefined;
  /** What the whole input is refused with when all its faults are of this kind; INVALID_INPUT when left out. */
  readonly code?: RefusalCode;
}

function writeStep(step: Step, first: boolean): string {
  if (typeof step === 'number') return `[${step}]`;
  if (/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(step)) return first ? step : `.${step}`;
  const short = step.length > 64 ? `${step.slice(0, 63)}…` : step;
  return `["${escapeInvisible(short.replace(/["\\]/g, '\\$&'))}"]`;
}

/** `tasks[3].retryPolicy.maxAttempts`, `work.command.env["A B"]`. */
export function writePath(steps: readonly Step[]): string {
  return steps.map((step, index) => writeStep(step, index === 0)).join('');
}

export class Inspection {
  readonly suggestions = { left: SUGGESTION_BUDGET };
  /** Of each fault kept, in the same order. */
  readonly places: (readonly Step[])[] = [];
  readonly #faults: Fault[] = [];
  readonly #codes = new Set<RefusalCode>();
  readonly #path: Step[] = [];
  #count = 0;

  /** `noun` names the whole input in the refusal: "mesh", "task". */
  constructor(readonly noun: string) {}

  /** All faults, those not kept included. */
  get count(): number {
    return this.#count;
  }

  /** Runs a check one step further down. */
  at<T>(step: Step, check: Check<T>, value: unknown): T | undefined {
    this.#path.push(step);
    const read = check(value, this);
    this.#path.pop();
    return read;
  }

  /** Reports a fault here, or at `steps` below here. */
  fault(breach: Breach, ...steps: Step[]): undefined {
    this.#count++;
    this.#codes.add(breach.code ?? 'INVALID_INPUT');
    if (this.#faults.length >= FAULTS_KEPT) return undefined;
    const got = 'got' in breach ? `, got ${showValue(breach.got)}` : '';
    const fix = breach.fix === undefined ? '' : `; ${breach.fix}`;
    const place = [...this.#path, ...steps];
    this.places.push(place);
    this.#faults.push({ path: writePath(place), message: `${breach.rule}${got}${fix}` });
    return undefined;
  }

  /** True while another fault would be kept: composing an expensive suggestion is worth it only then. */
  get keeping(): boolean {
    return this.#faults.length < FAULTS_KEPT;
  }

  refusal(details?: Refusal['details']): Refusal {
    const [code, ...others] = this.#codes;
    const more = this.#count - this.#faults.length;
    const faults =
      more === 0 ? this.#faults : [...this.#faults, { path: '', message: `and ${more} more faults` }];
    return {
      code: others.length === 0 && code !== undefined ? code : 'INVALID_INPUT',
      message: this.#summary(),
      faults,
      ...(details === undefined ? {} : { details }),
    };
  }

  #summary(): string {
    const [first] = this.#faults;
    const place = first?.path === '' ? `the ${this.noun}` : first?.path;
    const one = `${place} ${first?.message}`;
    return this.#count === 1 ? one : `the ${this.noun} has ${this.#count} faults, the first: ${one}`;
  }
}
