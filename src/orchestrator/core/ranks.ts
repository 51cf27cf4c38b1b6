/**
 * Upward ranks (HEFT: Topcuoglu, Hariri and Wu, 2002): the longest remaining path from a task, in expected seconds.
 * They order the ready queue, so they are advice: a guess here costs time, never correctness. RESOURCE edges do not count.
 * Cost: O(V + E) of the tasks given and of those ancestors whose rank really grows.
 */
import { Heap } from '../../kit/heap.js';
import type { MeshState } from '../../lifecycle/mesh-state.js';
import type { TaskState } from '../../lifecycle/mesh-state.js';
import type { CoreState } from './core-state.js';

/** Recomputes the ranks of `tasks` and of every ancestor that they change. */
export function rankAgain(core: CoreState, mesh: MeshState, tasks: Iterable<TaskState>): void {
  const lastFirst = new Heap<TaskState>((a, b) => mesh.graph.position(b.node) - mesh.graph.position(a.node));
  for (const task of tasks) if (!lastFirst.has(task)) lastFirst.push(task);
  for (let task = lastFirst.pop(); task !== undefined; task = lastFirst.pop()) {
    const rank = rankOf(core, task);
    if (rank === task.rank) continue;
    task.rank = rank;
    if (task.readyPosition >= 0) core.laneOf(task).update(task);
    else core.keys.update(task);
    for (const edge of mesh.graph.incoming(task.node)) {
      const source = mesh.at(edge.source);
      if (edge.type !== 'RESOURCE' && source.spec !== null && !lastFirst.has(source)) lastFirst.push(source);
    }
  }
}

function rankOf(core: CoreState, task: TaskState): number {
  let longest = 0;
  for (const edge of task.mesh.graph.outgoing(task.node)) {
    if (edge.type !== 'RESOURCE') longest = Math.max(longest, edge.weight + task.mesh.at(edge.target).rank);
  }
  return longest + (task.spec === null ? 0 : core.ports.secondsOf(task.spec));
}
