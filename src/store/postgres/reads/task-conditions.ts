/** The filter of tasks in SQL, for their pages and counts. */
import { isTerminal, type TaskStatus } from '../../../lifecycle/vocabulary.js';
import type { TaskFilter } from '../../reads.js';
import { toStoredText } from '../stored-text.js';
import { addTenant, Conditions } from './conditions.js';
import { containsPattern } from './search-pattern.js';

/** Over `TASK_TABLES`. */
export function taskConditions(filter: TaskFilter, ofTenant = addTenant): Conditions {
  const conditions = new Conditions();
  conditions.add('task_state.deleted_at IS NULL');
  conditions.addIf(filter.meshId, 'task.mesh_id = ?::uuid');
  if (filter.statuses) addStatuses(filter.statuses, conditions);
  conditions.addIf(filter.priorities, 'task.priority = ANY(?::text[])');
  conditions.addIf(filter.taskTypes, 'task.task_type = ANY(?::text[])');
  conditions.addIf(filter.layers, 'task.layer = ANY(?::text[])');
  conditions.addIf(filter.workKinds, 'task.work_kind = ANY(?::text[])');
  // Said twice, because the index on tags leaves out tasks without any and the planner cannot conclude it.
  if (filter.tags?.length)
    conditions.add(`task.tags @> ?::text[] AND task.tags <> '{}'`, filter.tags.map(toStoredText));
  if (filter.search)
    conditions.add('(task.key ILIKE ? OR task.name ILIKE ?)', containsPattern(filter.search));
  conditions.addIf(filter.createdAfter, 'task.created_at >= ?::timestamptz');
  conditions.addIf(filter.createdBefore, 'task.created_at < ?::timestamptz');
  ofTenant(conditions, filter.tenant, 'task.mesh_id');
  return conditions;
}

export function areTerminal(statuses: readonly TaskStatus[] | undefined): boolean {
  return statuses?.every(isTerminal) ?? false;
}

/** No index has the status, or updates could not stay on their page; the open ones are among few. */
function addStatuses(statuses: readonly TaskStatus[], conditions: Conditions): void {
  conditions.add('task_state.status = ANY(?::text[])', statuses);
  if (!statuses.some(isTerminal)) conditions.add('task.id IN (SELECT task_id FROM open_task_candidate)');
}
