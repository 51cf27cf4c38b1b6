/**
 * What is still to be done of a mesh, as a forecast needs it: from the memory of the core on the server that leads, from the
 * store on one that follows. Called by the mesh forecast.
 */
import { isDefaultMesh } from '../../lifecycle/default-mesh.js';
import type { MeshState, TaskState } from '../../lifecycle/mesh-state.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import { isTerminal, type MeshStatus, type TaskStatus } from '../../lifecycle/vocabulary.js';
import type { EdgeType } from '../../mesh/edge-type.js';
import type { Reads } from '../../store/reads.js';
import type { Store } from '../../store/store.js';
import { factsOf, factsOfTask } from '../advice/task-facts.js';
import type { AttemptPlace, TaskFacts } from '../advisor.js';
import type { VirtualOptions } from './virtual-run.js';

export interface OpenTask {
  readonly id: string;
  readonly spec: TaskSpec | null;
  readonly status: TaskStatus;
  /** Null when it will not run again. */
  readonly facts: TaskFacts | null;
  /** Null while no attempt runs. */
  readonly runningMs: number | null;
  /** Where its attempt runs; null while none does, and where that is not known. */
  readonly place: AttemptPlace | null;
  /** Until it may start. */
  readonly delayMs: number;
}

export interface OpenWork {
  readonly status: MeshStatus;
  readonly tasks: readonly OpenTask[];
  readonly edges: VirtualOptions['edges'];
}

export function openInMemory(mesh: MeshState, now: number): OpenWork {
  const open = [...mesh.byKey.values()].filter((task) => !isTerminal(task.status));
  const tasks = open.map((task) => {
    const { id, spec, status, live, availableAt } = task;
    return {
      id,
      spec,
      facts: spec === null ? null : factsOfTask(task, spec),
      status,
      runningMs: live === null ? null : now - live.startedAt,
      place: live === null ? null : { layer: live.layer, node: live.node },
      delayMs: Math.max(0, availableAt - now),
    };
  });
  return { status: mesh.status, tasks, edges: edgesAmong(mesh, open) };
}

function edgesAmong(mesh: MeshState, open: readonly TaskState[]): VirtualOptions['edges'] {
  const edges: VirtualOptions['edges'][number][] = [];
  for (const task of open) {
    for (const edge of mesh.graph.outgoing(task.node)) {
      const target = mesh.at(edge.target);
      if (isTerminal(target.status)) continue;
      edges.push({
        id: String(edges.length),
        sourceId: task.id,
        targetId: target.id,
        type: edge.type,
        weight: edge.weight,
      });
    }
  }
  return edges;
}

export interface StoredWork {
  readonly store: Pick<Store, 'meshDefinition'>;
  readonly reads: Pick<Reads, 'tasksByIds'>;
  /** Ms since the epoch. */
  readonly wall: () => number;
}

/** By this machine's clock: a forecast may be off by what that differs from the database's. */
export async function openInStore(
  meshId: string,
  { store, reads, wall }: StoredWork,
): Promise<OpenWork | undefined> {
  const definition = await store.meshDefinition(meshId);
  if (definition === undefined) return undefined;
  const specs = new Map(definition.tasks.map(({ id, spec }) => [id, spec]));
  const open = definition.tasks.filter(({ status }) => !isTerminal(status)).map(({ id }) => id);
  const now = wall();
  const meshName = isDefaultMesh(meshId) ? null : definition.mesh.name;
  const degrees = degreesOf(definition.edges);
  const tasks = (await reads.tasksByIds(open)).map(({ id, status, startedAt, availableAt }) => ({
    id,
    spec: specs.get(id) ?? null,
    facts: specs.has(id) ? factsOf(specs.get(id) as TaskSpec, { meshName, ...degrees.get(id) }) : null,
    place: null,
    status,
    runningMs: status === 'RUNNING' && startedAt !== null ? Math.max(0, now - startedAt.getTime()) : null,
    delayMs: availableAt === null ? 0 : Math.max(0, availableAt.getTime() - now),
  }));
  const left = tasks.filter(({ status }) => !isTerminal(status));
  const ids = new Set(left.map(({ id }) => id));
  const edges = definition.edges.filter(({ sourceId, targetId }) => ids.has(sourceId) && ids.has(targetId));
  return { status: definition.mesh.status, tasks: left, edges };
}

/** How many tasks each waits for, and how many wait for it. */
export function degreesOf(
  edges: readonly { readonly sourceId: string; readonly targetId: string; readonly type: EdgeType }[],
): Map<string, { parents: number; children: number }> {
  const degrees = new Map<string, { parents: number; children: number }>();
  const of = (id: string): { parents: number; children: number } => {
    const known = degrees.get(id) ?? { parents: 0, children: 0 };
    degrees.set(id, known);
    return known;
  };
  for (const { sourceId, targetId, type } of edges) {
    if (type === 'RESOURCE') continue;
    of(targetId).parents++;
    of(sourceId).children++;
  }
  return degrees;
}
