/**
 * Events with $1 < seq <= $2, at most $3. One statement per way of asking, each walking its own index: a single one with
 * `$n IS NULL OR ...` would, once planned generically, scan the whole history for the events of one task.
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
  const conditions = ['seq > $1', 'seq <= $2'];
  const values: unknown[] = [range.after, range.to, range.limit];
  const asked: string[] = [];
  const add = (name: string, value: unknown, condition: string): void => {
    if (value === undefined) return;
    asked.push(name);
    conditions.push(condition.replace('?', `$${values.push(value)}`));
  };
  add('mesh', filter.meshId, 'mesh_id = ?::uuid');
  add('task', filter.taskId, 'task_id = ?::uuid');
  add('type', filter.types, 'type = ANY(?::text[])');
  add('status', filter.statuses, 'to_status = ANY(?::text[])');
  const text = `
    SELECT seq, extract(epoch FROM at) * 1000 AS at, type, mesh_id, task_id, from_status, to_status, payload
    FROM event WHERE ${conditions.join(' AND ')} ORDER BY seq LIMIT $3`;
  return { name: ['taskmesh_events_after', ...asked].join('_'), text, values };
}
