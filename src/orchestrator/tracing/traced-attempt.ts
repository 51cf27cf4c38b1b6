/**
 * An attempt as a span of the trace that its task was submitted in, and the time that the task stood in the queue as one before
 * it. Called by the dispatcher where tracing is enabled.
 */
import type { Tracer } from '../../kit/trace/tracer.js';
import type { LiveAttempt, TaskState } from '../../lifecycle/mesh-state.js';
import type { Outcome } from '../../lifecycle/task.js';
import type { AttemptStart } from '../../work/attempt.js';
import { traceOf } from './task-trace.js';

export async function tracedAttempt(
  tracer: Tracer,
  task: TaskState,
  live: LiveAttempt,
  { start, run }: { readonly start: AttemptStart; readonly run: (start: AttemptStart) => Promise<Outcome> },
): Promise<Outcome> {
  const attributes = {
    'taskmesh.task.id': task.id,
    'taskmesh.task.name': start.taskName,
    'taskmesh.mesh.id': start.meshId,
    'taskmesh.attempt': start.attempt,
  };
  const span = tracer.start('attempt', { attributes, ...traceOf(task.spec) });
  tracer.start('queue', { attributes, parent: span.traceparent, beganMsAgo: live.waitMs }).end();
  const outcome = await run({ ...start, traceparent: span.traceparent });
  span.end(outcome.kind === 'COMPLETED' ? undefined : `${outcome.failure.code}: ${outcome.failure.message}`);
  return outcome;
}
