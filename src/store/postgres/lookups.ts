/** What the core asks of the store besides commits: tasks, meshes and commands by key, definitions, inputs, durations. */
import type { MeshOrigin } from '../../lifecycle/batch.js';
import type pg from 'pg';
import type { Json, JsonObject } from '../../kit/json.js';
import type { CommandRow } from '../../lifecycle/batch.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import type { MeshStatus, TaskStatus } from '../../lifecycle/vocabulary.js';
import type { DurationHistory, MeshDefinition, MeshRef, TaskRef } from '../store.js';
import { edgeFrom, type StoredEdge } from './recovery.js';
import { COMMAND_BY_KEY } from './sql/lookup/command-by-key.js';
import { DEFINITION_EDGES } from './sql/lookup/definition-edges.js';
import { DEFINITION_TASKS } from './sql/lookup/definition-tasks.js';
import { DURATIONS } from './sql/lookup/durations.js';
import { INPUTS_OF } from './sql/lookup/inputs-of.js';
import { MESH_BY_ID } from './sql/lookup/mesh-by-id.js';
import { TASKS_BY_ID } from './sql/lookup/tasks-by-id.js';
import { TASKS_BY_KEY } from './sql/lookup/tasks-by-key.js';
import { fromStoredText, toStoredText } from './stored-text.js';

interface StoredRef {
  id: string;
  mesh_id: string;
  key: string;
  name: string;
  status: TaskStatus;
  attempt: number;
  created_by: string;
}
interface StoredMesh {
  id: string;
  name: string;
  status: MeshStatus;
  tenant_id: string;
  created_by: string;
  description: string | null;
  tags: string[];
  metadata: string;
  origin: MeshOrigin | null;
}
interface StoredCommand {
  key: string;
  kind: string;
  request_hash: string;
  mesh_id: string | null;
  task_id: string | null;
}
interface StoredDefinition {
  id: string;
  spec: TaskSpec;
  status: TaskStatus;
  ordinal: number;
}

export class Lookups {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async tasksById(ids: readonly string[]): Promise<TaskRef[]> {
    return (await this.#pool.query<StoredRef>({ ...TASKS_BY_ID, values: [ids] })).rows.map(refFrom);
  }

  async tasksByKey(meshId: string, keys: readonly string[]): Promise<TaskRef[]> {
    const values = [meshId, keys.map(toStoredText)];
    return (await this.#pool.query<StoredRef>({ ...TASKS_BY_KEY, values })).rows.map(refFrom);
  }

  async mesh(id: string): Promise<MeshRef | undefined> {
    const row = await this.#mesh(id);
    return (
      row && {
        id,
        tenant: row.tenant_id,
        name: fromStoredText(row.name),
        status: row.status,
        createdBy: fromStoredText(row.created_by),
      }
    );
  }

  async command(key: string): Promise<CommandRow | undefined> {
    const { rows } = await this.#pool.query<StoredCommand>({
      ...COMMAND_BY_KEY,
      values: [toStoredText(key)],
    });
    const row = rows[0];
    return (
      row && { key, kind: row.kind, requestHash: row.request_hash, meshId: row.mesh_id, taskId: row.task_id }
    );
  }

  async definition(id: string, only?: readonly string[]): Promise<MeshDefinition | undefined> {
    const mesh = await this.#mesh(id);
    if (mesh === undefined) return undefined;
    const tasks = await this.#pool.query<StoredDefinition>({
      ...DEFINITION_TASKS,
      values: [id, only ?? null],
    });
    const values = [tasks.rows.map((task) => task.id)];
    const edges = await this.#pool.query<StoredEdge>({ ...DEFINITION_EDGES, values });
    return {
      mesh: {
        id,
        tenant: mesh.tenant_id,
        name: fromStoredText(mesh.name),
        status: mesh.status,
        createdBy: fromStoredText(mesh.created_by),
        description: mesh.description === null ? null : fromStoredText(mesh.description),
        tags: mesh.tags.map(fromStoredText),
        metadata: JSON.parse(mesh.metadata) as JsonObject,
        origin: mesh.origin,
      },
      tasks: tasks.rows,
      edges: edges.rows.map(edgeFrom),
    };
  }

  async inputsOf(taskId: string): Promise<{ key: string; output: Json }[]> {
    const { rows } = await this.#pool.query<{ key: string; output: Json }>({
      ...INPUTS_OF,
      values: [taskId],
    });
    return rows.map(({ key, output }) => ({ key: fromStoredText(key), output }));
  }

  async durations(types: number, perType: number): Promise<DurationHistory[]> {
    const { rows } = await this.#pool.query<{ type_key: string; run_ms: number[] }>({
      ...DURATIONS,
      values: [types, perType],
    });
    return rows.map((row) => ({ typeKey: fromStoredText(row.type_key), runMs: row.run_ms }));
  }

  async #mesh(id: string): Promise<StoredMesh | undefined> {
    return (await this.#pool.query<StoredMesh>({ ...MESH_BY_ID, values: [id] })).rows[0];
  }
}

function refFrom(row: StoredRef): TaskRef {
  return {
    id: row.id,
    meshId: row.mesh_id,
    key: fromStoredText(row.key),
    status: row.status,
    attempt: row.attempt,
    createdBy: fromStoredText(row.created_by),
    name: fromStoredText(row.name),
  };
}
