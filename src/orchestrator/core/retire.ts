/**
 * Lets go of what nobody needs in memory: whole meshes that ended, and in live meshes terminal tasks that can be part of
 * no future cycle (every task above them is gone too). They stay a while after their end, because a command may just
 * have looked one up in the store and be about to name it. O(1) amortised per task.
 */
import type { MeshState } from '../../lifecycle/mesh-state.js';
import type { TaskState } from '../../lifecycle/mesh-state.js';
import { isMeshOpen, isTerminal } from '../../lifecycle/vocabulary.js';
import type { CoreState } from './core-state.js';

const KEPT_MS = 60_000;

export function retire(core: CoreState): void {
  const { graveyard } = core;
  let count = 0;
  for (; count < graveyard.length; count++) {
    const task = graveyard[count] as TaskState;
    if (task.endedAt + KEPT_MS > core.now) break;
    task.old = true;
    forget(core, task);
  }
  if (count > 0) graveyard.splice(0, count);
  for (const [id, deletedAt] of core.buried) {
    if (deletedAt + KEPT_MS > core.now) break;
    core.buried.delete(id);
  }
}

/** A closed mesh is let go of with its last attempt; an ended task once nothing above it is left. */
function forget(core: CoreState, first: TaskState): void {
  const worklist = [first];
  for (let task = worklist.pop(); task !== undefined; task = worklist.pop()) {
    const { mesh, node } = task;
    if (!core.tasks.has(task.id) || task.live !== null || !task.old) continue;
    if (!isMeshOpen(mesh.status)) forgetMesh(core, mesh);
    else if (mesh.graph.incoming(node).length === 0) {
      const targets = mesh.graph.outgoing(node).map((edge) => mesh.at(edge.target));
      for (const target of targets) (target.pastSources ??= new Set()).add(task.id);
      core.tasks.delete(task.id);
      mesh.byKey.delete(task.key);
      mesh.nodes[node] = undefined;
      mesh.graph.removeNode(node);
      worklist.push(...targets.filter((target) => isTerminal(target.status)));
    }
  }
}

function forgetMesh(core: CoreState, mesh: MeshState): void {
  if (mesh.live > 0) return;
  for (const task of mesh.byKey.values()) core.tasks.delete(task.id);
  core.meshes.delete(mesh.id);
  core.paused.delete(mesh);
}
