/**
 * Builds the core's memory from what the store holds, all or nothing, when this process becomes the leader. Attempts
 * that the last leader left running are lost unless their node lives on; the caller settles them as crashed.
 */
import { assert } from '../../kit/assert.js';
import { MeshState } from '../../lifecycle/mesh-state.js';
import { TaskState } from '../../lifecycle/mesh-state.js';
import { isTerminal, TERMINAL_STATUSES } from '../../lifecycle/vocabulary.js';
import type { GraphEdge } from '../../mesh/graph.js';
import type { OpenAttempt, OpenTask, Snapshot } from '../../store/store.js';
import { considerReady } from './advance.js';
import type { CoreState } from './core-state.js';
import { measureDepths, rankAgain } from './ranks.js';
import { demandFor } from './asked.js';
import { attemptDueAt, timeoutMsOf } from './schedule.js';

const NO_ROOM = { slots: 0, cores: 0, memoryBytes: 0 };
/**
 * Signs of life from elsewhere begin to come after this: other servers have to notice that this one leads, and the queue of the
 * reports of nodes has to open. On a busy machine it took up to a second.
 */
const HEARD_FIRST_MS = 2000;

export function restore(core: CoreState, snapshot: Snapshot): void {
  for (const mesh of snapshot.meshes) {
    const state = new MeshState(mesh);
    state.status = mesh.status;
    state.nextOrdinal = mesh.nextOrdinal;
    for (const status of TERMINAL_STATUSES) state.counts[status] = mesh.counts[status] ?? 0;
    core.meshes.set(mesh.id, state);
  }
  for (const task of snapshot.tasks) restoreTask(core, task);
  restoreEdges(core, snapshot);
  restoreAttempts(core, snapshot);
  for (const mesh of core.meshes.values()) {
    rankAgain(
      core,
      mesh,
      [...mesh.byKey.values()].filter((task) => task.spec !== null),
    );
  }
  for (const task of core.tasks.values()) resume(core, task);
}

/** Terminal tasks are counted already, in the mesh's own counts. */
function restoreTask(core: CoreState, row: OpenTask): void {
  const mesh = core.meshes.get(row.meshId);
  assert(mesh !== undefined, `task ${row.id} belongs to mesh ${row.meshId}, which is not open`);
  const node = mesh.graph.addNode();
  const { id, key, createdBy, ordinal } = row;
  const task = new TaskState({
    id,
    mesh,
    node,
    key,
    createdBy,
    ordinal,
    spec: isTerminal(row.status) ? null : row.spec,
  });
  task.status = row.status;
  task.attempt = row.attempt;
  task.crashes = row.crashes;
  task.spent = row.spent;
  task.placedOn = row.placedOn;
  task.deleted = row.deleted;
  task.availableAt = row.availableInMs === null ? 0 : core.now + row.availableInMs;
  task.queuedAt = core.now - (row.queuedForMs ?? 0);
  task.endedAt = core.now;
  mesh.nodes[node] = task;
  mesh.byKey.set(key, task);
  core.tasks.set(id, task);
  if (isTerminal(task.status)) core.graveyard.push(task);
  else mesh.count(task.status, 1);
}

function restoreEdges(core: CoreState, snapshot: Snapshot): void {
  const byMesh = new Map<MeshState, GraphEdge[]>();
  for (const edge of snapshot.edges) {
    const source = core.tasks.get(edge.sourceId);
    const target = core.tasks.get(edge.targetId);
    if (target === undefined) continue;
    if (edge.type === 'DATA') {
      target.hasData = true;
      if (source !== undefined) source.feedsData = true;
    }
    if (source === undefined) {
      (target.pastSources ??= new Set()).add(edge.sourceId);
      continue;
    }
    if (edge.type === 'RESOURCE') source.hasResource = target.hasResource = true;
    const list = byMesh.get(source.mesh) ?? [];
    byMesh.set(source.mesh, list);
    list.push({ source: source.node, target: target.node, type: edge.type, weight: edge.weight });
    if (edge.type !== 'RESOURCE' && !isTerminal(source.status)) target.waiting++;
  }
  for (const [mesh, edges] of byMesh) {
    const refusal = mesh.graph.addEdges(edges);
    assert(
      refusal === undefined,
      `the stored edges of mesh ${mesh.id} close a cycle: ${refusal?.cycle.join(' → ')}`,
    );
    measureDepths(mesh);
  }
}

function restoreAttempts(core: CoreState, snapshot: Snapshot): void {
  for (const row of snapshot.attempts) {
    const task = core.tasks.get(row.taskId);
    if (task === undefined || task.spec === null) continue;
    assert(
      task.status === 'RUNNING' && task.attempt === row.attempt,
      `attempt ${row.attempt} of task ${task.id} is open, but the task is ${task.status}`,
    );
    const here = isHere(core, row);
    const isOwn = row.node === core.ports.nodeOf(row.layer);
    const { attempt, token, layer, node, waitMs } = row;
    const demand = here ? core.rooms.occupy(layer, node, demandFor(core, task, task.spec)) : NO_ROOM;
    task.live = {
      attempt,
      token,
      layer,
      node,
      demand,
      waitMs,
      startedAt: here ? core.now : core.now - (snapshot.now - row.startedAt),
      stampedAt: row.startedAt,
      row: null,
      heartbeatAt: isOwn ? core.now : core.now + HEARD_FIRST_MS,
      begun: !here, // another server has it; of those here the dispatcher knows
      abort: null,
      overdue: null,
      timeoutMs: timeoutMsOf(core, task, task.spec),
      openLayers: [],
      placement: null,
      planned: [],
    };
    task.mesh.live++;
    core.running.set(token, task);
    core.keys.started(task);
  }
}

/** Layers of the program's own machine offer only that: what another server still runs takes no place here. */
function isHere({ rooms, ports }: CoreState, { layer, node }: OpenAttempt): boolean {
  return rooms.isOfNodes(layer) || node === ports.nodeOf(layer);
}

function resume(core: CoreState, task: TaskState): void {
  if (task.status === 'PENDING') considerReady(core, task);
  else if (task.status === 'RETRYING') core.setDue(task, task.availableAt);
  else if (task.status === 'QUEUED') {
    const timeoutMs = task.spec?.queueTimeoutMs ?? null;
    core.setDue(task, timeoutMs === null ? Number.POSITIVE_INFINITY : task.queuedAt + timeoutMs);
    core.placeAgain(task);
  } else if (task.status === 'RUNNING') {
    assert(task.live !== null, `task ${task.id} is RUNNING without an attempt`);
    core.setDue(task, attemptDueAt(task));
  }
}
