/**
 * Every attempt of many tasks, the first one first, for loaders and forecasts: those that ended have a row each, some of
 * the latest perhaps in the tail of history still, and the one that runs stands in the row of its task. In one statement,
 * or an attempt that ends meanwhile would be in neither. Called by `PostgresReads`.
 */
import type pg from 'pg';
import type { Failure } from '../../../lifecycle/task.js';
import type { AttemptOutcome, LayerName } from '../../../lifecycle/vocabulary.js';
import type { AttemptRecord } from '../../reads.js';
import { fromStoredText } from '../stored-text.js';

const ATTEMPTS_BY_TASK_IDS = {
  name: 'attempts_by_task_ids',
  text: `
    SELECT attempt.task_id, attempt.attempt, attempt.token, attempt.layer, attempt.node, attempt.started_at, attempt.finished_at,
           attempt.outcome, attempt.failure, attempt.wait_ms, attempt.run_ms, attempt.cpu_ms, attempt.memory_peak_bytes,
           attempt.exit_code
    FROM attempt JOIN task_state ON task_state.task_id = attempt.task_id
    WHERE attempt.task_id = ANY($1::uuid[]) AND task_state.deleted_at IS NULL
    UNION ALL
    SELECT tail.task_id, tail.attempt, tail.token, tail.layer, tail.node, tail.started_at, tail.finished_at, tail.outcome,
           tail.failure, tail.wait_ms, tail.run_ms, tail.cpu_ms, tail.memory_peak_bytes, tail.exit_code
    FROM attempt_tail AS tail JOIN task_state ON task_state.task_id = tail.task_id
    WHERE tail.task_id = ANY($1::uuid[]) AND task_state.deleted_at IS NULL
    UNION ALL
    SELECT task_id, attempt, token, placed_on, node, started_at, NULL, NULL, NULL, wait_ms, NULL, NULL, NULL, NULL
    FROM task_state
    WHERE task_id = ANY($1::uuid[]) AND deleted_at IS NULL AND status = 'RUNNING'
    ORDER BY task_id, attempt`,
} as const;

interface AttemptRow {
  readonly task_id: string;
  readonly attempt: number;
  readonly token: string;
  readonly layer: LayerName;
  readonly node: string;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly outcome: AttemptOutcome | null;
  readonly failure: Failure | null;
  readonly wait_ms: number;
  readonly run_ms: number | null;
  readonly cpu_ms: number | null;
  readonly memory_peak_bytes: string | null;
  readonly exit_code: number | null;
}

export async function attemptsByTaskIds(pool: pg.Pool, ids: readonly string[]): Promise<AttemptRecord[]> {
  const { rows } = await pool.query<AttemptRow>({ ...ATTEMPTS_BY_TASK_IDS, values: [ids] });
  return rows.map(attemptRecord);
}

function attemptRecord(row: AttemptRow): AttemptRecord {
  return {
    taskId: row.task_id,
    attempt: row.attempt,
    token: Number(row.token),
    layer: row.layer,
    node: fromStoredText(row.node),
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    outcome: row.outcome,
    failure: row.failure,
    waitMs: row.wait_ms,
    runMs: row.run_ms,
    cpuMs: row.cpu_ms,
    memoryPeakBytes: row.memory_peak_bytes === null ? null : Number(row.memory_peak_bytes),
    exitCode: row.exit_code,
  };
}
