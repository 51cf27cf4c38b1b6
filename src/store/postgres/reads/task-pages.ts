/**
 * Pages and counts of tasks by filter and order. SQL and not Prisma, which can neither order by the rank of a priority
 * nor join tables without foreign keys. Called by `PostgresReads`.
 */
import type pg from 'pg';
import { PRIORITIES } from '../../../lifecycle/vocabulary.js';
import type { Page, PageRequest, TaskFilter, TaskOrder, TaskRecord } from '../../reads.js';
import { toStoredText } from '../stored-text.js';
import { seek, type Keyset } from './keyset.js';
import { encodeCursor, pageOf, type CursorKind, type CursorValue } from './page-cursor.js';
import { areTerminal, taskConditions } from './task-conditions.js';
import { TASK_COLUMNS, TASK_TABLES, taskRecord, type TaskRow } from './task-rows.js';

interface SortColumn {
  readonly sql: string;
  readonly kind: CursorKind;
  readonly id: string;
  readonly valueOf: (task: TaskRecord) => CursorValue;
}

const RANK = `array_position(ARRAY['${PRIORITIES.join("', '")}'], task.priority)`;
const ID = 'task.id';

const SORT_COLUMNS: Readonly<Record<TaskOrder['field'], SortColumn>> = {
  CREATED_AT: { sql: 'task.created_at', id: ID, kind: 'instant', valueOf: (task) => task.createdAt.getTime() },
  UPDATED_AT: { sql: 'task_state.updated_at', id: ID, kind: 'instant', valueOf: (task) => task.updatedAt.getTime() },
  FINISHED_AT: {
    sql: 'task_state.finished_at',
    // The id as the index on finished_at has it.
    id: 'task_state.task_id',
    kind: 'instantOrNull',
    valueOf: (task) => task.finishedAt?.getTime() ?? null,
  },
  // Ranks of arrays count from 1.
  PRIORITY: { sql: RANK, id: ID, kind: 'rank', valueOf: (task) => PRIORITIES.indexOf(task.priority) + 1 },
  NAME: { sql: 'task.name', id: ID, kind: 'text', valueOf: (task) => toStoredText(task.name) },
};

export async function taskPage(
  pool: pg.Pool,
  filter: TaskFilter,
  order: TaskOrder,
  page: PageRequest,
): Promise<Page<TaskRecord>> {
  const keyset = keysetOf(filter, order);
  const conditions = taskConditions(filter);
  const rest = seek(keyset, page, conditions);
  const text = `SELECT ${TASK_COLUMNS} FROM ${TASK_TABLES} ${conditions.where} ${rest}`;
  const { rows } = await pool.query<TaskRow>(text, conditions.values);
  const { valueOf } = SORT_COLUMNS[order.field];
  return pageOf(rows.map(taskRecord), page.first, (task) => encodeCursor(keyset.name, [valueOf(task), task.id]));
}

export async function taskCount(pool: pg.Pool, filter: TaskFilter): Promise<number> {
  const conditions = taskConditions(filter);
  const text = `SELECT count(*) AS count FROM ${TASK_TABLES} ${conditions.where}`;
  const { rows } = await pool.query<{ count: string }>(text, conditions.values);
  return Number(rows[0]?.count);
}

/** Among ended tasks no `finished_at` is null; saying so lets an index give the order. */
function keysetOf(filter: TaskFilter, { field, direction }: TaskOrder): Keyset {
  const { sql, kind, id } = SORT_COLUMNS[field];
  const leading = { sql, kind: kind === 'instantOrNull' && areTerminal(filter.statuses) ? ('instant' as const) : kind };
  return {
    name: `tasks ${field} ${direction}`,
    columns: [leading, { sql: id, kind: 'uuid' }],
    descending: direction === 'DESC',
  };
}
