/** What recovery reads, from the rows of a `MemoryDatabase`: open meshes, open tasks, and ended tasks below open ones. */
import { isMeshOpen, isTerminal, type TaskStatus } from '../../lifecycle/vocabulary.js';
import type { OpenMesh, OpenTask, Snapshot } from '../store.js';
import type { MemoryDatabase, MemoryTask } from './memory-database.js';

export function snapshotOf(database: MemoryDatabase): Snapshot {
  const meshes = [...database.meshes.values()].filter((mesh) => isMeshOpen(mesh.status));
  const open = new Set(meshes.map((mesh) => mesh.id));
  const inOpen = [...database.tasks.values()].filter((task) => open.has(task.meshId));
  const loaded = loadedOf(database, inOpen);
  const now = database.now();
  return {
    lastBatchSeq: database.batchSeq,
    lastEventSeq: database.eventSeq,
    now,
    meshes: meshes.map((mesh): OpenMesh => {
      const own = inOpen.filter((task) => task.meshId === mesh.id);
      const counts: Partial<Record<TaskStatus, number>> = {};
      for (const task of own) if (!task.deleted) counts[task.status] = (counts[task.status] ?? 0) + 1;
      const nextOrdinal = own.reduce((next, task) => Math.max(next, task.ordinal + 1), 0);
      return {
        id: mesh.id,
        tenant: mesh.tenant,
        name: mesh.name,
        status: mesh.status,
        createdBy: mesh.createdBy,
        counts,
        nextOrdinal,
      };
    }),
    tasks: inOpen.filter((task) => loaded.has(task.id)).map((task) => openTask(database, task, now)),
    edges: [...database.edges.values()].filter((edge) => loaded.has(edge.targetId)),
    attempts: [...database.attempts.values()]
      .filter((attempt) => attempt.outcome === null && loaded.has(attempt.taskId))
      .map(({ taskId, attempt, token, layer, node, waitMs, startedAt }) => ({
        taskId,
        attempt,
        token,
        layer,
        node,
        waitMs,
        startedAt,
      })),
  };
}

function loadedOf(database: MemoryDatabase, tasks: readonly MemoryTask[]): Set<string> {
  const loaded = new Set(tasks.filter((task) => !isTerminal(task.status)).map((task) => task.id));
  const below = new Map<string, string[]>();
  for (const edge of database.edges.values())
    below.set(edge.sourceId, [...(below.get(edge.sourceId) ?? []), edge.targetId]);
  const worklist = [...loaded];
  for (let id = worklist.pop(); id !== undefined; id = worklist.pop()) {
    for (const target of below.get(id) ?? []) {
      if (loaded.has(target)) continue;
      loaded.add(target);
      worklist.push(target);
    }
  }
  return loaded;
}

function openTask(database: MemoryDatabase, task: MemoryTask, now: number): OpenTask {
  const {
    id,
    meshId,
    status,
    attempt,
    crashes,
    ordinal,
    createdBy,
    placedOn,
    availableAt,
    queuedAt,
    deleted,
    spec,
  } = task;
  return {
    id,
    meshId,
    key: spec.key,
    spec: isTerminal(status) ? null : spec,
    status,
    attempt,
    crashes,
    spent: spentBy(database, task),
    ordinal,
    createdBy,
    placedOn,
    deleted,
    availableInMs: availableAt === null ? null : availableAt - now,
    queuedForMs: status === 'QUEUED' && queuedAt !== null ? now - queuedAt : null,
  };
}

function spentBy(database: MemoryDatabase, task: MemoryTask): number {
  let spent = 0;
  for (let attempt = 1; attempt <= task.attempt; attempt++) {
    const outcome = database.attempts.get(`${task.id}:${attempt}`)?.outcome?.outcome;
    if (outcome === 'FAILED' || outcome === 'TIMED_OUT') spent++;
  }
  return spent;
}
