/**
 * New tasks and edges: a submitted mesh, the extension of a live one, a single task. Everything is checked before
 * anything changes, cycles included, so that two concurrent edits can never close one together. O(tasks + edges).
 */
import type { NewTaskRow } from '../../lifecycle/batch.js';
import { hasNotStarted, type MeshState, type TaskState } from '../../lifecycle/mesh-state.js';
import { isMeshOpen, isTerminal } from '../../lifecycle/vocabulary.js';
import type { GraphEdge } from '../../mesh/graph.js';
import {
  type Admission,
  type AdmittedTask,
  cycleRefusal,
  depend,
  type KnownEnd,
  newTask,
} from './admission.js';
import { considerReady, doom, end } from './advance.js';
import { type Answer, answered, type Refused, refused } from './answer.js';
import type { CoreState } from './core-state.js';
import type { MeshPlan } from './mesh-plan.js';
import { rankAgain } from './ranks.js';

/** What was planned outside becomes part of the core. A plan that was refused is refused here, so that every command answers alike. */
export function submitMesh(core: CoreState, plan: Answer<MeshPlan>): Answer<string> {
  if (!plan.ok) return plan;
  const { mesh, admission, state, tasks, rows } = plan.value;
  // the default mesh of a tenant may be wanted by several at once
  if (core.meshes.has(mesh.id)) return answered(mesh.id);
  core.meshes.set(mesh.id, state);
  core.ledger.insertMesh({ ...mesh, status: 'RUNNING', createdBy: admission.createdBy, finished: false });
  const size = { tasks: tasks.length, edges: admission.edges.length };
  core.ledger.event('MESH_SUBMITTED', state, { name: mesh.name, ...size }, null, 'RUNNING');
  admission.tasks.forEach(({ delayMs }, index) => {
    letIn(core, { task: tasks[index] as TaskState, row: rows[index] as NewTaskRow, delayMs });
  });
  for (const edge of admission.edges) core.ledger.batch.edges.push(edge);
  admission.tasks.forEach((admitted, index) => open(core, tasks[index] as TaskState, admitted, false));
  for (const task of tasks) considerReady(core, task);
  return answered(mesh.id);
}

/** More tasks and edges into a live mesh; one task (createTask) and one edge (addEdge) are the small cases of it. */
export function extendMesh(core: CoreState, meshId: string, admission: Admission): Answer<readonly string[]> {
  const mesh = core.meshes.get(meshId);
  if (mesh === undefined || !isMeshOpen(mesh.status)) {
    const how = mesh === undefined ? '' : ` as ${mesh.status}`;
    return refused(
      'CONFLICT',
      `mesh ${meshId} has ended${how} and takes no more tasks; rerun it or submit a new one`,
    );
  }
  const taken = admission.tasks.find(({ task }) => mesh.byKey.has(task.spec.key));
  if (taken !== undefined) {
    const message = `mesh ${meshId} already has a task with key "${taken.task.spec.key}"; choose another key`;
    return refused('DUPLICATE_KEY', message);
  }
  const plan = planEdges(core, mesh, admission);
  if (!plan.ok) return plan;
  announceExtension(core, mesh, admission);
  const added = admit(core, mesh, admission, plan.value);
  return answered(added.map((task) => task.id));
}

function announceExtension(core: CoreState, mesh: MeshState, { tasks, edges }: Admission): void {
  const [edge] = edges;
  if (tasks.length === 0 && edges.length === 1 && edge !== undefined) {
    const { sourceId, targetId, type, weight } = edge;
    core.ledger.event('EDGE_ADDED', mesh, { sourceId, targetId, type, weight });
  } else if (tasks.length !== 1) {
    core.ledger.event('MESH_EXTENDED', mesh, { tasks: tasks.length, edges: edges.length });
  }
}

interface Plan {
  readonly nodes: ReadonlyMap<string, number>;
  readonly graphEdges: readonly GraphEdge[];
}

