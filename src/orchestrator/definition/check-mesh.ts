/**
 * From what came in at a door to what the core may rely on: a complete value, or every fault in it with place, value
 * and fix. Called by the doors and by mesh files before any command; it touches nothing and never throws.
 */
import { atOnce, type Stages } from '../../kit/turn.js';
import type { Refusal } from '../../lifecycle/refusal.js';
import type { CircuitWork } from '../../lifecycle/work.js';
import { circuitWork } from './check/circuit-work.js';
import { isRecord, record } from './check/checks.js';
import { EdgeList } from './check/edge-list.js';
import { fillPatch, fillTask } from './check/fill-task.js';
import { Inspection } from './check/inspection.js';
import type { Check } from './check/inspection.js';
import { addDependencies, readParts } from './check/mesh-parts.js';
import * as taskFields from './check/task-fields.js';
import { checkTemplateSyntax, checkTemplates } from './check/template-references.js';
import type {
  CheckedEdge,
  CheckedExtension,
  CheckedMesh,
  CheckedTask,
  CheckedTaskPatch,
  TaskDefaults,
} from './mesh-input.js';

export { EDGES_MAX, TASKS_MAX } from './check/mesh-parts.js';

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** One task with the edges into it; its `key`, also as their target, is empty when the author gave none. */
export interface CheckedSingle {
  readonly task: CheckedTask;
  readonly edges: readonly CheckedEdge[];
}

/** Read by `readParts` with everything else of tasks and edges. */
const later: Check<true> = () => true;

const { name, description, tags, metadata, idempotencyKey } = taskFields;

const meshRecord = record({
  noun: 'a mesh',
  fields: { name, description, tags, metadata, idempotencyKey, tasks: later, edges: later },
  required: ['name', 'tasks'],
  elsewhere: {
    parameters: 'with parameters it is a template: save it (taskmesh template save FILE), and run that',
    jobs: 'write tasks',
    steps: 'write tasks',
    id: 'ids are given by the server; leave it out',
  },
});

const extensionRecord = record({
  noun: 'an extension',
  fields: { idempotencyKey, tasks: later, edges: later },
});

/** The value is made only when nothing was at fault: what was read is of no use otherwise. */
function finish<T>(inspection: Inspection, value: () => T, cycle?: readonly string[]): Checked<T> {
  if (inspection.count === 0) return { ok: true, value: value() };
  return { ok: false, refusal: inspection.refusal(cycle === undefined ? undefined : { cycle }) };
}

export function checkMesh(input: unknown, defaults: TaskDefaults): Checked<CheckedMesh> {
  return atOnce(checkMeshInStages(input, defaults));
}

/** `inspection`: from callers who also need the places of the faults. */
export function* checkMeshInStages(
  input: unknown,
  defaults: TaskDefaults,
  inspection = new Inspection('mesh'),
): Stages<Checked<CheckedMesh>> {
  const read = meshRecord(input, inspection);
  const { tasks, edges, cycle } = yield* readParts(isRecord(input) ? input : {}, false, defaults, inspection);
  if (isRecord(input) && Array.isArray(input.tasks) && input.tasks.length === 0) {
    inspection.fault({ rule: 'must have at least one task' }, 'tasks');
  }
  const about = {
    name: read?.name ?? '',
    description: read?.description ?? null,
    tags: read?.tags ?? [],
    metadata: read?.metadata ?? {},
  };
  return finish(inspection, () => ({ ...about, tasks, edges }), cycle);
}

/** Edges may name tasks that the mesh already has; whether they exist, and cycles through them, is for the core to say. */
export function checkExtension(input: unknown, defaults: TaskDefaults): Checked<CheckedExtension> {
  return atOnce(checkExtensionInStages(input, defaults));
}

export function* checkExtensionInStages(
  input: unknown,
  defaults: TaskDefaults,
): Stages<Checked<CheckedExtension>> {
  const inspection = new Inspection('extension');
  extensionRecord(input, inspection);
  const { tasks, edges, cycle } = yield* readParts(isRecord(input) ? input : {}, true, defaults, inspection);
  if (inspection.count === 0 && tasks.length + edges.length === 0) {
    inspection.fault({ rule: 'must have a task or an edge' });
  }
  return finish(inspection, () => ({ tasks, edges }), cycle);
}

export function checkTask(input: unknown, defaults: TaskDefaults): Checked<CheckedSingle> {
  const inspection = new Inspection('task');
  const read = taskFields.singleTask(input, inspection) ?? {};
  if (inspection.count === 0 && read.name == null && read.key == null)
    inspection.fault({ rule: 'is required' }, 'name');
  const list = new EdgeList(inspection, 'single');
  list.addTask(read.key ?? '');
  addDependencies(read, 0, list);
  list.refuseRepeated();
  checkTemplates([read], list.edges, () => [], inspection);
  return finish(inspection, () => ({ task: fillTask(read, defaults), edges: list.edges }));
}

/** A circuit that is to be simulated at once: the rules of circuit work, and no templates. */
export function checkCircuit(input: unknown): Checked<CircuitWork> {
  const inspection = new Inspection('circuit');
  const read = circuitWork(input, inspection);
  return finish(inspection, () => read as CircuitWork);
}

/** Absent fields stay as they are, null sets the default again; `retryPolicy` is replaced as a whole. */
export function checkTaskPatch(input: unknown, defaults: TaskDefaults): Checked<CheckedTaskPatch> {
  const inspection = new Inspection('update');
  const read = taskFields.taskPatch(input, inspection) ?? {};
  if (read.work) checkTemplateSyntax(read.work, [], inspection);
  if (read.name === null) inspection.fault({ rule: 'must not be null: a task has a name' }, 'name');
  if (inspection.count === 0 && Object.values(read).every((value) => value === undefined))
    inspection.fault({ rule: 'must change at least one field' });
  return finish(inspection, () => fillPatch(read, defaults));
}
