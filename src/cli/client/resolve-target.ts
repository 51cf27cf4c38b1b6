/**
 * What a person means by MESH or TASK on the command line: an id, or the name of a mesh or key of a task, of which
 * the newest counts. Called by the verbs that take one.
 */
import { isUuid } from '../../kit/ids.js';
import { CliError, EXIT } from '../cli-error.js';
import type { Client } from './client.js';
import { MESH_BY_ID, MESHES_BY_NAME, TASK_BY_ID, TASKS_BY_KEY } from './operations.js';
import type { MeshSummary, PageOf, TaskSummary } from './shapes.js';
import { showText } from '../../orchestrator/definition/check/show-value.js';

export interface Target {
  readonly mesh?: MeshSummary | undefined;
  readonly task?: TaskSummary | undefined;
}

async function byId(client: Client, id: string): Promise<Target> {
  const [{ mesh }, { task }] = await Promise.all([
    client.request<{ mesh: MeshSummary | null }>(MESH_BY_ID, { id }),
    client.request<{ task: TaskSummary | null }>(TASK_BY_ID, { id }),
  ]);
  return { mesh: mesh ?? undefined, task: task ?? undefined };
}

async function byName(client: Client, name: string): Promise<Target> {
  if (name.length > 256) return {};
  const [{ meshes }, { tasks }] = await Promise.all([
    client.request<{ meshes: PageOf<MeshSummary> }>(MESHES_BY_NAME, { search: name }),
    client.request<{ tasks: PageOf<TaskSummary> }>(TASKS_BY_KEY, { search: name }),
  ]);
  return {
    mesh: meshes.nodes.find((mesh) => mesh.name === name),
    task: tasks.nodes.find((task) => task.key === name),
  };
}

function notFound(noun: string, text: string): CliError {
  const next = 'list what there is with `taskmesh status`';
  return new CliError(`there is no ${noun} ${showText(text)}`, {
    exitCode: EXIT.failed,
    code: 'NOT_FOUND',
    next,
  });
}

/** A mesh or a task; where a name means both, the id has to be given. */
export async function resolveTarget(client: Client, text: string): Promise<Target> {
  const found = isUuid(text) ? await byId(client, text) : await byName(client, text);
  if (found.mesh === undefined && found.task === undefined) throw notFound('mesh or task', text);
  if (found.mesh === undefined || found.task === undefined) return found;
  const next = `write ${found.mesh.id} for the mesh, ${found.task.id} for the task`;
  throw new CliError(`${showText(text)} names a mesh and a task`, {
    exitCode: EXIT.usage,
    code: 'AMBIGUOUS',
    next,
  });
}

export async function resolveMesh(client: Client, text: string): Promise<MeshSummary> {
  const { mesh } = isUuid(text) ? await byId(client, text) : await byName(client, text);
  if (mesh === undefined) throw notFound('mesh', text);
  return mesh;
}

export async function resolveTask(client: Client, text: string): Promise<TaskSummary> {
  const { task } = isUuid(text) ? await byId(client, text) : await byName(client, text);
  if (task === undefined) throw notFound('task', text);
  return task;
}
