/**
 * What the advisor is told of a task: from the memory of the core while the task is there, from its specification alone
 * where it is not. Known before the attempt, or it does not stand here.
 */
import { isDefaultMesh } from '../../lifecycle/default-mesh.js';
import type { LiveAttempt, TaskState } from '../../lifecycle/mesh-state.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import { isTerminal, type LayerName } from '../../lifecycle/vocabulary.js';
import { NO_EDGE } from '../../mesh/graph.js';
import type { Advisor, LayerCandidate, SettledAttempt, TaskFacts } from '../advisor.js';

/** Null: not known before it ran. */
export function plannedSecondsOf({ work }: TaskSpec): number | null {
  if (work === null) return 0;
  return 'wait' in work ? work.wait.durationMs / 1000 : null;
}

/** What is known of where a task stands; of a draft perhaps nothing. */
export type Surroundings = Partial<Pick<TaskFacts, 'meshName' | 'parents' | 'children' | 'inputCount'>>;

export function factsOf(spec: TaskSpec, around: Surroundings = {}): TaskFacts {
  const { typeKey, taskType } = spec;
  return {
    typeKey,
    taskType,
    plannedSeconds: plannedSecondsOf(spec),
    spec,
    ...{ meshId: null, meshName: null },
    parents: 0,
    children: 0,
    depth: 0,
    followingSeconds: null,
    queuedSeconds: null,
    inputCount: 0,
    inputBytes: null,
    attempt: 1,
    lastError: null,
    ...around,
  };
}

/** Where it stands in its graph. Learning reads it from the event of the start, so that what it is taught is what was known then. */
export type Standing = Pick<TaskFacts, 'depth' | 'followingSeconds'>;

/** Null: it stands alone, or how long it takes is known anyway. O(edges of the task). */
export function standingOf({ mesh, node, spec, depth }: TaskState): Standing | null {
  const { edges } = mesh.graph;
  if (mesh.graph.edgeCount === 0 || isDefaultMesh(mesh.id)) return null;
  if (spec === null || plannedSecondsOf(spec) !== null) return null;
  let followingSeconds = 0;
  for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
    if (!edges.waits(edge)) continue;
    const { rank, status } = mesh.at(edges.targetOf(edge));
    if (!isTerminal(status)) followingSeconds = Math.max(followingSeconds, edges.weightOf(edge) + rank);
  }
  return { depth, followingSeconds: Math.round(followingSeconds * 1000) / 1000 };
}

/** O(edges of the task). */
export function factsOfTask(task: TaskState, spec: TaskSpec): TaskFacts {
  const { mesh, node, live } = task;
  const { edges } = mesh.graph;
  const standing = standingOf(task);
  let [parents, children] = [task.pastSources?.size ?? 0, 0];
  for (let edge = edges.firstIncoming(node); edge !== NO_EDGE; edge = edges.nextIncoming(edge))
    if (edges.waits(edge)) parents++;
  for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge))
    if (edges.waits(edge)) children++;
  return {
    typeKey: spec.typeKey,
    taskType: spec.taskType,
    plannedSeconds: plannedSecondsOf(spec),
    spec,
    meshId: mesh.id,
    meshName: isDefaultMesh(mesh.id) ? null : mesh.name,
    parents,
    children,
    depth: task.depth,
    followingSeconds: standing?.followingSeconds ?? null,
    queuedSeconds: live === null ? null : live.waitMs / 1000,
    inputCount: task.inputCount,
    inputBytes: task.waiting === 0 && task.inputCount > 0 ? task.inputBytes : null,
    attempt: live === null ? task.attempt + 1 : live.attempt,
    lastError: task.lastError,
  };
}

/** What each layer would cost before the task could run there. */
export function candidatesOf(task: TaskState, layers: readonly LayerName[]): LayerCandidate[] {
  const { mesh, node } = task;
  const { edges } = mesh.graph;
  return layers.map((layer) => {
    let transferSeconds = 0;
    for (let edge = edges.firstIncoming(node); edge !== NO_EDGE; edge = edges.nextIncoming(edge)) {
      const { placedOn } = mesh.at(edges.sourceOf(edge));
      if (edges.waits(edge) && placedOn !== null && placedOn !== layer)
        transferSeconds += edges.weightOf(edge);
    }
    return { layer, transferSeconds };
  });
}

/** Nothing of what is known anyway: it would cost every wait of nothing the look at its edges. */
export function tellStart(advisor: Advisor, task: TaskState, live: LiveAttempt): void {
  const { spec } = task;
  if (advisor.started === undefined || spec === null || plannedSecondsOf(spec) !== null) return;
  const { attempt, token, layer, node, openLayers, placement, planned, timeoutMs, demand } = live;
  advisor.started({
    key: { taskId: task.id, attempt, token },
    task: factsOfTask(task, spec),
    meshId: task.mesh.id,
    layer,
    node,
    candidates: candidatesOf(task, openLayers),
    planned,
    placement,
    timeoutMs,
    memoryBytes: demand.memoryBytes,
  });
}

export function tellEnd(advisor: Advisor, settled: SettledAttempt): void {
  const { spec, runMs, failureCode } = settled;
  if (failureCode === null) advisor.observe({ typeKey: spec.typeKey, runSeconds: runMs / 1000 });
  advisor.settled?.(settled);
}
