/**
 * The fields of a task with the rule of each, as data. Called by `check-mesh.ts` for tasks of meshes, single tasks and
 * patches, so that the three can never disagree.
 */
import { isNodeLabel } from '../../../lifecycle/cluster-node.js';
import {
  CONCURRENCY_STRATEGIES,
  LAYER_NAMES,
  PRIORITIES,
  TASK_TYPES,
} from '../../../lifecycle/vocabulary.js';
import { flag, list, oneOf, real, record, text, whole } from './checks.js';
import type { ReadOf } from './checks.js';
import { dependency, key, keyText } from './edge-fields.js';
import type { Check } from './inspection.js';
import { jsonObject } from './json-value.js';
import { DURATION_MS_MAX, work } from './work-fields.js';

export const METADATA_BYTES_MAX = 64 * 1024;

export const name = text({ max: 512 });
export const description = text({ min: 0, max: 10_000, multiline: true });
export const tags = list(text({ max: 128 }), 50, 'tags');
export const metadata = jsonObject(METADATA_BYTES_MAX);
export const idempotencyKey = text({ max: 256 });
const duration = whole(1, DURATION_MS_MAX, 'milliseconds');

const retryPolicyFields = {
  maxAttempts: whole(1, 1000),
  initialIntervalMs: whole(0, DURATION_MS_MAX, 'milliseconds'),
  backoffCoefficient: real('must be a number from 1 to 100', (value) => value >= 1 && value <= 100),
  maxIntervalMs: whole(0, DURATION_MS_MAX, 'milliseconds'),
  jitter: flag,
  nonRetryableErrors: list(text({ max: 256 }), 100, 'codes'),
};
export type ReadRetryPolicy = ReadOf<typeof retryPolicyFields>;

const retryPolicyRecord = record({ noun: 'retryPolicy', fields: retryPolicyFields });

const retryPolicy: Check<ReadRetryPolicy> = (value, inspection) => {
  const read = retryPolicyRecord(value, inspection);
  if (read?.initialIntervalMs == null || read.maxIntervalMs == null) return read;
  if (read.initialIntervalMs > read.maxIntervalMs) {
    const rule = `must be at most maxIntervalMs (${read.maxIntervalMs})`;
    inspection.fault({ rule, got: read.initialIntervalMs }, 'initialIntervalMs');
  }
  return read;
};

/** Years beyond 9999 are not ISO 8601; the calendar is checked because `Date.parse` takes 30 February for 2 March. */
const startAfter: Check<number> = (value, inspection) => {
  const rule = 'must be a time with its offset (ISO 8601)';
  const fix = 'write for instance 2030-01-31T08:00:00Z or 2030-01-31T08:00:00+02:00';
  const shape = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
  const day = typeof value === 'string' ? shape.exec(value)?.[1] : undefined;
  const time = day === undefined ? NaN : Date.parse(value as string);
  if (day === undefined || Number.isNaN(time)) return inspection.fault({ rule, got: value, fix });
  const midnight = new Date(`${day}T00:00:00Z`);
  if (midnight.toISOString().startsWith(day)) return time;
  return inspection.fault({ rule: 'must be a day of the calendar', got: value });
};

const nodeLabel: Check<string> = (value, inspection) => {
  if (typeof value === 'string' && isNodeLabel(value)) return value;
  const rule = 'must be a label of a node, a word ("gpu") or a word with a value ("region=eu")';
  return inspection.fault({ rule, got: value });
};

const fields = {
  key,
  name,
  description,
  work,
  priority: oneOf(PRIORITIES),
  taskType: oneOf(TASK_TYPES),
  tags,
  layer: oneOf(LAYER_NAMES),
  nodeSelector: list(nodeLabel, 20, 'labels'),
  retryPolicy,
  queueTimeoutMs: duration,
  executionTimeoutMs: duration,
  heartbeatTimeoutMs: duration,
  startAfter,
  hold: flag,
  concurrency: record({
    noun: 'concurrency',
    fields: { key: keyText, limit: whole(1, 10_000), strategy: oneOf(CONCURRENCY_STRATEGIES) },
    required: ['key'],
  }),
  fairness: record({
    noun: 'fairness',
    fields: {
      key: keyText,
      weight: real('must be a number above 0, up to 1000000', (value) => value > 0 && value <= 1e6),
    },
    required: ['key'],
  }),
  metadata,
  dependsOn: list(dependency, 100_000, 'dependencies'),
};
export type ReadTask = ReadOf<typeof fields>;

/** Where people look for what is called otherwise here. */
const elsewhere = {
  labels: 'write nodeSelector',
  command: 'write work: { command: { argv: […] } }',
  http: 'write work: { http: { … } }',
  module: 'write work: { module: { path } }',
  wait: 'write work: { wait: { durationMs } }',
  id: 'ids are given by the server; write key',
  timeout: 'write executionTimeoutMs',
  timeoutMs: 'write executionTimeoutMs',
  retries: 'write retryPolicy: { maxAttempts }, which counts the first try',
  needs: 'write dependsOn',
  dependencies: 'write dependsOn',
  type: 'write taskType',
  status: 'it is the outcome of running; leave it out',
} as const;

export const meshTask = record({ noun: 'a task', fields, required: ['key'], elsewhere });

export const singleTask = record({ noun: 'a task', fields: { ...fields, idempotencyKey }, elsewhere });

const { key: _key, hold: _hold, dependsOn: _dependsOn, ...patchable } = fields;
const patchFields = { ...patchable, name };
export type ReadPatch = ReadOf<typeof patchFields>;

export const taskPatch = record({
  noun: 'an update',
  fields: patchFields,
  elsewhere: {
    ...elsewhere,
    key: 'a key stays as it is',
    hold: 'call holdTask or releaseTask',
    dependsOn: 'call addEdge or removeEdge',
  },
});
