/**
 * Events with $1 < seq <= $2, at most $3. One statement per way of asking, each walking its own index: a single one with
 * `$n IS NULL OR ...` would, once planned generically, scan the whole history for the events of one task. For the same
 * reason a mesh or a task is asked for as a range of rows in the order of its index: with `mesh_id = $4 ORDER BY seq` the
 * planner expects its events spread evenly over the history and reads all of it.
 */
import type { EventFilter } from '../../../store.js';

export interface EventStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

export function eventsAfter(
  range: { after: number; to: number; limit: number },
  filter: EventFilter,
): EventStatement {
  const values: unknown[] = [range.after, range.to, range.limit];
  const asked: string[] = [];
  const bind = (name: string, value: unknown): string => {
    asked.push(name);
    return `$${values.push(value)}`;
  };
  const { conditions, order } = walked(filter, bind);
  if (filter.types !== undefined) conditions.push(`type = ANY(${bind('type', filter.types)}::text[])`);
  if (filter.statuses !== undefined)
    conditions.push(`to_status = ANY(${bind('status', filter.statuses)}::text[])`);
  const text = `
    SELECT seq, extract(epoch FROM at) * 1000 AS at, type, mesh_id, task_id, from_status, to_status, payload
    FROM event WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT $3`;
  return { name: ['taskmesh_events_after', ...asked].join('_'), text, values };
}

/** The range of one index that holds what is asked for, and its order. */
function walked(
  { meshId, taskId }: EventFilter,
  bind: (name: string, value: unknown) => string,
): { conditions: string[]; order: string } {
  const column = taskId !== undefined ? 'task_id' : 'mesh_id';
  const one = taskId ?? meshId;
  if (one === undefined) return { conditions: ['seq > $1', 'seq <= $2'], order: 'seq' };
  const id = `${bind(column, one)}::uuid`;
  const conditions = [`(${column}, seq) > (${id}, $1)`, `(${column}, seq) <= (${id}, $2)`];
  if (taskId !== undefined && meshId !== undefined)
    conditions.push(`mesh_id = ${bind('of_mesh', meshId)}::uuid`);
  return { conditions, order: `${column}, seq` };
}