/** Reserves the nodes, adds the edges to the graph, or takes everything back and says why. */
function planEdges(core: CoreState, mesh: MeshState, admission: Admission): Answer<Plan> {
  const nodes = new Map<string, number>();
  for (const task of admission.tasks) nodes.set(task.id, mesh.graph.addNode());
  const graphEdges: GraphEdge[] = [];
  const refusal =
    collectEdges(core, mesh, admission, { nodes, graphEdges }) ??
    closesCycle(mesh, graphEdges, keysByNode(mesh, admission, nodes));
  if (refusal === undefined) return answered({ nodes, graphEdges });
  for (const node of nodes.values()) mesh.graph.removeNode(node);
  return refusal;
}

function collectEdges(
  core: CoreState,
  mesh: MeshState,
  admission: Admission,
  { nodes, graphEdges }: { nodes: ReadonlyMap<string, number>; graphEdges: GraphEdge[] },
): Refused | undefined {
  const seen = new Set<string>();
  for (const { sourceId, targetId, type, weight } of admission.edges) {
    const target = nodes.get(targetId) ?? openTarget(core, mesh, targetId);
    if (typeof target !== 'number') return target;
    const own = nodes.get(sourceId);
    const source = own ?? nodeOf(core, mesh, sourceId);
    const known = source !== undefined || admission.ended.has(sourceId);
    if (own === undefined && (!known || core.isGone(sourceId))) {
      return refused('NOT_FOUND', `no task ${sourceId} in mesh ${mesh.id}`);
    }
    // Between two new tasks nothing can exist, and the submission was checked for repetitions.
    if (
      (!nodes.has(sourceId) || !nodes.has(targetId)) &&
      isKnown(core, seen, { sourceId, targetId }, nodes.has(targetId))
    ) {
      return refused(
        'CONFLICT',
        `an edge from ${sourceId} to ${targetId} exists already; remove it first to change it`,
      );
    }
    if (source !== undefined) graphEdges.push({ source, target, type, weight });
  }
  return undefined;
}

/** An end may be named by key in one edge and by id in another, so that the same edge comes twice. */
function isKnown(
  core: CoreState,
  seen: Set<string>,
  edge: { sourceId: string; targetId: string },
  newTarget: boolean,
): boolean {
  const pair = `${edge.sourceId}>${edge.targetId}`;
  if (seen.has(pair) || (!newTarget && edgeExists(core, edge.sourceId, edge.targetId))) return true;
  seen.add(pair);
  return false;
}

function edgeExists(core: CoreState, sourceId: string, targetId: string): boolean {
  const target = core.tasks.get(targetId) as TaskState;
  const source = core.tasks.get(sourceId);
  if (source === undefined) return target.pastSources?.has(sourceId) ?? false;
  return source.mesh === target.mesh && target.mesh.graph.edge(source.node, target.node) !== undefined;
}

function nodeOf(core: CoreState, mesh: MeshState, id: string): number | undefined {
  const task = core.tasks.get(id);
  return task?.mesh === mesh ? task.node : undefined;
}

function openTarget(core: CoreState, mesh: MeshState, id: string): number | Refused {
  const task = core.tasks.get(id);
  if (task?.mesh === mesh && hasNotStarted(task)) return task.node;
  const why =
    task?.mesh === mesh
      ? `is ${task.status} after ${task.attempt} attempts`
      : 'has ended or is not in this mesh';
  return refused('CONFLICT', `task ${id} ${why}; only tasks that have not started take new dependencies`);
}

function keysByNode(
  mesh: MeshState,
  admission: Admission,
  nodes: ReadonlyMap<string, number>,
): (node: number) => string {
  return (node) => {
    const added = admission.tasks.find((task) => nodes.get(task.id) === node);
    return added === undefined ? mesh.at(node).key : added.task.spec.key;
  };
}

function closesCycle(
  mesh: MeshState,
  edges: readonly GraphEdge[],
  keyOf: (node: number) => string,
): Refused | undefined {
  const found = mesh.graph.addEdges(edges);
  return found === undefined ? undefined : cycleRefusal(found.cycle.map(keyOf));
}

