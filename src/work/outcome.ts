/**
 * How an attempt ended, composed in one way by all executors and the local layer. Texts are cut and made storable
 * here, so that whatever a program printed cannot make a commit fail.
 */
import type { Json } from '../kit/json.js';
import type { StopSignal } from '../kit/stop.js';
import type { Measured, Outcome } from '../lifecycle/task.js';
import type { AbortReason } from './attempt.js';
import { storable } from './output.js';

const MESSAGE_LENGTH_MAX = 4_000;
const CODE = /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/;

/** Nothing but the run time could be measured. */
export function ranFor(runMs: number): Measured {
  return { runMs, cpuMs: null, memoryPeakBytes: null, exitCode: null };
}

/** A code as other programs gave it, or the fallback when it is none. */
export function codeOr(fallback: string, code: unknown): string {
  return typeof code === 'string' && CODE.test(code) ? code : fallback;
}

function message(text: string): string {
  return storable(text.length > MESSAGE_LENGTH_MAX ? `${text.slice(0, MESSAGE_LENGTH_MAX)}…` : text);
}

export function completed(output: Json, measured: Measured): Outcome {
  return { kind: 'COMPLETED', output, measured };
}

/** Refusals by rule: the same work would be refused again, so the task is not tried again. */
const REFUSALS: ReadonlySet<string> = new Set([
  'INVALID_URL',
  'MODULE_OUTSIDE_ROOT',
  'PRIVATE_ADDRESS_REFUSED',
  'SECRET_IN_SIGHT',
  'TEMPLATE_IN_SHELL',
  'TEMPLATE_INVALID',
  'UNSUPPORTED_SCHEME',
]);

/** A rule refused the work: whoever runs it would refuse it again. */
export function rejected(code: string, text: string, measured: Measured): Outcome {
  return { kind: 'FAILED', failure: { kind: 'REJECTED', code, message: message(text) }, measured };
}

/** The work itself failed; spends one of the task's attempts, or all of them when a rule refused it. */
export function failed(code: string, text: string, measured: Measured): Outcome {
  if (REFUSALS.has(code)) return rejected(code, text, measured);
  return { kind: 'FAILED', failure: { kind: 'ERROR', code, message: message(text) }, measured };
}

/** What runs the work failed, not the work; retried without spending the task's attempts. */
export function crashed(code: string, text: string, measured: Measured): Outcome {
  return { kind: 'CRASHED', failure: { kind: 'CRASHED', code, message: message(text) }, measured };
}

/** What it gets to end by itself. None where others may run it already. */
export function graceOf({ forced }: StopSignal, graceMs: number): number {
  return forced === true ? 0 : graceMs;
}

/** The outcome of an attempt that was told to stop. Any reason but the known ones counts as a cancellation. */
export function stopped(reason: unknown, measured: Measured): Outcome {
  if (reason === ('TIMED_OUT' satisfies AbortReason)) {
    const text = `The attempt ran longer than its execution timeout and was stopped after ${Math.round(measured.runMs)} ms.`;
    return {
      kind: 'TIMED_OUT',
      failure: { kind: 'TIMEOUT', code: 'EXECUTION_TIMEOUT', message: text },
      measured,
    };
  }
  if (reason === ('SHUTDOWN' satisfies AbortReason)) {
    return crashed('SHUTDOWN', 'The process that ran the attempt was shut down.', measured);
  }
  if (reason === ('LOST' satisfies AbortReason)) {
    return crashed('LOST', 'The node that ran the attempt had lost its lease.', measured);
  }
  return {
    kind: 'CANCELLED',
    failure: { kind: 'ERROR', code: 'CANCELLED', message: 'The attempt was cancelled.' },
    measured,
  };
}
