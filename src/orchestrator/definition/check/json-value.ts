/**
 * Free JSON inside a definition (metadata, module input, HTTP body): that it is JSON at all, not too deep, not too
 * large, and can be stored. Called by the field tables. It hands the value on as it is and never copies it.
 */
import type { Json, JsonObject } from '../../../kit/json.js';
import { isRecord } from './checks.js';
import type { Check, Inspection } from './inspection.js';

export const JSON_DEPTH_MAX = 32;

const unstorable = /[\0\p{Cs}]/u;

function readText(value: string, inspection: Inspection): void {
  if (unstorable.test(value))
    inspection.fault({ rule: 'must be without NUL and lone surrogates', got: value });
}

function readEntries(value: Readonly<Record<string, unknown>>, depth: number, inspection: Inspection): void {
  for (const key of Object.keys(value)) {
    if (key === '__proto__') inspection.fault({ rule: 'must not be used as a name', fix: 'rename it' }, key);
    else if (unstorable.test(key))
      inspection.fault({ rule: 'must be without NUL and lone surrogates', got: key }, key);
    else inspection.at(key, (entry) => readJson(entry, depth + 1, inspection), value[key]);
  }
}

/** Recursion is bounded by the depth that is refused. */
function readJson(value: unknown, depth: number, inspection: Inspection): undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'string') return void readText(value, inspection);
  if (typeof value === 'number' && Number.isFinite(value)) return undefined;
  if (depth > JSON_DEPTH_MAX)
    return inspection.fault({ rule: `must not be nested deeper than ${JSON_DEPTH_MAX}` });
  if (Array.isArray(value)) {
    value.forEach((entry, index) =>
      inspection.at(index, (inner) => readJson(inner, depth + 1, inspection), entry),
    );
  } else if (isRecord(value)) readEntries(value, depth, inspection);
  else inspection.fault({ rule: 'must be JSON', got: value });
  return undefined;
}

/** At least the bytes of its JSON: a UTF-16 unit takes at most six (`\\u0007`). Stops counting above `bytesMax`. */
function bytesAtMost(value: unknown, bytesMax: number): number {
  if (typeof value === 'string') return 6 * value.length + 3;
  if (typeof value !== 'object' || value === null) return 26;
  let bytes = 2;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && bytes <= bytesMax; at++)
      bytes += 1 + bytesAtMost(value[at], bytesMax);
    return bytes;
  }
  for (const key in value) {
    if (bytes > bytesMax) break;
    bytes += 6 * key.length + 4 + bytesAtMost((value as Record<string, unknown>)[key], bytesMax);
  }
  return bytes;
}

/** Most values are small whatever their characters are, which is seen at a tenth of the cost of writing them as JSON. */
export function withinBytes(value: unknown, bytesMax: number): boolean {
  return bytesAtMost(value, bytesMax) <= bytesMax || Buffer.byteLength(JSON.stringify(value)) <= bytesMax;
}

export function sizeRule(bytesMax: number): string {
  return `must be at most ${bytesMax / 1024} KB of JSON`;
}

export function json(bytesMax: number): Check<Json> {
  return (value, inspection) => {
    const before = inspection.count;
    readJson(value, 1, inspection);
    if (inspection.count > before) return undefined;
    if (!withinBytes(value, bytesMax))
      return inspection.fault({ rule: sizeRule(bytesMax), code: 'LIMIT_EXCEEDED' });
    return value as Json;
  };
}

export function jsonObject(bytesMax: number): Check<JsonObject> {
  const check = json(bytesMax);
  return (value, inspection) => {
    if (!isRecord(value)) return inspection.fault({ rule: 'must be an object', got: value });
    return check(value, inspection) as JsonObject | undefined;
  };
}