/** From here on nothing can refuse any more. */
function admit(core: CoreState, mesh: MeshState, admission: Admission, plan: Plan): TaskState[] {
  const added = admission.tasks.map((admitted) => {
    const node = plan.nodes.get(admitted.id) as number;
    const made = newTask({ mesh, node, createdBy: admission.createdBy }, admitted);
    return letIn(core, { ...made, delayMs: admitted.delayMs });
  });
  const old = connect(core, admission, plan);
  mesh.revision++;
  rankAgain(core, mesh, [...added, ...old.sources]);
  admission.tasks.forEach((task, index) => open(core, added[index] as TaskState, task, true));
  for (const { target, source } of old.doomed) if (!isTerminal(target.status)) doom(core, target, source);
  for (const task of old.targets) backToPending(core, task);
  for (const task of added) considerReady(core, task);
  return added;
}

interface Connected {
  /** Tasks that were there before, at either end of a new edge. */
  readonly sources: Set<TaskState>;
  readonly targets: Set<TaskState>;
  readonly doomed: { readonly target: TaskState; readonly source: KnownEnd }[];
}

function connect(core: CoreState, admission: Admission, plan: Plan): Connected {
  const found: Connected = { sources: new Set(), targets: new Set(), doomed: [] };
  for (const edge of admission.edges) {
    core.ledger.batch.edges.push(edge);
    const target = core.tasks.get(edge.targetId) as TaskState;
    const source = core.tasks.get(edge.sourceId);
    const known = source ?? (admission.ended.get(edge.sourceId) as KnownEnd);
    if (depend(target, known, edge.type) === 'doomed') found.doomed.push({ target, source: known });
    if (source === undefined) (target.pastSources ??= new Set()).add(edge.sourceId);
    if (source !== undefined && source.spec !== null && !plan.nodes.has(source.id)) found.sources.add(source);
    if (!plan.nodes.has(target.id)) found.targets.add(target);
  }
  return found;
}

function letIn(
  core: CoreState,
  {
    task,
    row,
    delayMs,
  }: { readonly task: TaskState; readonly row: NewTaskRow; readonly delayMs: number | null },
): TaskState {
  task.availableAt = delayMs !== null && delayMs > 0 ? core.now + delayMs : 0;
  core.tasks.set(task.id, task);
  core.ledger.insertTask(task, row);
  core.sync(task, row);
  return task;
}

/** A mesh tells of its first tasks in MESH_SUBMITTED; later arrivals speak for themselves. */
function open(core: CoreState, task: TaskState, admitted: AdmittedTask, late: boolean): void {
  if (late) core.ledger.event('TASK_CREATED', task, { key: task.key }, null, 'PENDING');
  if (admitted.reuse !== null) keep(core, task, admitted.reuse);
  else if (admitted.task.hold) hold(core, task);
}

/** The kept part of a rerun: ended from the start, with the old outcome. */
function keep(core: CoreState, task: TaskState, reuse: 'COMPLETED' | 'SKIPPED'): void {
  if (reuse === 'SKIPPED') end(core, task, 'SKIPPED', { reason: 'not part of this rerun' });
  else end(core, task, 'COMPLETED', { output: null, reason: 'kept from the run before' });
}

export function hold(core: CoreState, task: TaskState): void {
  const from = task.status;
  if (from === 'QUEUED') core.unplace(task);
  core.move(task, 'HELD');
  core.setDue(task, Number.POSITIVE_INFINITY);
  core.moved(task, 'TASK_HELD', from);
}

export function backToPending(core: CoreState, task: TaskState): void {
  if (task.status !== 'QUEUED' || task.waiting === 0) return;
  core.unplace(task);
  core.move(task, 'PENDING');
  core.setDue(task, Number.POSITIVE_INFINITY);
  core.moved(task, 'TASK_PENDING', 'QUEUED');
}
