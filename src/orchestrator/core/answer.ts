/** How the core answers a command: a value, or why not. After a refusal nothing has changed. */
import type { Fault, Refusal, RefusalCode } from '../../lifecycle/refusal.js';
import type { JsonObject } from '../../kit/json.js';

export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | Refused;

export const done: Answer<undefined> = { ok: true, value: undefined };

export function answered<T>(value: T): Answer<T> {
  return { ok: true, value };
}

export function refused(
  code: RefusalCode,
  message: string,
  more: { faults?: readonly Fault[]; details?: JsonObject } = {},
): Refused {
  return { ok: false, refusal: { code, message, ...more } };
}

export function invalid(path: string, message: string): Refused {
  return refused('INVALID_INPUT', `${path}: ${message}`, { faults: [{ path, message }] });
}
