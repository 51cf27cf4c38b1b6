/** A mesh that exists as the text of a file, and what tasks of it may be changed. Made from what the API answers of it. */
import type { MeshTasksQuery, MeshWiresQuery } from '../../generated/dashboard/graphql.js';
import { yamlText } from '../parts/yaml-text.js';

export type Task = NonNullable<MeshTasksQuery['tasks']>['nodes'][number];
export type Wire = MeshWiresQuery['edges']['nodes'][number];

export interface Definition {
  readonly name: string;
  readonly tasks: readonly Task[];
  readonly wires: readonly Wire[];
}

/** What is null, empty or what everything is anyway is left out. */
function kept(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== null &&
        value !== undefined &&
        !(typeof value === 'object' && Object.keys(value).length === 0),
    ),
  );
}

function dependsOn(id: string, { tasks, wires }: Definition): unknown[] {
  const keys = new Map(tasks.map((task) => [task.id, task.key]));
  return wires
    .filter(({ targetId }) => targetId === id)
    .map(({ sourceId, type, weight }) => {
      const task = keys.get(sourceId) ?? sourceId;
      if (type === 'HARD' && weight === 0) return task;
      return kept({ task, type, weight: weight === 0 ? null : weight });
    });
}

function written(task: Task, definition: Definition): Record<string, unknown> {
  const { key, name, work, priority, taskType, retryPolicy } = task;
  return kept({
    name: name === key ? null : name,
    description: task.description,
    ...(work !== null && { [work.kind.toLowerCase()]: kept(work.payload) }),
    priority: priority === 'NORMAL' ? null : priority,
    taskType: taskType === 'SMALL' ? null : taskType,
    tags: task.tags,
    layer: task.layerPreference,
    nodeSelector: task.nodeSelector,
    retryPolicy: kept(retryPolicy),
    queueTimeoutMs: task.queueTimeoutMs,
    executionTimeoutMs: task.executionTimeoutMs,
    heartbeatTimeoutMs: task.heartbeatTimeoutMs,
    concurrency: task.concurrency,
    fairness: task.fairness,
    metadata: task.metadata,
    dependsOn: dependsOn(task.id, definition),
  });
}

export function textOf(definition: Definition): string {
  const { name, tasks } = definition;
  return yamlText({
    name,
    tasks: Object.fromEntries(tasks.map((task) => [task.key, written(task, definition)])),
  });
}
