/**
 * The tasks and edges of one input, read and checked together. Called by `check-mesh.ts` for meshes, extensions and
 * single tasks; the limits are asked first, so that what is far too large is refused without being read.
 */
import type { Stages } from '../../../kit/turn.js';
import type { CheckedEdge, CheckedTask, TaskDefaults } from '../mesh-input.js';
import { isRecord, list } from './checks.js';
import { edge as edgeRecord } from './edge-fields.js';
import { EdgeList, NO_TASK } from './edge-list.js';
import { fillTask } from './fill-task.js';
import type { Check, Inspection } from './inspection.js';
import { escapeInvisible } from './show-value.js';
import { meshTask } from './task-fields.js';
import type { ReadTask } from './task-fields.js';
import { checkTemplates } from './template-references.js';

export const TASKS_MAX = 10_000;
export const EDGES_MAX = 100_000;

/** Keys shown of a long cycle. */
const CYCLE_SHOWN_MAX = 20;

/** Read, connected or filled before others get a turn: some 2 ms, cold 5. */
const STAGE_TASKS = 500;
const STAGE_EDGES = 5000;

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

/** The limits have been asked already. */
function* readList<T>(
  field: 'tasks' | 'edges',
  given: unknown,
  { check, stage }: { readonly check: Check<T>; readonly stage: number },
  inspection: Inspection,
): Stages<readonly (T | undefined)[]> {
  if (given === null || given === undefined) return [];
  if (!Array.isArray(given)) return inspection.at(field, list(check, 0), given) ?? [];
  const read: (T | undefined)[] = [];
  const readStage: Check<void> = () => {
    const end = Math.min(given.length, read.length + stage);
    for (let index = read.length; index < end; index++) read.push(inspection.at(index, check, given[index]));
  };
  inspection.at(field, readStage, given);
  while (read.length < given.length) {
    yield;
    inspection.at(field, readStage, given);
  }
  return read;
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

function* addAllDependencies(tasks: ReadTasks, edges: EdgeList): Stages<void> {
  for (let index = 0; index < tasks.length; index++) {
    const task = tasks[index];
    if (task !== undefined) addDependencies(task, index, edges);
    if (index % STAGE_TASKS === STAGE_TASKS - 1) yield;
  }
}

function* addEdges(given: unknown, edges: EdgeList, inspection: Inspection): Stages<void> {
  const how = { check: edgeRecord, stage: STAGE_EDGES };
  const read = yield* readList('edges', given, how, inspection);
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
export function* readParts(
  given: Given,
  open: boolean,
  defaults: TaskDefaults,
  inspection: Inspection,
): Stages<MeshParts> {
  if (!withinLimits(given, inspection)) return { tasks: [], edges: [], cycle: undefined };
  const how = { check: meshTask, stage: STAGE_TASKS };
  const tasks: ReadTasks = yield* readList('tasks', given.tasks, how, inspection);
  const list = new EdgeList(inspection, open ? 'open' : 'closed');
  addTasks(tasks, list, inspection);
  yield* addAllDependencies(tasks, list);
  yield* addEdges(given.edges, list, inspection);
  list.refuseRepeated();
  checkTemplates(tasks, list.edges, (index) => ['tasks', index], inspection);
  if (tasks.length > STAGE_TASKS) yield;
  const cycle = refuseCycle(list, inspection);
  const filled = inspection.count === 0 ? yield* fillTasks(tasks as readonly ReadTask[], defaults) : [];
  return { tasks: filled, edges: list.edges, cycle };
}

function* fillTasks(tasks: readonly ReadTask[], defaults: TaskDefaults): Stages<CheckedTask[]> {
  const filled: CheckedTask[] = [];
  for (const task of tasks) {
    filled.push(fillTask(task, defaults));
    if (filled.length % STAGE_TASKS === 0) yield;
  }
  return filled;
}
