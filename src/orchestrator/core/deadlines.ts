/**
 * What time alone brings about: a start that has come, a back-off that is over, a task too long in the queue, an attempt
 * over its time or silent. One deadline per task, in one heap: O(log n) per deadline that passes.
 */
import type { TaskState } from '../../lifecycle/mesh-state.js';
import { considerReady, end, queue } from './advance.js';
import type { CoreState } from './core-state.js';
import { endWait } from './kept-back.js';
import { attemptDueAt, beginTime, silentAt } from './schedule.js';

export function nextDueAt(core: CoreState): number {
  return core.timers.peek()?.dueAt ?? Number.POSITIVE_INFINITY;
}

export function passDeadlines(core: CoreState): void {
  for (
    let task = core.timers.peek();
    task !== undefined && task.dueAt <= core.now;
    task = core.timers.peek()
  ) {
    core.setDue(task, Number.POSITIVE_INFINITY);
    pass(core, task);
  }
}

function pass(core: CoreState, task: TaskState): void {
  if (task.status === 'PENDING') considerReady(core, task);
  else if (task.status === 'RETRYING') queue(core, task);
  else if (task.status === 'QUEUED') {
    if (!endWait(core, task)) queueTimedOut(core, task);
  } else if (task.status === 'RUNNING') attemptTimedOut(core, task);
}

/** The clock of the queue stands still while the mesh is paused: resuming arms it anew. */
function queueTimedOut(core: CoreState, task: TaskState): void {
  if (task.mesh.status === 'PAUSED') return;
  const message = `waited longer than queueTimeoutMs = ${task.spec?.queueTimeoutMs} for a free place`;
  end(core, task, 'FAILED', { failure: { kind: 'TIMEOUT', code: 'QUEUE_TIMEOUT', message } });
}

/** The layer ends the attempt and then reports the time-out as its outcome. */
function attemptTimedOut(core: CoreState, task: TaskState): void {
  const live = task.live;
  if (live === null || live.abort !== null) return;
  // its commit or its inputs are slow: what has not begun has not run too long
  if (!live.begun) beginTime(live, core.now);
  if (attemptDueAt(task) > core.now) {
    core.setDue(task, attemptDueAt(task));
    return;
  }
  live.overdue = silentAt(task) <= core.now ? 'HEARTBEAT_TIMEOUT' : 'EXECUTION_TIMEOUT';
  live.abort = 'TIMED_OUT';
  const key = { taskId: task.id, attempt: live.attempt, token: live.token };
  core.ledger.effect({ kind: 'abort', key, reason: 'TIMED_OUT' });
}
