/**
 * Pages and counts of tasks by filter and order. SQL and not Prisma, which can neither order by the rank of a priority
 * nor join tables without foreign keys. Called by `PostgresReads`.
 */
import type pg from 'pg';
import { PRIORITIES } from '../../../lifecycle/vocabulary.js';
import type { Page, PageRequest, TaskFilter, TaskOrder, TaskRecord } from '../../reads.js';
import { toStoredText } from '../stored-text.js';
import { seek, type Keyset } from './keyset.js';
import { encodeCursor, pageOf, type CursorValue } from './page-cursor.js';
import { areTerminal, taskConditions } from './task-conditions.js';
import { TASK_COLUMNS, TASK_TABLES, taskRecord, type TaskRow } from './task-rows.js';

interface Sorting {
  readonly columns: Keyset['columns'];
  readonly cursorOf: (task: TaskRecord) => CursorValue[];
}

const RANK = `array_position(ARRAY['${PRIORITIES.join("', '")}'], task.priority)`;
const ID = { sql: 'task.id', kind: 'uuid' } as const;

const SORTINGS: Readonly<Record<TaskOrder['field'], Sorting>> = {
  CREATED_AT: {
    columns: [{ sql: 'task.created_at', kind: 'instant' }, ID],
    cursorOf: (task) => [task.createdAt.getTime(), task.id],
  },
  UPDATED_AT: {
    columns: [{ sql: 'task_state.updated_at', kind: 'instant' }, ID],
    cursorOf: (task) => [task.updatedAt.getTime(), task.id],
  },
  FINISHED_AT: {
    columns: [{ sql: 'task_state.finished_at', kind: 'instantOrNull' }, ID],
    cursorOf: (task) => [task.finishedAt?.getTime() ?? null, task.id],
  },
  // Ranks of arrays count from 1.
  PRIORITY: {
    columns: [{ sql: RANK, kind: 'rank' }, ID],
    cursorOf: (task) => [PRIORITIES.indexOf(task.priority) + 1, task.id],
  },
  NAME: {
    columns: [{ sql: 'task.name', kind: 'text' }, ID],
    cursorOf: (task) => [toStoredText(task.name), task.id],
  },
};

/**
 * By creation within one mesh, the most asked of all pages: ordinals count the tasks of a mesh as they are made, and an
 * index has them by mesh. By `created_at` the planner would read all older tasks of all meshes first.
 */
const WITHIN_MESH: Sorting = {
  columns: [{ sql: 'task.ordinal', kind: 'seq' }, ID],
  cursorOf: (task) => [task.ordinal, task.id],
};

/** Among ended tasks no `finished_at` is null; saying so, with the id as that index has it, lets an index give the order. */
const AMONG_ENDED: Sorting = {
  ...SORTINGS.FINISHED_AT,
  columns: [
    { sql: 'task_state.finished_at', kind: 'instant' },
    { sql: 'task_state.task_id', kind: 'uuid' },
  ],
};

export async function taskPage(
  pool: pg.Pool,
  filter: TaskFilter,
  order: TaskOrder,
  page: PageRequest,
): Promise<Page<TaskRecord>> {
  const { columns, cursorOf } = sortingOf(filter, order);
  const within = filter.meshId === undefined ? 'tasks' : 'tasks of mesh';
  const name = `${within} ${order.field} ${order.direction}`;
  const conditions = taskConditions(filter);
  const rest = seek({ name, columns, descending: order.direction === 'DESC' }, page, conditions);
  const text = `SELECT ${TASK_COLUMNS} FROM ${TASK_TABLES} ${conditions.where} ${rest}`;
  const { rows } = await pool.query<TaskRow>(text, conditions.values);
  return pageOf(rows.map(taskRecord), page.first, (task) => encodeCursor(name, cursorOf(task)));
}

export async function taskCount(pool: pg.Pool, filter: TaskFilter): Promise<number> {
  const conditions = taskConditions(filter);
  const text = `SELECT count(*) AS count FROM ${TASK_TABLES} ${conditions.where}`;
  const { rows } = await pool.query<{ count: string }>(text, conditions.values);
  return Number(rows[0]?.count);
}

function sortingOf(filter: TaskFilter, { field }: TaskOrder): Sorting {
  if (field === 'CREATED_AT' && filter.meshId !== undefined) return WITHIN_MESH;
  if (field === 'FINISHED_AT' && areTerminal(filter.statuses)) return AMONG_ENDED;
  return SORTINGS[field];
}
