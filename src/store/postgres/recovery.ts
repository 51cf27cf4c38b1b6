/**
 * Reads everything that is open, in one consistent view, for a leader that takes over. Called by the Postgres store; it
 * fails when the epoch is not the caller's any more, and answers all or nothing.
 */
import type pg from 'pg';
import type { EdgeType } from '../../mesh/edge-type.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import type { LayerName, MeshStatus, TaskStatus } from '../../lifecycle/vocabulary.js';
import type { OpenAttempt, OpenMesh, OpenTask, Snapshot } from '../store.js';
import { atMost } from './sessions/pool.js';
import { LEASE_STATE } from './sql/recovery/lease-state.js';
import { LOAD_TASKS } from './sql/recovery/load-tasks.js';
import { LOADED_EDGES } from './sql/recovery/loaded-edges.js';
import { LOADED_TASKS } from './sql/recovery/loaded-tasks.js';
import { OPEN_ATTEMPTS } from './sql/recovery/open-attempts.js';
import { OPEN_MESHES } from './sql/recovery/open-meshes.js';
import { fromStoredText } from './stored-text.js';

/** A million open tasks take a quarter of a minute on a quiet machine; whoever leads must have them, however long it takes. */
const LOAD_MS_MAX = 300_000;

interface LeaseRow {
  epoch: string;
  last_batch_seq: string;
  last_event_seq: string;
  now: string;
}
interface MeshRow {
  id: string;
  name: string;
  status: MeshStatus;
  tenant_id: string;
  created_by: string;
  counts: Partial<Record<TaskStatus, number>> | null;
  next_ordinal: number;
}
interface TaskRow {
  id: string;
  mesh_id: string;
  key: string;
  status: TaskStatus;
  attempt: number;
  crashes: number;
  spent: number;
  ordinal: number;
  created_by: string;
  placed_on: LayerName | null;
  deleted: boolean;
  spec: TaskSpec | null;
  available_in_ms: string | null;
  queued_for_ms: string | null;
}
export interface StoredEdge {
  id: string;
  mesh_id: string;
  source_id: string;
  target_id: string;
  type: EdgeType;
  weight: number;
}
interface AttemptRow {
  task_id: string;
  attempt: number;
  token: string;
  layer: LayerName;
  node: string;
  wait_ms: number;
  started_at: string;
}

export async function loadSnapshot(pool: pg.Pool, epoch: number): Promise<Snapshot> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const snapshot = await read(client, epoch);
    await client.query('COMMIT');
    return snapshot;
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

async function read(client: pg.PoolClient, epoch: number): Promise<Snapshot> {
  const lease = (await client.query<LeaseRow>(atMost(LOAD_MS_MAX, LEASE_STATE))).rows[0] as LeaseRow;
  if (Number(lease.epoch) !== epoch) throw new Error(`epoch ${epoch} is over, ${lease.epoch} leads`);
  const meshes = await client.query<MeshRow>(atMost(LOAD_MS_MAX, OPEN_MESHES));
  await client.query(atMost(LOAD_MS_MAX, LOAD_TASKS));
  const tasks = await client.query<TaskRow>(atMost(LOAD_MS_MAX, LOADED_TASKS));
  const edges = await client.query<StoredEdge>(atMost(LOAD_MS_MAX, LOADED_EDGES));
  const attempts = await client.query<AttemptRow>(atMost(LOAD_MS_MAX, OPEN_ATTEMPTS));
  return {
    lastBatchSeq: Number(lease.last_batch_seq),
    lastEventSeq: Number(lease.last_event_seq),
    now: Number(lease.now),
    meshes: meshes.rows.map(openMesh),
    tasks: tasks.rows.map(openTask),
    edges: edges.rows.map(edgeFrom),
    attempts: attempts.rows.map(openAttempt),
  };
}

function openMesh(row: MeshRow): OpenMesh {
  const { id, status, counts } = row;
  const name = fromStoredText(row.name);
  return {
    id,
    tenant: row.tenant_id,
    name,
    status,
    createdBy: fromStoredText(row.created_by),
    counts: counts ?? {},
    nextOrdinal: row.next_ordinal,
  };
}

function openTask(row: TaskRow): OpenTask {
  return {
    id: row.id,
    meshId: row.mesh_id,
    key: fromStoredText(row.key),
    spec: row.spec,
    status: row.status,
    attempt: row.attempt,
    crashes: row.crashes,
    spent: row.spent,
    ordinal: row.ordinal,
    createdBy: fromStoredText(row.created_by),
    placedOn: row.placed_on,
    deleted: row.deleted,
    availableInMs: row.available_in_ms === null ? null : Number(row.available_in_ms),
    queuedForMs: row.queued_for_ms === null ? null : Number(row.queued_for_ms),
  };
}

export function edgeFrom(row: StoredEdge): Snapshot['edges'][number] {
  return {
    id: row.id,
    meshId: row.mesh_id,
    sourceId: row.source_id,
    targetId: row.target_id,
    type: row.type,
    weight: row.weight,
  };
}

function openAttempt(row: AttemptRow): OpenAttempt {
  return {
    taskId: row.task_id,
    attempt: row.attempt,
    token: Number(row.token),
    layer: row.layer,
    node: fromStoredText(row.node),
    waitMs: row.wait_ms,
    startedAt: Math.round(Number(row.started_at)),
  };
}
