/** JSON text of a large value, written in stages so that others get a turn in between: megabytes take tens of milliseconds. */
import type { Json } from './json.js';
import type { Stages } from './turn.js';

/** Values of one stage: about a millisecond. */
const STAGE_VALUES = 5000;

export function* jsonInStages(value: Json): Stages<string> {
  const pieces: string[] = [];
  yield* write(value, pieces);
  return pieces.join('');
}

function* write(value: Json, pieces: string[]): Stages<void> {
  if (countOf(value, STAGE_VALUES) < STAGE_VALUES) {
    pieces.push(JSON.stringify(value));
    return;
  }
  yield;
  if (Array.isArray(value)) yield* writeArray(value, pieces);
  else yield* writeObject(value as { readonly [name: string]: Json }, pieces);
}

function* writeArray(values: readonly Json[], pieces: string[]): Stages<void> {
  pieces.push('[');
  for (let from = 0, size = 0; from < values.length; from += size) {
    if (from > 0) pieces.push(',');
    size = fitting(values, from);
    if (size === 0) {
      yield* write(values[from] as Json, pieces);
      size = 1;
    } else {
      pieces.push(JSON.stringify(values.slice(from, from + size)).slice(1, -1));
      yield;
    }
  }
  pieces.push(']');
}

function* writeObject(value: { readonly [name: string]: Json }, pieces: string[]): Stages<void> {
  pieces.push('{');
  let isFirst = true;
  for (const [name, member] of Object.entries(value)) {
    pieces.push(`${isFirst ? '' : ','}${JSON.stringify(name)}:`);
    isFirst = false;
    yield* write(member, pieces);
  }
  pieces.push('}');
}

/** How many of them from there on are together no more than a stage; 0 when the first alone is more. */
function fitting(values: readonly Json[], from: number): number {
  let left = STAGE_VALUES;
  let at = from;
  while (at < values.length) {
    left -= countOf(values[at] as Json, left);
    if (left <= 0) break;
    at++;
  }
  return at - from;
}

/** Values in it, itself included, or `enough` when there are more. */
function countOf(value: Json, enough: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  const members = Array.isArray(value) ? value : Object.values(value);
  let count = 1;
  for (const member of members) {
    if (count >= enough) return enough;
    count += countOf(member as Json, enough - count);
  }
  return count;
}
