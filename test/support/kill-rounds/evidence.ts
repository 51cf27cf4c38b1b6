/** What the embedded PostgreSQL of a state directory holds, read behind the server's back for the judge. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

export interface EventRow {
  readonly seq: number;
  readonly type: string;
  readonly meshId: string;
  readonly taskId: string | null;
  readonly attempt: number | null;
  readonly from: string | null;
  readonly to: string | null;
}
export interface TaskRow {
  readonly id: string;
  readonly meshId: string;
  readonly key: string;
  readonly status: string;
  readonly attempt: number;
}
export interface AttemptRow {
  readonly taskId: string;
  readonly attempt: number;
  readonly token: number;
  readonly outcome: string | null;
}
export interface Evidence {
  readonly events: readonly EventRow[];
  readonly meshes: readonly { readonly id: string; readonly name: string; readonly status: string }[];
  readonly tasks: readonly TaskRow[];
  readonly attempts: readonly AttemptRow[];
  readonly edges: readonly { readonly sourceId: string; readonly targetId: string; readonly type: string }[];
  /** Idempotency keys and what was made under them. */
  readonly commands: readonly { readonly key: string; readonly madeId: string }[];
  readonly lastEventSeq: number;
  /** Keys (`task:attempt`) that work left in the file of effects, in order. */
  readonly effects: readonly string[];
}

/** Where the postmaster of this directory listens now, and as which process. */
export async function postmasterOf(stateDir: string): Promise<{ pid: number; url: string; ready: boolean }> {
  const home = join(stateDir, 'postgres');
  const password = (await readFile(join(home, 'password'), 'utf8')).trim();
  // postmaster.pid: the process in line 1, its port in line 4, its state in line 8.
  const lines = (await readFile(join(home, 'data', 'postmaster.pid'), 'utf8')).split('\n');
  return {
    pid: Number(lines[0]),
    url: `postgresql://taskmesh:${password}@127.0.0.1:${lines[3]}/taskmesh`,
    ready: lines[7]?.trim() === 'ready',
  };
}

export async function withSession<T>(stateDir: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const { url } = await postmasterOf(stateDir);
  const client = new pg.Client({ connectionString: url, application_name: 'kill rounds' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const OPEN_WORK = `
  SELECT (SELECT count(*) FROM task_state WHERE finished_at IS NULL)::int AS tasks,
         (SELECT count(*) FROM mesh WHERE finished_at IS NULL)::int - 1 AS meshes,
         (SELECT count(*) FROM attempt WHERE outcome IS NULL)::int AS attempts`;

/** What has not ended; the default mesh, which never ends, is not counted. */
export async function openWork(
  client: pg.Client,
): Promise<{ tasks: number; meshes: number; attempts: number }> {
  const { rows } = await client.query<{ tasks: number; meshes: number; attempts: number }>(OPEN_WORK);
  return rows[0] as (typeof rows)[0];
}

const EVENTS = `
  SELECT seq::float8 AS seq, type, mesh_id AS "meshId", task_id AS "taskId",
         (payload->>'attempt')::int AS attempt, from_status AS "from", to_status AS "to"
  FROM event ORDER BY seq`;
const TASKS = `
  SELECT t.id, t.mesh_id AS "meshId", t.key, s.status, s.attempt FROM task t JOIN task_state s ON s.task_id = t.id`;
const ATTEMPTS =
  'SELECT task_id AS "taskId", attempt, token::float8 AS token, outcome FROM attempt ORDER BY task_id, attempt';
const EDGES = 'SELECT source_id AS "sourceId", target_id AS "targetId", type FROM edge WHERE removed_seq = 0';
const COMMANDS = 'SELECT key, COALESCE(task_id, mesh_id) AS "madeId" FROM command';

export async function readEvidence(client: pg.Client, effectsFile: string): Promise<Evidence> {
  const rows = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> =>
    (await client.query<Row>(text)).rows;
  await rows('SELECT taskmesh_fold_history()');
  const lease = await rows<{ seq: number }>('SELECT last_event_seq::float8 AS seq FROM leader_lease');
  const effects = await readFile(effectsFile, 'utf8').catch(() => '');
  return {
    events: await rows(EVENTS),
    meshes: await rows('SELECT id, name, status FROM mesh'),
    tasks: await rows(TASKS),
    attempts: await rows(ATTEMPTS),
    edges: await rows(EDGES),
    commands: await rows(COMMANDS),
    lastEventSeq: lease[0]?.seq ?? -1,
    effects: effects.split('\n').filter((line) => line !== ''),
  };
}
