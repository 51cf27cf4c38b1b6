/** What learning reads of the history: attempts that ended, and what is committed about them. Called by `PostgresLearning`. */
import type pg from 'pg';
import type { JsonObject } from '../../../kit/json.js';
import type { Failure, TaskSpec } from '../../../lifecycle/task.js';
import type { AttemptOutcome, LayerName } from '../../../lifecycle/vocabulary.js';
import { type AttemptFacts, type EndedAttempt, standingIn } from '../../learning.js';
import { ENDED_AFTER } from '../sql/learning/ended-after.js';
import { FACTS_OF } from '../sql/learning/facts-of.js';
import { LAST_FOLDED_EVENT } from '../sql/stream/last-folded-event.js';
import { fromStoredText } from '../stored-text.js';

/** Events looked through in one go: 20 ms of PostgreSQL. */
const SCAN_MAX = 20_000;

interface EndedRow {
  readonly seq: string;
  readonly at: string;
  readonly task_id: string;
  readonly attempt: number;
  readonly type_key: string;
  readonly layer: LayerName;
  readonly node: string;
  readonly outcome: AttemptOutcome;
  readonly run_ms: number;
}

interface FactsRow {
  readonly seq: string;
  readonly mesh_id: string;
  readonly mesh_name: string;
  readonly spec: TaskSpec;
  readonly wait_ms: number;
  readonly cpu_ms: number | null;
  readonly memory_peak_bytes: string | null;
  readonly failure: Failure | null;
  readonly started_at: string;
  readonly output_bytes: number | null;
  readonly parents: string;
  readonly input_count: string;
  readonly input_bytes: string;
  readonly children: string;
  readonly last_error: string | null;
  readonly ended_before: string | null;
  readonly started: JsonObject | null;
}

/** Only what is folded: nobody is made to fold for it, so that it costs the commits nothing. */
export async function endedAfter(
  pool: pg.Pool,
  after: number,
): Promise<{ ended: EndedAttempt[]; scannedTo: number }> {
  const last = Number((await pool.query<{ seq: string }>(LAST_FOLDED_EVENT)).rows[0]?.seq ?? 0);
  if (last <= after) return { ended: [], scannedTo: after };
  const scannedTo = Math.min(last, after + SCAN_MAX);
  const { rows } = await pool.query<EndedRow>({ ...ENDED_AFTER, values: [after, scannedTo] });
  return { ended: rows.map(endedFrom), scannedTo };
}

function endedFrom(row: EndedRow): EndedAttempt {
  return {
    seq: Number(row.seq),
    at: Math.round(Number(row.at)),
    taskId: row.task_id,
    attempt: row.attempt,
    typeKey: fromStoredText(row.type_key),
    layer: row.layer,
    node: fromStoredText(row.node),
    outcome: row.outcome,
    runMs: row.run_ms,
  };
}

export async function factsOf(pool: pg.Pool, ended: readonly EndedAttempt[]): Promise<AttemptFacts[]> {
  if (ended.length === 0) return [];
  const bySeq = new Map(ended.map((one) => [one.seq, one]));
  const values = [
    ended.map(({ seq }) => seq),
    ended.map(({ taskId }) => taskId),
    ended.map(({ attempt }) => attempt),
  ];
  const { rows } = await pool.query<FactsRow>({ ...FACTS_OF, values });
  return rows.map((row) => ({ ...(bySeq.get(Number(row.seq)) as EndedAttempt), ...factsFrom(row) }));
}

function factsFrom(row: FactsRow): Omit<AttemptFacts, keyof EndedAttempt> {
  return {
    meshId: row.mesh_id,
    meshName: fromStoredText(row.mesh_name),
    spec: row.spec,
    parents: Number(row.parents),
    children: Number(row.children),
    ...standingIn(row.started),
    inputCount: Number(row.input_count),
    inputBytes: Number(row.input_bytes),
    lastError: row.last_error,
    endedBefore: row.ended_before === null ? null : Math.round(Number(row.ended_before)),
    startedAt: Math.round(Number(row.started_at)),
    waitMs: row.wait_ms,
    errorCode: row.failure?.code ?? null,
    cpuMs: row.cpu_ms,
    memoryPeakBytes: row.memory_peak_bytes === null ? null : Number(row.memory_peak_bytes),
    outputBytes: row.output_bytes,
  };
}
