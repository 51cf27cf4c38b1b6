/**
 * Queued tasks that could start and are kept back on purpose, because their plan waits for a better place that is busy. They come
 * back into the queue whenever a place has become free. None waits longer than it would have taken where it could have started at
 * once: then it starts wherever there is room, so that it ends at worst a little later than twice what it would have taken there
 * (the rent-or-buy bound of Karlin, Manasse, Rudolph and Sleator, 1988), whatever its plan had expected.
 */
import type { MeshState, TaskState } from '../../lifecycle/mesh-state.js';
import type { PlanWait } from '../placement/mesh-plans.js';
import type { CoreState } from './core-state.js';

/** A clock that ticks in milliseconds makes no use of less. */
const PATIENCE_MS_MIN = 10;

export function keepBack(core: CoreState, task: TaskState, wait: PlanWait): void {
  if (!core.waits.has(task)) beginWait(core, task, wait);
  core.keepBack(task);
}

function beginWait(core: CoreState, task: TaskState, wait: PlanWait): void {
  const until = core.now + Math.max(PATIENCE_MS_MIN, wait.otherwiseSeconds * 1000);
  core.waits.set(task, { queueDueAt: task.dueAt, isOver: false, turn: undefined });
  if (until < task.dueAt) core.setDue(task, until);
  const row = core.ledger.taskRow(task);
  core.sync(task, row);
  row.reason = reasonOf(wait);
}

function reasonOf({ place, waitSeconds, otherwiseSeconds }: PlanWait): string {
  return `waits for ${place}, expected to have room in ${told(waitSeconds)}; where there is room now it would take ${told(otherwiseSeconds)}`;
}

function told(seconds: number): string {
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

/** Back into the queue, to be decided on with all others of its mesh. */
export function letBack(core: CoreState, mesh: MeshState): void {
  const tasks = core.kept.get(mesh);
  if (tasks === undefined) return;
  core.kept.delete(mesh);
  for (const task of tasks) core.place(task);
}

/** A place has become free, or there are others than before. */
export function letAllBack(core: CoreState): void {
  for (const mesh of [...core.kept.keys()]) letBack(core, mesh);
}

/** Its deadline has come. True: it waited for a better place, and does so no more; false: it is the deadline of the queue. */
export function endWait(core: CoreState, task: TaskState): boolean {
  const wait = core.waits.get(task);
  if (wait === undefined || wait.isOver || wait.queueDueAt <= core.now) return false;
  core.waits.set(task, { ...wait, isOver: true });
  core.setDue(task, wait.queueDueAt);
  const tasks = core.kept.get(task.mesh);
  if (tasks?.delete(task) === true) core.place(task);
  if (tasks?.size === 0) core.kept.delete(task.mesh);
  return true;
}
