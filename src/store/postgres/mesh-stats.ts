/** Meshes by name: how often each ran, how that ended and how long it took. Called by `PostgresReads`. */
import type pg from 'pg';
import { DEFAULT_MESH_ID, TENANT_MESH_PREFIX } from '../../lifecycle/default-mesh.js';
import type { MeshStatsFilter, MeshStatsRow } from '../mesh-runs.js';
import { fromStoredText } from './stored-text.js';
import { containsPattern } from './reads/search-pattern.js';

/** The meshes of tasks that name none are no runs: they never end. Names of one time with the latest first; an index on created_at bounds the window. */
const STATEMENT = `
  SELECT name,
         count(*) AS runs,
         count(*) FILTER (WHERE status IN ('RUNNING', 'PAUSED')) AS open,
         count(*) FILTER (WHERE status = 'COMPLETED') AS completed,
         count(*) FILTER (WHERE status = 'FAILED') AS failed,
         count(*) FILTER (WHERE status = 'CANCELLED') AS cancelled,
         percentile_cont(ARRAY[0.5, 0.95, 0.99])
           WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - created_at))
           FILTER (WHERE status = 'COMPLETED') AS seconds,
         max(created_at) AS last_at,
         (array_agg(id ORDER BY created_at DESC, id DESC))[1] AS last_id
  FROM mesh
  WHERE id <> '${DEFAULT_MESH_ID}' AND id::text NOT LIKE '${TENANT_MESH_PREFIX}%'
    AND tenant_id = $4
    AND created_at > now() - $1 * interval '1 second'
    AND ($2::text IS NULL OR name ILIKE $2)
  GROUP BY name
  ORDER BY last_at DESC, name
  LIMIT $3`;

interface Row {
  readonly name: string;
  readonly runs: string;
  readonly open: string;
  readonly completed: string;
  readonly failed: string;
  readonly cancelled: string;
  readonly seconds: readonly [number, number, number] | null;
  readonly last_at: Date;
  readonly last_id: string;
}

export async function meshStats(
  pool: pg.Pool,
  { windowSeconds, search, first, tenant }: MeshStatsFilter,
): Promise<MeshStatsRow[]> {
  const { rows } = await pool.query<Row>({
    name: 'mesh_stats',
    text: STATEMENT,
    values: [windowSeconds, search === undefined ? null : containsPattern(search), first, tenant],
  });
  return rows.map((row) => {
    const [secondsP50, secondsP95, secondsP99] = row.seconds ?? [null, null, null];
    return {
      name: fromStoredText(row.name),
      runs: Number(row.runs),
      open: Number(row.open),
      completed: Number(row.completed),
      failed: Number(row.failed),
      cancelled: Number(row.cancelled),
      ...{ secondsP50, secondsP95, secondsP99 },
      lastAt: row.last_at,
      lastId: row.last_id,
    };
  });
}
