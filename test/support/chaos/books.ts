/** What the kill rounds' judge does not ask: whether work was done twice only where its attempt was lost, and figures of it all. */
import type pg from 'pg';
import type { Evidence } from '../kill-rounds/evidence.js';
import { quantile } from '../kill-rounds/plan.js';

interface EndedAttempt {
  readonly taskId: string;
  readonly attempt: number;
  readonly layer: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly startedMs: number;
  readonly finishedMs: number;
}

const ATTEMPTS = `
  SELECT task_id AS "taskId", attempt, layer, outcome, failure->>'code' AS code,
         extract(epoch FROM started_at)::float8 * 1000 AS "startedMs",
         extract(epoch FROM finished_at)::float8 * 1000 AS "finishedMs"
  FROM attempt ORDER BY task_id, attempt`;

export interface Books {
  readonly faults: readonly string[];
  readonly figures: string;
}

/** An attempt that ended otherwise than by its own work: what it did may be done again. */
function isLost({ outcome }: EndedAttempt): boolean {
  return outcome === 'CRASHED' || outcome === 'CANCELLED';
}

export async function readBooks(client: pg.Client, { effects, tasks }: Evidence): Promise<Books> {
  const { rows } = await client.query<EndedAttempt>(ATTEMPTS);
  const byKey = new Map(rows.map((row) => [`${row.taskId}:${row.attempt}`, row]));
  const current = new Map(tasks.map(({ id, attempt }) => [id, attempt]));
  const faults: string[] = [];
  let again = 0;
  for (const key of effects) {
    const attempt = byKey.get(key);
    if (attempt === undefined || attempt.attempt === current.get(attempt.taskId)) continue;
    again++;
    // an attempt that failed by itself was tried again, which is no loss
    if (attempt.outcome !== 'FAILED' && !isLost(attempt))
      faults.push(`${key} did its work, ended as ${attempt.outcome}, and the task was run again`);
  }
  return { faults, figures: figuresOf(rows, effects.length, again) };
}

function figuresOf(rows: readonly EndedAttempt[], effects: number, again: number): string {
  const count = (test: (row: EndedAttempt) => boolean): number => rows.filter(test).length;
  const codes = new Map<string, number>();
  for (const { outcome, code } of rows)
    if (outcome === 'CRASHED') codes.set(code ?? '?', (codes.get(code ?? '?') ?? 0) + 1);
  const moves = rows.flatMap((row, at) => {
    const next = rows[at + 1];
    const isMove = row.outcome === 'CRASHED' && next?.taskId === row.taskId;
    return isMove ? [next.startedMs - row.finishedMs] : [];
  });
  const seconds = (part: number): string =>
    moves.length === 0 ? '-' : (quantile(moves, part) / 1000).toFixed(1);
  return [
    `${rows.length} attempts: ${count(({ layer }) => layer === 'CLUSTER')} on nodes, ${count(({ layer }) => layer === 'LOCAL')} on servers`,
    `crashed ${[...codes].map(([code, times]) => `${times} ${code}`).join(', ') || 'none'}`,
    `${effects} effects, ${again} of attempts that were tried again`,
    `started again after their loss was recorded: median ${seconds(0.5)} s, p99 ${seconds(0.99)} s`,
  ].join('; ');
}
