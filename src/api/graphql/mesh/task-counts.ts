/** Tasks by status, from the store's sparse record to the full row the API shows. */
import { TASK_STATUSES, type TaskStatus } from '../../../lifecycle/vocabulary.js';
import type { TaskCounts } from './mesh.type.js';

type Sparse = Readonly<Partial<Record<TaskStatus, number>>>;

export function taskCounts(counts: Sparse): TaskCounts {
  const of = (status: TaskStatus): number => counts[status] ?? 0;
  return {
    total: TASK_STATUSES.reduce((sum, status) => sum + of(status), 0),
    pending: of('PENDING'),
    held: of('HELD'),
    queued: of('QUEUED'),
    running: of('RUNNING'),
    retrying: of('RETRYING'),
    completed: of('COMPLETED'),
    failed: of('FAILED'),
    cancelled: of('CANCELLED'),
    skipped: of('SKIPPED'),
    upstreamFailed: of('UPSTREAM_FAILED'),
  };
}

export function countStatuses(tasks: readonly { readonly status: TaskStatus }[]): Sparse {
  const counts: Partial<Record<TaskStatus, number>> = {};
  for (const { status } of tasks) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
