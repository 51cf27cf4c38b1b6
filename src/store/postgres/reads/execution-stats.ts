/** Attempts that ended within a window of the database's clock: counts and percentiles by group. Called by `PostgresReads`. */
import type pg from 'pg';
import type { ExecutionStatsRow, OfTenant, StatsGroup } from '../../reads.js';
import { fromStoredText } from '../stored-text.js';

/** What each group is, and whether it stands on the task. */
const GROUPS: Readonly<Record<StatsGroup, { readonly sql: string; readonly ofTask: boolean }>> = {
  NONE: { sql: `'all'`, ofTask: false },
  LAYER: { sql: 'attempt.layer', ofTask: false },
  TASK_TYPE: { sql: 'task.task_type', ofTask: true },
  PRIORITY: { sql: 'task.priority', ofTask: true },
  WORK_KIND: { sql: `COALESCE(task.work_kind, 'none')`, ofTask: true },
  TYPE_KEY: { sql: 'task.type_key', ofTask: true },
  MESH: { sql: 'attempt.mesh_id::text', ofTask: false },
  OUTCOME: { sql: 'attempt.outcome', ofTask: false },
};

/** Without grouping there is one row even when nothing ran. */
function statement(groupBy: StatsGroup): string {
  const { sql, ofTask } = GROUPS[groupBy];
  return `
    SELECT ${sql} AS "group",
           count(*) AS attempts,
           count(*) FILTER (WHERE attempt.outcome = 'COMPLETED') AS completed,
           count(*) FILTER (WHERE attempt.outcome IN ('FAILED', 'TIMED_OUT')) AS failed,
           count(*) FILTER (WHERE attempt.outcome = 'CANCELLED') AS cancelled,
           count(*) FILTER (WHERE attempt.outcome = 'CRASHED') AS crashed,
           percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY attempt.wait_ms) AS wait_ms,
           percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY attempt.run_ms) AS run_ms
    FROM attempt ${ofTask ? 'JOIN task ON task.id = attempt.task_id' : ''}
    WHERE attempt.finished_at > now() - $1 * interval '1 second'
      AND ($2::uuid IS NULL OR attempt.mesh_id = $2)
      AND ($3::text IS NULL OR attempt.mesh_id IN (SELECT id FROM mesh WHERE tenant_id = $3))
    ${groupBy === 'NONE' ? '' : `GROUP BY 1 ORDER BY attempts DESC, 1`}`;
}

interface StatsRow {
  readonly group: string;
  readonly attempts: string;
  readonly completed: string;
  readonly failed: string;
  readonly cancelled: string;
  readonly crashed: string;
  readonly wait_ms: readonly [number, number, number] | null;
  readonly run_ms: readonly [number, number, number] | null;
}

export async function executionStats(
  pool: pg.Pool,
  windowSeconds: number,
  groupBy: StatsGroup,
  { meshId, tenant }: OfTenant & { readonly meshId?: string },
): Promise<ExecutionStatsRow[]> {
  const name = `execution_stats_${groupBy.toLowerCase()}`;
  const { rows } = await pool.query<StatsRow>({
    name,
    text: statement(groupBy),
    values: [windowSeconds, meshId ?? null, tenant ?? null],
  });
  return rows.map((row) => statsRecord(row, windowSeconds));
}

function statsRecord(row: StatsRow, windowSeconds: number): ExecutionStatsRow {
  const [waitMsP50, waitMsP95, waitMsP99] = row.wait_ms ?? [null, null, null];
  const [runMsP50, runMsP95, runMsP99] = row.run_ms ?? [null, null, null];
  return {
    group: fromStoredText(row.group),
    attempts: Number(row.attempts),
    completed: Number(row.completed),
    failed: Number(row.failed),
    cancelled: Number(row.cancelled),
    crashed: Number(row.crashed),
    ...{ waitMsP50, waitMsP95, waitMsP99, runMsP50, runMsP95, runMsP99 },
    throughputPerSecond: Number(row.completed) / windowSeconds,
  };
}
