/**
 * Lets go of what nobody needs in memory: tasks of meshes that ended, and in live meshes ended tasks that can be part of
 * no future cycle (every task above them is gone too). They stay a while after their end, because a command may just
 * have looked one up in the store and be about to name it. O(1) amortised per task; never a whole mesh at once.
 */
import type { MeshState } from '../../lifecycle/mesh-state.js';
import type { TaskState } from '../../lifecycle/mesh-state.js';
import { isMeshOpen, isTerminal } from '../../lifecycle/vocabulary.js';
import { NO_EDGE } from '../../mesh/graph.js';
import type { CoreState } from './core-state.js';

/**
 * Longer than any command is on its way from its look-up to the core: while the store stalls, nothing ends here either.
 * An ended task takes some 600 bytes, so that a minute of them at 50,000 tasks/s would be 1.8 GB of heap.
 */
export const KEPT_MS = 10_000;

export function retire(core: CoreState): void {
  const { graveyard, now } = core;
  for (
    let task = graveyard.peek();
    task !== undefined && isOver(task.endedAt, now);
    task = graveyard.peek()
  ) {
    graveyard.shift();
    task.old = true;
    forget(core, task);
  }
  if (core.buried.size > 0) forgetBuried(core);
}

function isOver(since: number, now: number): boolean {
  return since + KEPT_MS <= now;
}

function forgetBuried(core: CoreState): void {
  for (const [id, deletedAt] of core.buried) {
    if (!isOver(deletedAt, core.now)) break;
    core.buried.delete(id);
  }
}

/** A task of a closed mesh is let go of with its attempt, one of a live mesh once nothing above it is left. */
function forget(core: CoreState, first: TaskState): void {
  const worklist = [first];
  for (let task = worklist.pop(); task !== undefined; task = worklist.pop()) {
    const { mesh, node } = task;
    if (task.forgotten || task.live !== null || !task.old) continue;
    const closed = !isMeshOpen(mesh.status);
    if (!closed && mesh.graph.edges.firstIncoming(node) !== NO_EDGE) {
      mesh.hasLeftovers = true;
      continue;
    }
    task.forgotten = true;
    core.tasks.delete(task.id);
    if (!closed || mesh.hasLeftovers) tellBelow(task, worklist);
    if (closed) forgetMesh(core, mesh);
    else forgetNode(task);
  }
}

/** Open tasks remember by its id who was above them; old ones may only have waited for this one to leave. */
function tellBelow({ id, mesh, node }: TaskState, worklist: TaskState[]): void {
  const { edges } = mesh.graph;
  for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
    const target = mesh.at(edges.targetOf(edge));
    if (target.old) worklist.push(target);
    else if (!isTerminal(target.status)) (target.pastSources ??= new Set()).add(id);
  }
}

function forgetNode({ key, mesh, node }: TaskState): void {
  mesh.byKey.delete(key);
  mesh.nodes[node] = undefined;
  mesh.graph.removeNode(node);
}

function forgetMesh(core: CoreState, mesh: MeshState): void {
  if (mesh.live > 0) return;
  core.meshes.delete(mesh.id);
  core.paused.delete(mesh);
  core.plans.forget(mesh);
}
