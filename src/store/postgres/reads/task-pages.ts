/**
 * Pages and counts of tasks by filter and order. SQL and not Prisma, which can neither order by the rank of a priority
 * nor join tables without foreign keys. Called by `PostgresReads`.
 */
import type pg from 'pg';
import { PRIORITIES, TERMINAL_STATUSES, type TaskStatus } from '../../../lifecycle/vocabulary.js';
import { DEFAULT_TENANT } from '../../../lifecycle/role.js';
import type { Page, PageRequest, TaskFilter, TaskOrder } from '../../reads.js';
import type { Queries } from '../sessions/queries.js';
import { toStoredText } from '../stored-text.js';
import { seek, type Keyset } from './keyset.js';
import { encodeCursor, pageOf, type CursorValue } from './page-cursor.js';
import { addTenantSet } from './conditions.js';
import { areTerminal, taskConditions } from './task-conditions.js';
import { TASK_TABLES, type TaskRow, type TaskShape } from './task-rows.js';

interface Sorting {
  readonly columns: Keyset['columns'];
  /** Selected beside the columns of a shape, for the cursor. */
  readonly needs?: string;
  readonly cursorOf: (row: SortedRow) => CursorValue[];
}

/** The end is a column where tasks are in its order. */
interface SortedRow extends TaskRow {
  readonly ended_seq?: string;
}

const RANK = `array_position(ARRAY['${PRIORITIES.join("', '")}'], task.priority)`;
const ID = { sql: 'task.id', kind: 'uuid' } as const;

const SORTINGS: Readonly<Record<TaskOrder['field'], Sorting>> = {
  CREATED_AT: {
    columns: [{ sql: 'task.created_at', kind: 'instant' }, ID],
    cursorOf: ({ created_at, id }) => [created_at.getTime(), id],
  },
  UPDATED_AT: {
    columns: [{ sql: 'task_state.updated_at', kind: 'instant' }, ID],
    needs: 'task_state.updated_at',
    cursorOf: ({ updated_at, id }) => [updated_at.getTime(), id],
  },
  FINISHED_AT: {
    columns: [{ sql: 'task_state.finished_at', kind: 'instantOrNull' }, ID],
    needs: 'task_state.finished_at',
    cursorOf: ({ finished_at, id }) => [finished_at?.getTime() ?? null, id],
  },
  // Ranks of arrays count from 1.
  PRIORITY: {
    columns: [{ sql: RANK, kind: 'rank' }, ID],
    cursorOf: ({ spec, id }) => [PRIORITIES.indexOf(spec.priority) + 1, id],
  },
  NAME: {
    columns: [{ sql: 'task.name', kind: 'text' }, ID],
    cursorOf: ({ spec, id }) => [toStoredText(spec.name), id],
  },
};

/**
 * By creation within one mesh, the most asked of all pages: ordinals count the tasks of a mesh as they are made, and an
 * index has them by mesh. By `created_at` the planner would read all older tasks of all meshes first.
 */
const WITHIN_MESH: Sorting = {
  columns: [{ sql: 'task.ordinal', kind: 'seq' }, ID],
  needs: 'task.ordinal',
  cursorOf: ({ ordinal, id }) => [ordinal, id],
};

/**
 * Among ended tasks the order of their ends is the order of the events that tell of them, which a partial index has: by
 * `finished_at` all of them would be read and sorted.
 */
const AMONG_ENDED: Sorting = {
  columns: [{ sql: 'ended.seq', kind: 'seq' }],
  needs: 'ended.seq AS ended_seq',
  cursorOf: ({ ended_seq }) => [Number(ended_seq)],
};

/** The predicates of `event_end_idx` and `event_unsuccessful_end_idx`, word for word. */
function endedTables(statuses: readonly TaskStatus[]): string {
  const all = statuses.includes('COMPLETED') ? TERMINAL_STATUSES : UNSUCCESSFUL;
  return `event AS ended JOIN task ON task.id = ended.task_id AND ended.task_id IS NOT NULL
          AND ended.to_status = ANY ('{${all.join(',')}}'::text[]) JOIN task_state ON task_state.task_id = task.id`;
}

const UNSUCCESSFUL = TERMINAL_STATUSES.filter((status) => status !== 'COMPLETED');

/**
 * First pages without a filter, or of one mesh, are prepared: there is no value to plan them for, and planning is more than
 * half of their work (0.25 of 0.45 ms). They read some rows more than was asked for, up to a whole step, because a statement
 * for every size would be two thousand a connection.
 */
const SIZE_STEP = 10;

/** What the prepared ones may say. */
export function isPlain(
  { tenant = DEFAULT_TENANT, meshId: _, ...rest }: TaskFilter,
  { after }: PageRequest,
): boolean {
  const isUnfiltered = Object.values(rest).every((value) => value === undefined || value === null);
  return isUnfiltered && tenant === DEFAULT_TENANT && (after === undefined || after === null);
}

/** Does this page read the tables of history? */
export function readsHistory({ statuses }: TaskFilter, { field }: TaskOrder): boolean {
  return field === 'FINISHED_AT' && areTerminal(statuses);
}

export interface TaskPage {
  readonly filter: TaskFilter;
  readonly order: TaskOrder;
  readonly page: PageRequest;
}

export async function taskPage<T>(
  pool: Queries,
  { filter, order, page }: TaskPage,
  shape: TaskShape<T>,
): Promise<Page<T>> {
  const ended = readsHistory(filter, order);
  const { columns, needs, cursorOf } = ended ? AMONG_ENDED : sortingOf(filter, order);
  const within = filter.meshId === undefined ? 'tasks' : 'tasks of mesh';
  const name = `${ended ? 'ended ' : ''}${within} ${order.field} ${order.direction}`;
  const conditions = taskConditions(filter);
  const plain = isPlain(filter, page);
  const first = plain ? Math.ceil(page.first / SIZE_STEP) * SIZE_STEP : page.first;
  const rest = seek(
    { name, columns, descending: order.direction === 'DESC' },
    { ...page, first },
    conditions,
  );
  const tables = ended ? endedTables(filter.statuses ?? []) : TASK_TABLES;
  const selected = needs === undefined ? shape.columns : `${shape.columns}, ${needs}`;
  const text = `SELECT ${selected} FROM ${tables} ${conditions.where} ${rest}`;
  const { values } = conditions;
  const prepared = plain
    ? { name: `${shape.name} ${name} ${first}${filter.tenant ? ' of a tenant' : ''}` }
    : {};
  const { rows } = await pool.query<SortedRow>({ text, values, ...prepared });
  const tasks = rows.slice(0, page.first + 1).map((row) => shape.recordOf(row));
  return pageOf(tasks, page.first, (_, index) => encodeCursor(name, cursorOf(rows[index] as SortedRow)));
}

export async function taskCount(pool: pg.Pool, filter: TaskFilter): Promise<number> {
  const conditions = taskConditions(filter, addTenantSet);
  const text = `SELECT count(*) AS count FROM ${TASK_TABLES} ${conditions.where}`;
  const { rows } = await pool.query<{ count: string }>(text, conditions.values);
  return Number(rows[0]?.count);
}

function sortingOf(filter: TaskFilter, { field }: TaskOrder): Sorting {
  if (field === 'CREATED_AT' && filter.meshId !== undefined) return WITHIN_MESH;
  return SORTINGS[field];
}
