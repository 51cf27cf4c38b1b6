/**
 * Upward ranks (HEFT: Topcuoglu, Hariri and Wu, 2002): the longest remaining path from a task, in expected seconds.
 * They order the ready queue, so they are advice: a guess here costs time, never correctness. RESOURCE edges do not count.
 * Cost: O(V + E) of the tasks given and of those ancestors whose rank really grows.
 */
import { Heap } from '../../kit/heap.js';
import type { MeshState } from '../../lifecycle/mesh-state.js';
import type { TaskState } from '../../lifecycle/mesh-state.js';
import { isTerminal } from '../../lifecycle/vocabulary.js';
import { NO_EDGE } from '../../mesh/graph.js';
import type { CoreState } from './core-state.js';

/** The last of the order first. One function for all heaps: V8 compiles what calls it for that very function. */
function later(a: TaskState, b: TaskState): number {
  return b.mesh.graph.position(b.node) - a.mesh.graph.position(a.node);
}

const inRanking = {
  get: (task: TaskState): number => task.rankPosition,
  set: (task: TaskState, position: number): void => {
    task.rankPosition = position;
  },
};

/** Recomputes the ranks of `tasks` and of every ancestor that they change. */
export function rankAgain(core: CoreState, mesh: MeshState, tasks: Iterable<TaskState>): void {
  const { edges } = mesh.graph;
  const lastFirst = new Heap<TaskState>(later, inRanking);
  for (const task of tasks) if (!lastFirst.has(task)) lastFirst.push(task);
  for (let task = lastFirst.pop(); task !== undefined; task = lastFirst.pop()) {
    const rank = rankOf(core, task);
    if (rank === task.rank) continue;
    task.rank = rank;
    if (task.readyPosition >= 0) core.laneOf(task).update(task);
    else core.keys.update(task);
    for (let edge = edges.firstIncoming(task.node); edge !== NO_EDGE; edge = edges.nextIncoming(edge)) {
      if (!edges.waits(edge)) continue;
      const source = mesh.at(edges.sourceOf(edge));
      if (source.spec !== null && !lastFirst.has(source)) lastFirst.push(source);
    }
  }
}

/** Longer ones are not ranked anew in one step: a thousand tasks are some ten milliseconds of what has learned. */
const OPEN_MAX = 1000;

export function rankMesh(core: CoreState, meshId: string): void {
  const mesh = core.meshes.get(meshId);
  if (mesh === undefined || mesh.open > OPEN_MAX) return;
  core.plans.outdated(mesh);
  rankAgain(
    core,
    mesh,
    [...mesh.byKey.values()].filter(({ status }) => !isTerminal(status)),
  );
}

/** Of all tasks of a mesh, when many edges have come at once; later each end deepens what waits for it. O(V + E). */
export function measureDepths({ graph, nodes }: MeshState): void {
  const { edges } = graph;
  for (const node of graph.topologicalOrder()) {
    const task = nodes[node];
    if (task === undefined) continue;
    if (task.pastSources !== null) task.depth = Math.max(task.depth, 1);
    for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
      const target = edges.waits(edge) ? nodes[edges.targetOf(edge)] : undefined;
      if (target !== undefined) target.depth = Math.max(target.depth, task.depth + 1);
    }
  }
}

function rankOf(core: CoreState, task: TaskState): number {
  let longest = 0;
  const { mesh, node } = task;
  const { edges } = mesh.graph;
  for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
    if (edges.waits(edge))
      longest = Math.max(longest, edges.weightOf(edge) + mesh.at(edges.targetOf(edge)).rank);
  }
  return longest + (task.spec === null ? 0 : core.ports.secondsOf(task));
}
