/**
 * The bounds of a JSON value that enters through the API: depth, number of values, keys, texts. Called by the JSON
 * scalars for literals and by the limits for variables. It walks with its own stack, so depth cannot overflow ours.
 */
import { atOnce, type Stages } from '../../../kit/turn.js';
import { unstorable } from './text-rules.js';

export const JSON_DEPTH_MAX = 64;
const STEPS_SHOWN = 16;
const STAGE_ITEMS = 1000;
export const JSON_VALUES_MAX = 2_000_000;

export interface JsonFault {
  /** `input.tasks[3].metadata`, starting with the name that the caller gave. */
  readonly path: string;
  readonly message: string;
}

interface Visit {
  readonly value: unknown;
  readonly depth: number;
  readonly step: string;
  readonly parent: Visit | undefined;
}

function pathOf(visit: Visit): string {
  const steps: string[] = [];
  for (let at: Visit | undefined = visit; at !== undefined; at = at.parent) steps.unshift(at.step);
  return steps.length > STEPS_SHOWN ? `${steps.slice(0, STEPS_SHOWN).join('')}…` : steps.join('');
}

function keyStep(key: string): string {
  return /^[A-Za-z_][\w-]{0,63}$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 64))}]`;
}

/** Assigning this key to an object would change its prototype; no field of ours has that name. */
function wrongKey(key: string): string | undefined {
  if (key === '__proto__') return 'must not be named __proto__; choose another key';
  return unstorable(key);
}

function push(stack: Visit[], parent: Visit): JsonFault | undefined {
  const { value, depth } = parent;
  if (Array.isArray(value)) {
    for (let i = value.length - 1; i >= 0; i--)
      stack.push({ value: value[i], depth: depth + 1, step: `[${i}]`, parent });
    return undefined;
  }
  for (const key of Object.keys(value as object)) {
    const wrong = wrongKey(key);
    const visit = {
      value: (value as Record<string, unknown>)[key],
      depth: depth + 1,
      step: keyStep(key),
      parent,
    };
    if (wrong !== undefined) return { path: pathOf(visit), message: wrong };
    stack.push(visit);
  }
  return undefined;
}

function inspect(visit: Visit): JsonFault | undefined {
  const { value } = visit;
  if (visit.depth > JSON_DEPTH_MAX) {
    return { path: pathOf(visit), message: `is nested deeper than ${JSON_DEPTH_MAX} levels; flatten it` };
  }
  const wrong = typeof value === 'string' ? unstorable(value) : undefined;
  return wrong === undefined ? undefined : { path: pathOf(visit), message: wrong };
}

/** The first fault, or undefined. */
export function jsonFault(root: unknown, name: string): JsonFault | undefined {
  return atOnce(jsonFaultInStages(root, name));
}

export function* jsonFaultInStages(root: unknown, name: string): Stages<JsonFault | undefined> {
  return (yield* new Soundness().inStages(root, 0)) ? undefined : firstFault(root, name);
}

function firstFault(root: unknown, name: string): JsonFault | undefined {
  const stack: Visit[] = [{ value: root, depth: 0, step: name, parent: undefined }];
  for (let seen = 0; stack.length > 0; seen++) {
    if (seen > JSON_VALUES_MAX)
      return { path: name, message: `has more than ${JSON_VALUES_MAX} values; split it` };
    const visit = stack.pop() as Visit;
    const fault = inspect(visit) ?? (isContainer(visit.value) ? push(stack, visit) : undefined);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/**
 * Whether all is well, without saying where it is not: ten times as fast, 250,000 values in 5 ms. It recurses, but no
 * deeper than the depth that is refused.
 */
class Soundness {
  #seen = 0;

  /** Long lists, alone or in an object, item by item. */
  *inStages(value: unknown, depth: number): Stages<boolean> {
    if (Array.isArray(value) && value.length > STAGE_ITEMS) {
      for (let at = 0; at < value.length; at++) {
        if (!this.of(value[at], depth + 1)) return false;
        if (at % STAGE_ITEMS === STAGE_ITEMS - 1) yield;
      }
      return true;
    }
    if (depth > 0 || !isContainer(value)) return this.of(value, depth);
    for (const [key, member] of Object.entries(value as object))
      if (wrongKey(key) !== undefined || !(yield* this.inStages(member, depth + 1))) return false;
    return true;
  }

  of(value: unknown, depth: number): boolean {
    if (++this.#seen > JSON_VALUES_MAX || depth > JSON_DEPTH_MAX) return false;
    if (typeof value === 'string') return unstorable(value) === undefined;
    if (typeof value !== 'object' || value === null) return true;
    return Array.isArray(value) ? this.#ofList(value, depth) : this.#ofObject(value, depth);
  }

  #ofList(values: readonly unknown[], depth: number): boolean {
    for (const value of values) if (!this.of(value, depth + 1)) return false;
    return true;
  }

  #ofObject(value: object, depth: number): boolean {
    for (const key of Object.keys(value)) {
      if (wrongKey(key) !== undefined) return false;
      if (!this.of((value as Record<string, unknown>)[key], depth + 1)) return false;
    }
    return true;
  }
}
