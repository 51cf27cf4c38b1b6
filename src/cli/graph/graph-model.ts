/** A mesh as a picture needs it: tasks, edges, and states where there are any. Made from a file or from a server. */
import type { EdgeType } from '../../mesh/edge-type.js';
import type { TaskStatus } from '../../lifecycle/vocabulary.js';
import { workKind } from '../../lifecycle/work.js';
import type { CheckedMesh } from '../../orchestrator/definition/mesh-input.js';
import type { Client } from '../client/client.js';
import { allEdges, allTasks } from '../client/pages.js';
import type { MeshSummary } from '../client/nouns.js';

export interface GraphTask {
  readonly key: string;
  readonly name: string;
  /** What it does, where that is known. */
  readonly kind: string | undefined;
  readonly status: TaskStatus | undefined;
}

export interface GraphLink {
  readonly source: number;
  readonly target: number;
  readonly type: EdgeType;
  readonly weight: number;
}

export interface GraphModel {
  readonly name: string;
  readonly tasks: readonly GraphTask[];
  readonly links: readonly GraphLink[];
}

export function graphOfMesh(mesh: CheckedMesh): GraphModel {
  const index = new Map(mesh.tasks.map(({ spec }, at) => [spec.key, at]));
  const tasks = mesh.tasks.map(({ spec }) => {
    return {
      key: spec.key,
      name: spec.name,
      kind: spec.work === null ? 'milestone' : workKind(spec.work),
      status: undefined,
    };
  });
  const links = mesh.edges.map(({ source, target, type, weight }) => {
    return { source: index.get(source) ?? 0, target: index.get(target) ?? 0, type, weight };
  });
  return { name: mesh.name, tasks, links };
}

export async function graphFromServer(client: Client, { id, name }: MeshSummary): Promise<GraphModel> {
  const [tasks, edges] = await Promise.all([allTasks(client, id), allEdges(client, id)]);
  const index = new Map(tasks.map((task, at) => [task.id, at]));
  const links = edges.flatMap(({ sourceId, targetId, type, weight }) => {
    const [source, target] = [index.get(sourceId), index.get(targetId)];
    return source === undefined || target === undefined ? [] : [{ source, target, type, weight }];
  });
  return {
    name,
    links,
    tasks: tasks.map((task) => ({ key: task.key, name: task.name, kind: undefined, status: task.status })),
  };
}
