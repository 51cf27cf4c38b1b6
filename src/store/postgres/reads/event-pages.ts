/**
 * Pages and counts of the history. Times become sequence numbers inside the statement (`taskmesh_event_seq_at`), since
 * the history is indexed by them alone. Called by `PostgresReads`.
 */
import type pg from 'pg';
import type { CommittedEvent, EventType } from '../../../events/catalogue.js';
import type { JsonObject } from '../../../kit/json.js';
import type { HistoryFilter, Page, PageRequest } from '../../reads.js';
import { seek, type Keyset } from './keyset.js';
import { addTenant, addTenantSet, Conditions } from './conditions.js';
import { encodeCursor, pageOf, type CursorValue } from './page-cursor.js';

interface EventColumns {
  readonly seq: string;
  readonly at: Date;
  readonly type: EventType;
  readonly mesh_id: string;
  readonly task_id: string | null;
  readonly from_status: string | null;
  readonly to_status: string | null;
  readonly payload: JsonObject;
}

export async function eventPage(
  pool: pg.Pool,
  filter: HistoryFilter,
  page: PageRequest & { readonly newestFirst: boolean },
): Promise<Page<CommittedEvent>> {
  const conditions = eventConditions(filter);
  const keyset = keysetOf(filter, page.newestFirst);
  const rest = seek(keyset, page, conditions);
  const text = `SELECT seq, at, type, mesh_id, task_id, from_status, to_status, payload FROM event ${conditions.where} ${rest}`;
  const { rows } = await pool.query<EventColumns>(text, conditions.values);
  return pageOf(rows.map(committedEvent), page.first, (event) =>
    encodeCursor(keyset.name, cursorOf(filter, event)),
  );
}

export async function eventCount(pool: pg.Pool, filter: HistoryFilter): Promise<number> {
  const conditions = eventConditions(filter, addTenantSet);
  const text = `SELECT count(*) AS count FROM event ${conditions.where}`;
  const { rows } = await pool.query<{ count: string }>(text, conditions.values);
  return Number(rows[0]?.count);
}

/**
 * The order of the index that has the events of the task or mesh together. Left to itself (`mesh_id = ? ORDER BY seq`), the
 * planner expects them spread evenly over the history and reads all of it from the end; hence the ranges of one value
 * below, which keep it from dropping the first column of this order.
 */
function keysetOf({ taskId, meshId }: HistoryFilter, newestFirst: boolean): Keyset {
  const direction = newestFirst ? 'DESC' : 'ASC';
  const seq = { sql: 'seq', kind: 'seq' } as const;
  if (taskId === undefined && meshId === undefined) {
    return { name: `events ${direction}`, columns: [seq], descending: newestFirst };
  }
  const of = taskId === undefined ? 'mesh' : 'task';
  const columns = [{ sql: `${of}_id`, kind: 'uuid' } as const, seq];
  return { name: `events of ${of} ${direction}`, columns, descending: newestFirst };
}

function cursorOf({ taskId, meshId }: HistoryFilter, { seq }: CommittedEvent): CursorValue[] {
  const of = taskId ?? meshId;
  return of === undefined ? [seq] : [of, seq];
}

/** `since` is included, `until` is not: what came at or before the millisecond ahead of each is cut by its seq. */
function eventConditions(filter: HistoryFilter, ofTenant = addTenant): Conditions {
  const conditions = new Conditions();
  conditions.addIf(filter.meshId, 'mesh_id BETWEEN ?::uuid AND ?::uuid');
  conditions.addIf(filter.taskId, 'task_id BETWEEN ?::uuid AND ?::uuid');
  conditions.addIf(filter.types, 'type = ANY(?::text[])');
  conditions.addIf(filter.since, `seq > ${seqBefore('?')}`);
  conditions.addIf(filter.until, `seq <= ${seqBefore('?')}`);
  ofTenant(conditions, filter.tenant, 'event.mesh_id');
  return conditions;
}

/** In a subquery, so that it is computed once and not for every row. */
function seqBefore(placeholder: string): string {
  return `(SELECT taskmesh_event_seq_at(${placeholder}::timestamptz - interval '1 millisecond'))`;
}

function committedEvent(row: EventColumns): CommittedEvent {
  return {
    seq: Number(row.seq),
    at: row.at.getTime(),
    type: row.type,
    meshId: row.mesh_id,
    taskId: row.task_id,
    from: row.from_status,
    to: row.to_status,
    payload: row.payload,
  };
}
