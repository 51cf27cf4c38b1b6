/**
 * The check of a task's work: exactly one kind of it, and not too large. Called by the field table of tasks.
 */
import type { Work } from '../../../lifecycle/work.js';
import { WORK_KINDS } from '../../../lifecycle/vocabulary.js';
import { record, whole } from './checks.js';
import type { ReadOf } from './checks.js';
import { circuitWork } from './circuit-work.js';
import { commandWork } from './command-work.js';
import { httpWork } from './http-work.js';
import type { Check } from './inspection.js';
import { sizeRule, withinBytes } from './json-value.js';
import { moduleWork } from './module-work.js';

export const DURATION_MS_MAX = 365 * 24 * 60 * 60 * 1000;
const WORK_BYTES_MAX = 256 * 1024;

const waitWork = record({
  noun: 'wait work',
  fields: { durationMs: whole(0, DURATION_MS_MAX, 'milliseconds') },
  required: ['durationMs'],
});

const fields = {
  command: commandWork,
  http: httpWork,
  module: moduleWork,
  circuit: circuitWork,
  wait: waitWork,
};

const kinds = record({
  noun: 'work',
  fields,
  elsewhere: {
    shell: 'write command: { argv: [the line], shell: true }',
    argv: 'write command: { argv: […] }',
  },
});

function chosen(read: ReadOf<typeof fields>): Work {
  if (read.command) return { command: read.command };
  if (read.http) return { http: read.http };
  if (read.module) return { module: read.module };
  if (read.circuit) return { circuit: read.circuit };
  return { wait: { durationMs: read.wait?.durationMs ?? 0 } };
}

export const work: Check<Work> = (value, inspection) => {
  const before = inspection.count;
  const read = kinds(value, inspection);
  if (read === undefined) return undefined;
  const given = WORK_KINDS.filter((kind) => (value as Record<string, unknown>)[kind] != null);
  if (given.length === 0 && inspection.count === before) {
    return inspection.fault({
      rule: 'must be of a kind',
      got: value,
      fix: `write one of ${WORK_KINDS.join(', ')}, or no work for a milestone`,
    });
  }
  if (given.length > 1) {
    inspection.fault({
      rule: `must be of one kind, got ${given.join(' and ')}`,
      fix: 'make two tasks of it',
    });
  }
  if (inspection.count > before) return undefined;
  const only = chosen(read);
  if (withinBytes(only, WORK_BYTES_MAX)) return only;
  return inspection.fault({ rule: sizeRule(WORK_BYTES_MAX), code: 'LIMIT_EXCEEDED' });
};
