/** From rows to columns: what `meshGraph`, its attempts and `meshOutlook` answer. */
import type { MeshOutlook } from '../../../orchestrator/watch.js';
import type { DrawnMesh, DrawnTask } from '../../../store/drawn-meshes.js';
import type { AttemptRecord } from '../../../store/reads.js';
import type { MeshAttemptsType, MeshGraphType, MeshOutlookType } from './mesh-graph.type.js';

function placesOf(ids: readonly string[]): ReadonlyMap<string, number> {
  return new Map(ids.map((id, place) => [id, place]));
}

export function graphView(meshId: string, mesh: DrawnMesh): MeshGraphType {
  const { seq, at, status, total, tasks, edges } = mesh;
  const column = <K extends keyof DrawnTask>(name: K): DrawnTask[K][] => tasks.map((task) => task[name]);
  const ids = column('id');
  const places = placesOf(ids);
  return {
    ...{ meshId, seq, at: new Date(at), status, total, ids },
    keys: column('key'),
    names: column('name'),
    kinds: column('workKind'),
    priorities: column('priority'),
    tags: column('tags'),
    statuses: column('status'),
    attemptNumbers: column('attempt'),
    layers: column('layer'),
    queuedAt: column('queuedAt'),
    startedAt: column('startedAt'),
    finishedAt: column('finishedAt'),
    edgeSources: edges.map(({ sourceId }) => places.get(sourceId) as number),
    edgeTargets: edges.map(({ targetId }) => places.get(targetId) as number),
    edgeTypes: edges.map(({ type }) => type),
  };
}

export function attemptsView(ids: readonly string[], attempts: readonly AttemptRecord[]): MeshAttemptsType {
  const places = placesOf(ids);
  const placed = [...attempts].sort(
    (a, b) => (places.get(a.taskId) as number) - (places.get(b.taskId) as number) || a.attempt - b.attempt,
  );
  return {
    tasks: placed.map(({ taskId }) => places.get(taskId) as number),
    numbers: placed.map(({ attempt }) => attempt),
    startedAt: placed.map(({ startedAt }) => startedAt.getTime()),
    finishedAt: placed.map(({ finishedAt }) => finishedAt?.getTime() ?? null),
    waitMs: placed.map(({ waitMs }) => waitMs),
    layers: placed.map(({ layer }) => layer),
    nodes: placed.map(({ node }) => node),
    outcomes: placed.map(({ outcome }) => outcome),
  };
}

export function outlookView({ eta, tasks }: MeshOutlook): MeshOutlookType {
  const column = (of: 'run' | 'end', quantile: 'p10' | 'p50' | 'p90'): (number | null)[] =>
    tasks.map((task) => task[of]?.[quantile] ?? null);
  return {
    eta,
    taskIds: tasks.map(({ taskId }) => taskId),
    runP50: column('run', 'p50'),
    runP10: column('run', 'p10'),
    runP90: column('run', 'p90'),
    endP50: column('end', 'p50'),
    endP10: column('end', 'p10'),
    endP90: column('end', 'p90'),
  };
}
