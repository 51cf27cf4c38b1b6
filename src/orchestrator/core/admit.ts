/**
 * New tasks and edges: a submitted mesh, the extension of a live one, a single task. Everything is checked before
 * anything changes, cycles included, so that two concurrent edits can never close one together. O(tasks + edges).
 */
import type { NewTaskRow } from '../../lifecycle/batch.js';
import { MeshState } from '../../lifecycle/mesh-state.js';
import { hasNotStarted, TaskState } from '../../lifecycle/mesh-state.js';
import { isMeshOpen, isTerminal, type RerunStrategy, type TaskStatus } from '../../lifecycle/vocabulary.js';
import type { EdgeType } from '../../mesh/edge-type.js';
import type { GraphEdge } from '../../mesh/graph.js';
import type { CheckedTask } from '../definition/mesh-input.js';
import type { JsonObject } from '../../kit/json.js';
import { considerReady, doom, end } from './advance.js';
import { type Answer, answered, type Refused, refused } from './answer.js';
import type { CoreState } from './core-state.js';
import { rankAgain } from './ranks.js';

/** A task with its id. `delayMs`: not queued before. `reuse`: this part of a rerun is kept, not run. */
export interface AdmittedTask {
  readonly id: string;
  readonly task: CheckedTask;
  readonly delayMs: number | null;
  readonly rerunOf: string | null;
  readonly reuse: 'COMPLETED' | 'SKIPPED' | null;
}

/** An end that is no new task: in memory, or long ended and known only from the store. */
export interface KnownEnd {
  readonly id: string;
  readonly key: string;
  readonly status: TaskStatus;
}

export interface AdmittedEdge {
  readonly id: string;
  readonly sourceId: string;
  readonly targetId: string;
  readonly type: EdgeType;
  readonly weight: number;
}

export interface Admission {
  readonly createdBy: string;
  readonly tasks: readonly AdmittedTask[];
  readonly edges: readonly AdmittedEdge[];
  /** Ended tasks that edges name and that have left memory, by id. */
  readonly ended: ReadonlyMap<string, KnownEnd>;
}

export interface NewMesh {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  readonly parentMeshId: string | null;
  readonly rerunStrategy: RerunStrategy | null;
}

export function submitMesh(core: CoreState, mesh: NewMesh, admission: Admission): Answer<string> {
  const state = new MeshState(mesh.id, mesh.name, admission.createdBy);
  const plan = planEdges(core, state, admission);
  if (!plan.ok) return plan;
  core.meshes.set(mesh.id, state);
  core.ledger.insertMesh({ ...mesh, status: 'RUNNING', createdBy: admission.createdBy, finished: false });
  const size = { tasks: admission.tasks.length, edges: admission.edges.length };
  core.ledger.event('MESH_SUBMITTED', state, { name: mesh.name, ...size }, { from: null, to: 'RUNNING' });
  admit(core, state, admission, { ...plan.value, late: false });
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
  const added = admit(core, mesh, admission, { ...plan.value, late: true });
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

export function cycleRefusal(cycle: readonly string[]): Refused {
  const message = `the edges close a cycle: ${cycle.join(' → ')}; remove one of them`;
  return refused('CYCLE_DETECTED', message, { details: { cycle: [...cycle] } });
}

/** From here on nothing can refuse any more. */
function admit(
  core: CoreState,
  mesh: MeshState,
  admission: Admission,
  plan: Plan & { readonly late: boolean },
): TaskState[] {
  const added = admission.tasks.map((task) => addTask(core, mesh, admission.createdBy, task, plan));
  const old = connect(core, mesh, admission, plan);
  rankAgain(core, mesh, [...added, ...old.sources]);
  admission.tasks.forEach((task, index) => open(core, added[index] as TaskState, task, plan.late));
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

function connect(core: CoreState, mesh: MeshState, admission: Admission, plan: Plan): Connected {
  const found: Connected = { sources: new Set(), targets: new Set(), doomed: [] };
  for (const edge of admission.edges) {
    const { id, sourceId, targetId, type, weight } = edge;
    core.ledger.batch.edges.push({ id, meshId: mesh.id, sourceId, targetId, type, weight });
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

function addTask(
  core: CoreState,
  mesh: MeshState,
  createdBy: string,
  admitted: AdmittedTask,
  plan: Plan,
): TaskState {
  const { id, task, delayMs, rerunOf, reuse } = admitted;
  const { spec } = task;
  const node = plan.nodes.get(id) as number;
  const state = new TaskState({
    id,
    mesh,
    node,
    key: spec.key,
    createdBy,
    ordinal: mesh.nextOrdinal++,
    spec,
  });
  state.availableAt = delayMs !== null && delayMs > 0 ? core.now + delayMs : 0;
  mesh.nodes[node] = state;
  mesh.byKey.set(state.key, state);
  mesh.count('PENDING', 1);
  core.tasks.set(id, state);
  const row: NewTaskRow = {
    id,
    meshId: mesh.id,
    spec,
    createdBy,
    ordinal: state.ordinal,
    rerunOf,
    outputFrom: reuse === 'COMPLETED' ? rerunOf : null,
    status: 'PENDING',
    attempt: 0,
    crashes: 0,
    availableInMs: null,
    failure: null,
    output: undefined,
    reason: null,
    placedOn: null,
    queued: false,
    started: false,
    finished: false,
  };
  core.ledger.insertTask(row);
  core.sync(state, row);
  return state;
}

/** A mesh tells of its first tasks in MESH_SUBMITTED; later arrivals speak for themselves. */
function open(core: CoreState, task: TaskState, admitted: AdmittedTask, late: boolean): void {
  if (late) core.ledger.event('TASK_CREATED', task, { key: task.key }, { from: null, to: 'PENDING' });
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

/** Counts the dependency. `doomed`: the source has already ended in a way that the target cannot do with. */
export function depend(target: TaskState, source: KnownEnd, type: EdgeType): 'met' | 'waiting' | 'doomed' {
  if (type === 'DATA') target.hasData = true;
  if (type === 'RESOURCE') return 'met';
  if (isTerminal(source.status)) return type === 'SOFT' || source.status === 'COMPLETED' ? 'met' : 'doomed';
  target.waiting++;
  return 'waiting';
}

export function backToPending(core: CoreState, task: TaskState): void {
  if (task.status !== 'QUEUED' || task.waiting === 0) return;
  core.unplace(task);
  core.move(task, 'PENDING');
  core.setDue(task, Number.POSITIVE_INFINITY);
  core.moved(task, 'TASK_PENDING', 'QUEUED');
}
