/**
 * Which part of an ended run is run again and which is kept: a pure plan over the stored definition. A rerun is a new
 * mesh; what is kept enters it ended, with the old output, so that DATA edges find their inputs. O(tasks + edges).
 */
import type { MeshDefinition } from '../../store/store.js';
import type { RerunStrategy } from '../../lifecycle/vocabulary.js';

/** `run`: again from the start. `COMPLETED`: kept with its output. `SKIPPED`: has no part in this rerun. */
export type Part = 'run' | 'COMPLETED' | 'SKIPPED';

export interface RerunPlan {
  /** By task id of the definition. */
  readonly parts: ReadonlyMap<string, Part>;
  readonly running: number;
}

export function planRerun(
  definition: MeshDefinition,
  strategy: RerunStrategy,
  fromTaskId: string | null,
): RerunPlan {
  const again = new Set(firstAgain(definition, strategy, fromTaskId));
  spreadDown(definition, again);
  spreadUp(definition, again);
  const parts = new Map<string, Part>();
  for (const task of definition.tasks) {
    parts.set(task.id, again.has(task.id) ? 'run' : task.status === 'COMPLETED' ? 'COMPLETED' : 'SKIPPED');
  }
  return { parts, running: again.size };
}

function firstAgain(
  definition: MeshDefinition,
  strategy: RerunStrategy,
  fromTaskId: string | null,
): string[] {
  if (strategy === 'FROM_TASK') return fromTaskId === null ? [] : [fromTaskId];
  const tasks =
    strategy === 'ALL'
      ? definition.tasks
      : definition.tasks.filter(({ status }) => status !== 'COMPLETED' && status !== 'SKIPPED');
  return tasks.map((task) => task.id);
}

/** Whoever waited for a task that runs again must not see its old outcome. */
function spreadDown(definition: MeshDefinition, again: Set<string>): void {
  const below = adjacency(definition, 'sourceId', 'targetId');
  spread(again, (id) => below.get(id) ?? []);
}

/** A task that did not complete cannot feed one that runs again: it runs too. */
function spreadUp(definition: MeshDefinition, again: Set<string>): void {
  const above = adjacency(definition, 'targetId', 'sourceId');
  const completed = new Set(
    definition.tasks.filter((task) => task.status === 'COMPLETED').map((task) => task.id),
  );
  spread(again, (id) => (above.get(id) ?? []).filter((source) => !completed.has(source)));
}

function spread(found: Set<string>, next: (id: string) => readonly string[]): void {
  const worklist = [...found];
  for (let id = worklist.pop(); id !== undefined; id = worklist.pop()) {
    for (const other of next(id)) {
      if (found.has(other)) continue;
      found.add(other);
      worklist.push(other);
    }
  }
}

function adjacency(
  definition: MeshDefinition,
  from: 'sourceId' | 'targetId',
  to: 'sourceId' | 'targetId',
): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const edge of definition.edges) {
    if (edge.type === 'RESOURCE') continue;
    const list = lists.get(edge[from]);
    if (list === undefined) lists.set(edge[from], [edge[to]]);
    else list.push(edge[to]);
  }
  return lists;
}
