/** Pages of the captured lines of a task, oldest first, through Prisma. Called by `PostgresReads`. */
import type pg from 'pg';
import type { Prisma, PrismaClient } from '../../../generated/prisma/client.js';
import type { LogLevel, LogStream } from '../../../lifecycle/vocabulary.js';
import type { LogFilter, Page, PageRequest } from '../../reads.js';
import type { StoredLogRow } from '../../store.js';
import { fromStoredText } from '../stored-text.js';
import { decodeCursor, encodeCursor, pageOf } from './page-cursor.js';
import { literalPattern } from './search-pattern.js';

const ORDER = 'logs';

/** Deleted tasks too: their lines stay. */
const TENANT_OF_TASK = {
  name: 'tenant_of_task',
  text: 'SELECT mesh.tenant_id FROM task JOIN mesh ON mesh.id = task.mesh_id WHERE task.id = $1',
} as const;

export async function isOfTenant(pool: pg.Pool, { taskId, tenant }: LogFilter): Promise<boolean> {
  if (tenant === undefined) return true;
  const { rows } = await pool.query<{ tenant_id: string }>({ ...TENANT_OF_TASK, values: [taskId] });
  return rows[0]?.tenant_id === tenant;
}

export async function logPage(
  prisma: PrismaClient,
  filter: LogFilter,
  page: PageRequest,
): Promise<Page<StoredLogRow>> {
  const cursor = decodeCursor(page.after, ORDER, ['seq']);
  const rows = await prisma.attemptLog.findMany({
    where: { ...logWhere(filter), id: cursor && { gt: BigInt(cursor[0] as number) } },
    orderBy: { id: 'asc' },
    take: page.first + 1,
  });
  return pageOf(rows.map(storedLine), page.first, (line) => encodeCursor(ORDER, [line.id]));
}

function logWhere({ taskId, attempt, levels, streams, search }: LogFilter): Prisma.AttemptLogWhereInput {
  return {
    taskId,
    attempt,
    level: levels && { in: [...levels] },
    stream: streams && { in: [...streams] },
    text: search ? { contains: literalPattern(search), mode: 'insensitive' } : undefined,
  };
}

function storedLine(row: Prisma.AttemptLogGetPayload<object>): StoredLogRow {
  return {
    id: Number(row.id),
    taskId: row.taskId,
    attempt: row.attempt,
    line: row.line,
    at: row.at.getTime(),
    stream: row.stream as LogStream,
    level: row.level as LogLevel,
    text: fromStoredText(row.text),
  };
}
