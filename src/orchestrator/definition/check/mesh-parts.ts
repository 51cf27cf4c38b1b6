/**
 * The tasks and edges of one input, read and checked together. Called by `check-mesh.ts` for meshes, extensions and
 * single tasks; the limits are asked first, so that what is far too large is refused without being read.
 */
import type { CheckedEdge, CheckedTask, TaskDefaults } from '../mesh-input.js';
import { isRecord, list } from './checks.js';
import { edge as edgeRecord } from './edge-fields.js';
import { EdgeList, NO_TASK } from './edge-list.js';
import { fillTask } from './fill-task.js';
import type { Inspection } from './inspection.js';
import { escapeInvisible } from './show-value.js';
import { meshTask } from './task-fields.js';
import type { ReadTask } from './task-fields.js';
import { checkTemplates } from './template-references.js';

export const TASKS_MAX = 10_000;
export const EDGES_MAX = 100_000;

/** Keys shown of a long cycle. */
const CYCLE_SHOWN_MAX = 20;

const taskList = list(meshTask, TASKS_MAX, 'tasks');
const edgeList = list(edgeRecord, EDGES_MAX, 'edges');

type Given = { readonly tasks?: unknown; readonly edges?: unknown };
type ReadTasks = readonly (ReadTask | undefined)[];

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function edgeCount({ tasks, edges }: Given): number {
  if (!Array.isArray(tasks)) return lengthOf(edges);
  return tasks.reduce<number>(
    (sum, task) => sum + (isRecord(task) ? lengthOf(task.dependsOn) : 0),
    lengthOf(edges),
  );
}

function withinLimits(given: Given, inspection: Inspection): boolean {
  const before = inspection.count;
  const tasks = lengthOf(given.tasks);
  const edges = edgeCount(given);
  const code = 'LIMIT_EXCEEDED';
  if (tasks > TASKS_MAX) {
    inspection.fault(
      { rule: `must have at most ${TASKS_MAX} tasks`, got: tasks, fix: 'extend the mesh in steps', code },
      'tasks',
    );
  } else if (edges > EDGES_MAX) {
    const rule = `must have at most ${EDGES_MAX} edges, dependsOn included`;
    inspection.fault({ rule, got: edges, fix: 'put a milestone between many and many', code }, 'edges');
  }
  return inspection.count === before;
}

function addTasks(tasks: ReadTasks, edges: EdgeList, inspection: Inspection): void {
  tasks.forEach((task, index) => {
    if (typeof task?.key !== 'string' || edges.addTask(task.key)) return;
    const rule = 'must be unique in the mesh';
    inspection.fault(
      { rule, got: task.key, fix: 'rename one of the two', code: 'DUPLICATE_KEY' },
      'tasks',
      index,
      'key',
    );
  });
}

/** `index` is the task's place in the list. */
export function addDependencies(task: ReadTask, index: number, edges: EdgeList): void {
  const target = task.key ?? '';
  task.dependsOn?.forEach((read, at) => {
    if (read?.task == null) return;
    edges.addEdge(
      { source: read.task, target, type: read.type ?? 'HARD', weight: read.weight ?? 0 },
      index,
      at,
    );
  });
}

function addEdges(given: unknown, edges: EdgeList, inspection: Inspection): void {
  const read = given == null ? [] : (inspection.at('edges', edgeList, given) ?? []);
  read.forEach((one, at) => {
    if (one?.source == null || one.target == null) return;
    edges.addEdge(
      { source: one.source, target: one.target, type: one.type ?? 'HARD', weight: one.weight ?? 0 },
      NO_TASK,
      at,
    );
  });
}

function showCycle(cycle: readonly string[]): string {
  const short =
    cycle.length <= CYCLE_SHOWN_MAX
      ? cycle
      : [...cycle.slice(0, CYCLE_SHOWN_MAX - 1), '…', ...cycle.slice(-1)];
  return short.map(escapeInvisible).join(' → ');
}

/** Reports the cycle, if there is one, and answers it for the details of the refusal. */
function refuseCycle(edges: EdgeList, inspection: Inspection): readonly string[] | undefined {
  const cycle = inspection.count === 0 ? edges.cycle() : undefined;
  if (cycle === undefined) return undefined;
  const rule = `must not form a cycle: ${showCycle(cycle.keys)}`;
  inspection.fault({ rule, fix: 'remove one of these edges', code: 'CYCLE_DETECTED' }, ...cycle.place);
  return cycle.keys;
}

export interface MeshParts {
  readonly tasks: readonly CheckedTask[];
  readonly edges: readonly CheckedEdge[];
  readonly cycle: readonly string[] | undefined;
}

/** With `open` edges may name tasks that the mesh already has. Of use only when nothing was at fault. */
export function readParts(
  given: Given,
  open: boolean,
  defaults: TaskDefaults,
  inspection: Inspection,
): MeshParts {
  if (!withinLimits(given, inspection)) return { tasks: [], edges: [], cycle: undefined };
  const tasks: ReadTasks = given.tasks == null ? [] : (inspection.at('tasks', taskList, given.tasks) ?? []);
  const list = new EdgeList(inspection, open ? 'open' : 'closed');
  addTasks(tasks, list, inspection);
  tasks.forEach((task, index) => task && addDependencies(task, index, list));
  addEdges(given.edges, list, inspection);
  list.refuseRepeated();
  checkTemplates(tasks, list.edges, (index) => ['tasks', index], inspection);
  const cycle = refuseCycle(list, inspection);
  const filled = inspection.count === 0 ? tasks.map((task) => fillTask(task as ReadTask, defaults)) : [];
  return { tasks: filled, edges: list.edges, cycle };
}
