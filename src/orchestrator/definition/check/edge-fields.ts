/**
 * The fields of an edge, in both ways of writing it. Called by the field table of tasks and by `mesh-parts.ts`, up to
 * 100,000 times an input: one that is right at first sight is handed on as it is, without reading it field by field
 * (50,000 of them take 3 ms instead of 40).
 */
import { EDGE_TYPES } from '../../../mesh/edge-type.js';
import { oneOf, real, record, text } from './checks.js';
import type { ReadOf } from './checks.js';
import type { Check } from './inspection.js';

export const keyText = text({ max: 256 });

/** Outputs arrive as `inputs[key]`; an object cannot hold this one name safely. */
export const key: Check<string> = (value, inspection) => {
  if (value !== '__proto__') return keyText(value, inspection);
  return inspection.fault({ rule: 'must not be __proto__', fix: 'name it otherwise' });
};

const SECONDS_MAX = 1e9;
const weight = real(
  `must be a number of seconds from 0 to ${SECONDS_MAX}`,
  (value) => value >= 0 && value <= SECONDS_MAX,
);
const type = oneOf(EDGE_TYPES);

const edgeFields = { source: key, target: key, type, weight };
const dependencyFields = { task: key, type, weight };

const dependencyRecord = record({
  noun: 'a dependency',
  fields: dependencyFields,
  required: ['task'],
  elsewhere: { key: 'write task', source: 'write task', target: 'the target is the task this stands in' },
});

const edgeRecord = record({
  noun: 'an edge',
  fields: edgeFields,
  required: ['source', 'target'],
  elsewhere: { from: 'write source', to: 'write target' },
});

const types: ReadonlySet<unknown> = new Set([...EDGE_TYPES, undefined]);

/** A key that a task has too was or will be checked there; one that no task has is refused as unknown. */
function isPlainKey(value: unknown): boolean {
  return typeof value === 'string' && /^[\w.:-]{1,256}$/.test(value) && value !== '__proto__';
}

function isPlainWeight(value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && value >= 0 && value <= SECONDS_MAX);
}

function isPlain(value: object, ends: readonly string[]): boolean {
  for (const name in value) {
    const given = (value as Record<string, unknown>)[name];
    if (
      name === 'type'
        ? types.has(given)
        : name === 'weight'
          ? isPlainWeight(given)
          : ends.includes(name) && isPlainKey(given)
    )
      continue;
    return false;
  }
  return true;
}

const dependencyEnds = ['task'];
const edgeEnds = ['source', 'target'];

export const dependency: Check<ReadOf<typeof dependencyFields>> = (value, inspection) => {
  const plain =
    typeof value === 'object' && value !== null && 'task' in value && isPlain(value, dependencyEnds);
  return plain ? (value as ReadOf<typeof dependencyFields>) : dependencyRecord(value, inspection);
};

export const edge: Check<ReadOf<typeof edgeFields>> = (value, inspection) => {
  const plain =
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    'target' in value &&
    isPlain(value, edgeEnds);
  return plain ? (value as ReadOf<typeof edgeFields>) : edgeRecord(value, inspection);
};
