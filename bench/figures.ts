/** The arithmetic of the bench: every figure it prints is made here, the same for the product and for its peers. */
import type { Graph } from './graphs.js';

/** What one measurement of a workload saw. Times are ms by one monotonic clock. */
export interface Run {
  readonly submitMs: number;
  /** By task: when its handler was called and when it was done. */
  readonly startedAt: readonly number[];
  readonly doneAt: readonly number[];
  /** When the store said that nothing is left. */
  readonly endedAt: number;
  /** What the contestant's own process used between the first handler call and the last, ms of processor time. */
  readonly cpuMs: number;
  /** Handler calls beyond the first one of a task. */
  readonly repeated: number;
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Of an even number of values the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Tasks a second from the first handler call to the store saying that all is done. */
export function throughputOf({ startedAt, endedAt }: Run): number {
  return (startedAt.length / (endedAt - least(startedAt))) * 1000;
}

/** The same with the submission, which all contestants finish before they start. */
export function throughputWithSubmission(run: Run): number {
  return (run.startedAt.length / (run.endedAt - least(run.startedAt) + run.submitMs)) * 1000;
}

/** In a chain: from a task being done to its child being started, ms. */
export function stepsOf({ startedAt, doneAt }: Run): number[] {
  return startedAt.slice(1).map((at, task) => at - (doneAt[task] as number));
}

function least(values: readonly number[]): number {
  return values.reduce((lowest, value) => Math.min(lowest, value), Number.POSITIVE_INFINITY);
}

/** A figure that was reached by breaking the order is none. */
export function assertOrder({ parents }: Graph, { startedAt, doneAt }: Run): void {
  const wrong = parents.findIndex((sources, task) =>
    sources.some((source) => (doneAt[source] as number) > (startedAt[task] as number)),
  );
  if (wrong >= 0) throw new Error(`task ${wrong} was started before its parents were done`);
}
