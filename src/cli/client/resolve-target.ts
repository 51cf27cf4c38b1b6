/**
 * What a person means by MESH or TASK on the command line: an id, or the name of a mesh or key of a task, of which
 * the newest counts. Called by the verbs that take one.
 */
import {
  CliMeshDocument,
  CliMeshesDocument,
  CliTaskDocument,
  CliTasksByKeyDocument,
} from '../../generated/graphql/graphql.js';
import { isUuid } from '../../kit/ids.js';
import { CliError, EXIT } from '../cli-error.js';
import type { Client } from './client.js';
import type { MeshSummary, TaskSummary } from './nouns.js';
import { showText } from '../../orchestrator/definition/check/show-value.js';

/** One of the two. */
export type Target =
  | { readonly mesh: MeshSummary; readonly task?: undefined }
  | { readonly mesh?: undefined; readonly task: TaskSummary };

interface Found {
  readonly mesh?: MeshSummary | undefined;
  readonly task?: TaskSummary | undefined;
}

async function byId(client: Client, id: string): Promise<Found> {
  const [{ mesh }, { task }] = await Promise.all([
    client.request(CliMeshDocument, { id }),
    client.request(CliTaskDocument, { id }),
  ]);
  return { mesh: mesh ?? undefined, task: task ?? undefined };
}

async function byName(client: Client, name: string): Promise<Found> {
  if (name.length > 256) return {};
  const [{ meshes }, { tasks }] = await Promise.all([
    client.request(CliMeshesDocument, { search: name }),
    client.request(CliTasksByKeyDocument, { search: name }),
  ]);
  return {
    mesh: meshes.nodes.find((mesh) => mesh.name === name),
    task: tasks.nodes.find((task) => task.key === name),
  };
}

export function notFound(noun: string, text: string): CliError {
  const next = 'list what there is with `taskmesh status`';
  return new CliError(`there is no ${noun} ${showText(text)}`, {
    exitCode: EXIT.failed,
    code: 'NOT_FOUND',
    next,
  });
}

function ambiguous(text: string, meshId: string, taskId: string): CliError {
  const next = `write ${meshId} for the mesh, ${taskId} for the task`;
  return new CliError(`${showText(text)} names a mesh and a task`, {
    exitCode: EXIT.usage,
    code: 'AMBIGUOUS',
    next,
  });
}

/** A mesh or a task; where a name means both, the id has to be given. */
export async function resolveTarget(client: Client, text: string): Promise<Target> {
  const { mesh, task } = isUuid(text) ? await byId(client, text) : await byName(client, text);
  if (mesh !== undefined && task !== undefined) throw ambiguous(text, mesh.id, task.id);
  if (mesh !== undefined) return { mesh };
  if (task !== undefined) return { task };
  throw notFound('mesh or task', text);
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
