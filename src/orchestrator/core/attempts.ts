/**
 * What layers tell of attempts: outcomes, progress, signs of life. An outcome counts only for the attempt and token that
 * run; anything else is late and refused. The attempt's place is given back here and nowhere else.
 */
import type { AttemptKey, Failure, Outcome } from '../../lifecycle/task.js';
import { isCrash, isSpent, judge } from '../../lifecycle/outcome.js';
import type { LiveAttempt, TaskState } from '../../lifecycle/mesh-state.js';
import { isTerminal } from '../../lifecycle/vocabulary.js';
import { end, outcomeRow, queue } from './advance.js';
import { retrySpec } from './asked.js';
import type { CoreState } from './core-state.js';
import { attemptDueAt } from './schedule.js';

export function attemptSettled(core: CoreState, key: AttemptKey, outcome: Outcome): void {
  core.strangers.delete(key.token);
  const task = core.running.get(key.token);
  const live = task?.live;
  if (task === undefined || live == null || task.id !== key.taskId || live.attempt !== key.attempt) {
    refuseLate(core, key, outcome);
    return;
  }
  vacate(core, task, live);
  if (isTerminal(task.status)) letGo(core, task);
  else conclude(core, task, live, timed(outcome, live, task));
}

export function refuseLate(core: CoreState, { taskId, attempt, token }: AttemptKey, outcome: Outcome): void {
  // A server that never began an attempt, or has ended it already, is asked for it after each change of leaders: that tells nothing.
  if (outcome.kind === 'CRASHED' && outcome.failure.code === 'LOST') return;
  const { kind } = outcome;
  const task = core.tasks.get(taskId);
  if (task !== undefined) core.ledger.event('LATE_OUTCOME_REFUSED', task, { attempt, token, outcome: kind });
}

/** Only the core knows which of its limits was broken. */
function timed(outcome: Outcome, live: LiveAttempt, task: TaskState): Outcome {
  if (outcome.kind !== 'TIMED_OUT' || live.overdue === null) return outcome;
  const limit = live.overdue === 'HEARTBEAT_TIMEOUT' ? 'heartbeatTimeoutMs' : 'executionTimeoutMs';
  const what = live.overdue === 'HEARTBEAT_TIMEOUT' ? 'gave no sign of life for' : 'ran longer than';
  const learned = live.overdue === 'EXECUTION_TIMEOUT' && live.timeoutMs !== null;
  const message = learned
    ? `${what} ${live.timeoutMs} ms, the limit learned for "${task.spec?.typeKey}", and was stopped; give the task an executionTimeoutMs of its own, or set learning.timeouts = false`
    : `${what} ${limit} = ${task.spec?.[limit]} ms and was stopped`;
  return { ...outcome, failure: { kind: 'TIMEOUT', code: live.overdue, message } };
}

/** The attempt is really over: room, key and RESOURCE neighbours are free again. */
function vacate(core: CoreState, task: TaskState, live: LiveAttempt): void {
  core.rooms.giveBack(live.layer, live.node, live.demand);
  core.hasNewRoom = true;
  task.live = null;
  core.running.delete(live.token);
  task.mesh.live--;
  core.freed(task);
}

/** Its end was told long before its attempt's; what could not be forgotten then can be now. */
function letGo(core: CoreState, task: TaskState): void {
  task.spec = null;
  if (task.old) core.graveyard.push(task);
}

function conclude(core: CoreState, task: TaskState, live: LiveAttempt, outcome: Outcome): void {
  const spec = task.spec;
  if (spec === null) return;
  core.ledger.batch.outcomes.push(
    outcomeRow(task, live, {
      outcome: outcome.kind === 'CANCELLED' ? 'CRASHED' : outcome.kind,
      failure: outcome.kind === 'COMPLETED' ? null : outcome.failure,
      measured: outcome.measured,
    }),
  );
  if (isSpent(outcome)) task.spent++;
  const verdict = judge(outcome, retrySpec(core, spec, outcome), task, core.ports.unit());
  if (isCrash(outcome)) task.crashes++;
  if (outcome.kind !== 'COMPLETED') task.lastError = outcome.failure.code;
  const runMs = outcome.measured.runMs;
  if (outcome.kind !== 'CANCELLED' && !isCrash(outcome)) {
    const failureCode = outcome.kind === 'COMPLETED' ? null : outcome.failure.code;
    const { layer } = live;
    core.ledger.effect({ kind: 'observe', taskId: task.id, layer, spec, runMs, failureCode });
  }
  if (verdict.kind === 'complete' && outcome.kind === 'COMPLETED') {
    end(core, task, 'COMPLETED', { output: outcome.output, runMs });
  } else if (verdict.kind === 'retry') {
    retryLater(core, task, verdict.delayMs, verdict.failure);
  } else if (verdict.kind === 'requeue') {
    queue(core, task, { attempt: live.attempt, lost: { ...verdict.failure } });
  } else if (verdict.kind === 'fail') {
    end(core, task, 'FAILED', { failure: verdict.failure, runMs });
  }
}

function retryLater(core: CoreState, task: TaskState, delayMs: number, failure: Failure): void {
  task.availableAt = core.now + delayMs;
  const row = core.move(task, 'RETRYING');
  row.failure = failure;
  core.moved(task, 'TASK_RETRYING', 'RUNNING', { attempt: task.attempt, delayMs, failure: { ...failure } });
  core.setDue(task, task.availableAt);
}

/** A step of at least a percent is a fact worth keeping; the sink has already thinned them out in time. */
export function attemptProgressed(
  core: CoreState,
  key: AttemptKey,
  fraction: number,
  message: string | null,
): void {
  const task = runningTask(core, key);
  if (task === undefined) return;
  const percent = Math.round(fraction * 100);
  if (percent === task.progress && message === null) return;
  task.progress = percent;
  core.ledger.event('TASK_PROGRESSED', task, {
    attempt: key.attempt,
    fraction,
    ...(message === null ? {} : { message }),
  });
}

export function attemptAlive(core: CoreState, key: AttemptKey): void {
  const task = runningTask(core, key);
  if (task?.live == null || task.spec?.heartbeatTimeoutMs == null) return;
  task.live.heartbeatAt = core.now;
  core.setDue(task, attemptDueAt(task));
}

function runningTask(core: CoreState, key: AttemptKey): TaskState | undefined {
  const task = core.running.get(key.token);
  return task?.status === 'RUNNING' && task.id === key.taskId ? task : undefined;
}
