/**
 * The trace of a task, in its metadata: `traceparent` is the span that its attempts hang below, `tracelink` that of the run it is
 * a rerun of. Written by commands that are traced, read where an attempt starts.
 */
import { readTraceparent } from '../../kit/trace/tracer.js';
import type { TaskSpec } from '../../lifecycle/task.js';

/** One that its author has put into a trace stays there. */
export function firstTrace(spec: TaskSpec, traceparent: string | undefined): TaskSpec {
  const { metadata } = spec;
  if (traceparent === undefined || readTraceparent(metadata.traceparent) !== undefined) return spec;
  return { ...spec, metadata: { ...metadata, traceparent } };
}

/** A rerun may come days after the run: it has a trace of its own, linked to that one. */
export function rerunTrace(spec: TaskSpec, traceparent: string | undefined): TaskSpec {
  if (traceparent === undefined) return spec;
  const { traceparent: before, tracelink: _older, ...others } = spec.metadata;
  const metadata = { ...others, traceparent };
  if (before === undefined || readTraceparent(before) === undefined) return { ...spec, metadata };
  return { ...spec, metadata: { ...metadata, tracelink: before } };
}

/** As the options of a span. */
export function traceOf(spec: TaskSpec | null | undefined): { parent?: string; link?: string } {
  const { traceparent: parent, tracelink: link } = spec?.metadata ?? {};
  return {
    ...(typeof parent === 'string' && { parent }),
    ...(typeof link === 'string' && { link }),
  };
}
