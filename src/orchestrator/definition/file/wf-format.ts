/**
 * WfFormat, the JSON of WfCommons for recorded workflows (1.5, and the flat layout of 1.0 to 1.4), as a mesh: every
 * recorded task becomes `wait` work of its run time, every file handed over the weight of an edge. Called when a JSON
 * file says it is WfFormat. It never runs the recorded programs.
 * https://github.com/wfcommons/WfFormat
 */
import type { Json, JsonObject } from '../../../kit/json.js';
import type { DependencyInput, MeshInput, TaskInput } from '../mesh-input.js';
import { isRecord } from '../check/checks.js';
import type { Step } from '../check/inspection.js';
import { writePath } from '../check/inspection.js';
import { showValue } from '../check/show-value.js';
import type { FileFault, Tree } from './tree.js';
import { readWfTasks } from './wf-tasks.js';
import type { WfTask } from './wf-tasks.js';

/** Bytes per second between two machines: the network of the recorded runs, about 1 Gbit/s. */
const BANDWIDTH = 100_000_000;
const MACHINES_SHOWN_MAX = 50;

export interface WfMesh {
  readonly input: MeshInput;
  readonly faults: readonly FileFault[];
  filePathOf(path: readonly Step[]): readonly Step[];
}

export function isWfFormat(value: unknown): boolean {
  if (!isRecord(value) || 'tasks' in value) return false;
  return (
    typeof value.schemaVersion === 'string' || (isRecord(value.workflow) && !Array.isArray(value.workflow))
  );
}

function sharedBytes(parent: WfTask, child: WfTask): number {
  let bytes = 0;
  for (const [file, size] of parent.outputs) if (child.inputs.has(file)) bytes += size;
  return bytes;
}

function sum(sizes: ReadonlyMap<string, number>): number {
  let bytes = 0;
  for (const size of sizes.values()) bytes += size;
  return bytes;
}

/** Parents as each child and each parent tells them: recorders differ in which of the two lists they fill. */
function parentsOf(tasks: readonly WfTask[], byId: ReadonlyMap<string, WfTask>): Map<string, Set<string>> {
  const parents = new Map(tasks.map((task) => [task.id, new Set(task.parents.filter((id) => byId.has(id)))]));
  for (const task of tasks) for (const child of task.children) parents.get(child)?.add(task.id);
  return parents;
}

function unknownNames(tasks: readonly WfTask[], byId: ReadonlyMap<string, WfTask>, tree: Tree): FileFault[] {
  const faults: FileFault[] = [];
  for (const task of tasks) {
    for (const list of ['parents', 'children'] as const) {
      task[list].forEach((id, index) => {
        if (byId.has(id)) return;
        const path = [...task.path, list, index];
        faults.push({
          path: writePath(path),
          message: `must name a task of this workflow, got ${showValue(id)}`,
          ...tree.positionOf(path),
        });
      });
    }
  }
  return faults;
}

function metadataOf(task: WfTask): JsonObject {
  const sizes = { inputBytes: sum(task.inputs), outputBytes: sum(task.outputs) };
  return { ...sizes, ...task.recorded };
}

function taskOf(task: WfTask, dependsOn: readonly DependencyInput[], speed: number): TaskInput {
  const durationMs = Math.round((task.runSeconds * 1000) / speed);
  return {
    key: task.id,
    name: task.name,
    work: { wait: { durationMs } },
    metadata: metadataOf(task),
    dependsOn,
  };
}

function first(value: unknown): Json | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

/** What is known of the recorded run, small enough to be stored with the mesh. */
function aboutRun(value: Readonly<Record<string, unknown>>): JsonObject {
  const workflow = isRecord(value.workflow) ? value.workflow : {};
  const execution = isRecord(workflow.execution) ? workflow.execution : workflow;
  const system = isRecord(value.runtimeSystem) ? value.runtimeSystem : {};
  const machines = Array.isArray(execution.machines) ? execution.machines.slice(0, MACHINES_SHOWN_MAX) : [];
  const entries: [string, Json | undefined][] = [
    ['source', 'WfFormat'],
    ['schemaVersion', first(value.schemaVersion)],
    ['recordedBy', first(system.name)],
    ['recordedAt', first(execution.executedAt)],
    ['recordedMakespanSeconds', first(execution.makespanInSeconds) ?? first(execution.makespan)],
    ['machines', machines.filter(isRecord).map((machine) => first(machine.nodeName) ?? '')],
  ];
  return Object.fromEntries(entries.filter(([, field]) => field !== undefined)) as JsonObject;
}

/** `speed` 10 runs the record in a tenth of its time: run times and transfers alike. */
export function wfMesh(tree: Tree, speed: number): WfMesh {
  const value = tree.value as Readonly<Record<string, unknown>>;
  const { tasks, faults } = readWfTasks(value, tree);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const parents = parentsOf(tasks, byId);
  const dependencies = (child: WfTask): DependencyInput[] =>
    [...(parents.get(child.id) ?? [])].map((id) => ({
      task: id,
      weight: sharedBytes(byId.get(id) as WfTask, child) / BANDWIDTH / speed,
    }));
  const input: MeshInput = {
    name: typeof value.name === 'string' ? value.name : 'workflow',
    description: typeof value.description === 'string' ? value.description : null,
    metadata: aboutRun(value),
    tasks: tasks.map((task) => taskOf(task, dependencies(task), speed)),
  };
  return {
    input,
    faults: [...faults, ...unknownNames(tasks, byId, tree)],
    filePathOf: ([list, index, ...rest]) => {
      const task = list === 'tasks' && typeof index === 'number' ? tasks[index] : undefined;
      return task === undefined
        ? [list as Step]
        : rest[0] === 'dependsOn'
          ? [...task.path, 'parents']
          : task.path;
    },
  };
}
