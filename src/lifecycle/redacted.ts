/**
 * A value as it may be kept and shown for good: what lies under a name that means a secret is masked, as are the values of
 * environments and headers, and what is too long is told by its length only. For the audit.
 */
import type { Json, JsonObject } from '../kit/json.js';

const MASK = '***';
const SECRET = /passw|secret|token|authori[sz]ation|cookie|credential|api_?key|private_?key/i;
/** Of these the names are told and the values not. */
const MAPS = new Set(['env', 'headers']);
const CHARS_MAX = 16_384;

function masked(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return MASK;
  return Object.fromEntries(Object.keys(value).map((name) => [name, MASK]));
}

function within(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => within(one as Json));
  const members = Object.entries(value as JsonObject).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([name, member]) => {
      const isSecret = MAPS.has(name) || SECRET.test(name);
      return [name, isSecret && member !== null ? masked(member as Json) : within(member as Json)];
    }),
  );
}

export function redacted(value: Json): Json {
  const kept = within(value);
  const { length } = JSON.stringify(kept);
  return length > CHARS_MAX ? { left_out: `${length} characters of JSON` } : kept;
}
