/**
 * A mesh and its tasks as the core keeps them while the mesh is open: graph, status, counts, deadlines, places in queues.
 * Only the core changes them, through the ledger; what left memory lives on in the store. One file, because a task knows
 * its mesh and a mesh its tasks.
 */
import { keepShape } from '../kit/keep-shape.js';
import { Graph } from '../mesh/graph.js';
import type { AbortReason } from './abort-reason.js';
import type { AttemptOutcomeRow } from './batch.js';
import type { Demand } from './demand.js';
import type { Placement } from './placement.js';
import type { TaskSpec } from './task.js';
import { isBeforeStart, isTerminal, type LayerName, type MeshStatus, type TaskStatus } from './vocabulary.js';

/** The attempt that a layer is running (or ending). Times are the core's monotonic ms. */
export interface LiveAttempt {
  readonly attempt: number;
  readonly token: number;
  readonly layer: LayerName;
  readonly node: string;
  readonly demand: Demand;
  readonly waitMs: number;
  /** The store's stamp of the commit that states the start (ms since the epoch); the core hands it back and never reads it. */
  stampedAt: number | null;
  /** Tells its end, where that came before its stamp: it was cancelled while the start was being committed. */
  row: AttemptOutcomeRow | null;
  /** Until its work has begun: when it last had not. */
  startedAt: number;
  heartbeatAt: number;
  /** Its start is committed, its inputs are there, its layer has it: its time runs. */
  begun: boolean;
  abort: AbortReason | null;
  /** Which limit it broke when it was told to stop for time. */
  overdue: 'EXECUTION_TIMEOUT' | 'HEARTBEAT_TIMEOUT' | null;
  /** How long it may take where that was learned; null: as long as its task says. */
  timeoutMs: number | null;
  /** The layers that had room, where there were several; why its node, where that was chosen. For those who learn. */
  readonly openLayers: readonly LayerName[];
  readonly placement: Placement | null;
  /** What its plan chose among, the chosen one first. */
  readonly planned: readonly PlannedPlace[];
}

/** A place that a plan could have chosen, a layer or a node of one, as it was expected to be at that moment. Seconds. */
export interface PlannedPlace {
  readonly layer: LayerName;
  /** Its name where nodes were chosen among, else null. */
  readonly node: string | null;
  /** Until it has room; 0 where it had. */
  readonly waitSeconds: number;
  /** Overhead, transfer, wait, run time, and the risk of another attempt. */
  readonly finishSeconds: number;
}

/** The start is durable. */
export function stamp(live: LiveAttempt, at: number): void {
  live.stampedAt = at;
  if (live.row !== null) live.row.startedAt = at;
}

/**
 * States: PENDING until its dependencies are met (`waiting` is 0) and `availableAt` has come; HELD by a person; QUEUED
 * until a layer has room; RUNNING while `live` is its current attempt; RETRYING until `availableAt`; then one of the
 * terminal states, for good. `live` may outlast the status: a cancelled attempt keeps its place until its layer says
 * that nothing of it runs any more.
 */
export class TaskState {
  readonly id: string;
  readonly mesh: MeshState;
  readonly node: number;
  readonly key: string;
  readonly createdBy: string;
  readonly ordinal: number;
  /** Null once terminal: nothing will run it again. */
  spec: TaskSpec | null;
  status: TaskStatus = 'PENDING';
  /** Number of the last attempt; 0 before the first. */
  attempt = 0;
  crashes = 0;
  /** Attempts that count against `maxAttempts`. */
  spent = 0;
  /** Unmet HARD, SOFT and DATA dependencies. */
  waiting = 0;
  hasData = false;
  /** The source of a DATA edge: the size of its output will be asked for. */
  feedsData = false;
  /** DATA sources that have completed, and the bytes of their outputs as JSON. */
  inputCount = 0;
  inputBytes = 0;
  outputBytes = 0;
  /** Code of the failure of the last attempt, while this leadership lasts. */
  lastError: string | null = null;
  /** Longest distance from a task that waits for none, in edges; from those that memory knows. */
  depth = 0;
  /** Has or had a RESOURCE edge: few have, and looking at the edges of the others costs more than the rest of a start. */
  hasResource = false;
  /** Ended sources of its edges that memory has let go of; null: none. */
  pastSources: Set<string> | null = null;
  live: LiveAttempt | null = null;
  placedOn: LayerName | null = null;
  /** Monotonic ms; 0: at once. */
  availableAt = 0;
  queuedAt = 0;
  endedAt = 0;
  /** Upward rank in seconds: the longest remaining path from its start. */
  rank = 0;
  deleted = false;
  /** Ended long enough ago that no command in flight can mean it. */
  old = false;
  /** Memory has let go of it. */
  forgotten = false;
  /** Order of the first arrival in the ready queue, the last word between equals; 0: it has not been there. */
  arrival = 0;
  /** Its one deadline (monotonic ms; Infinity: none) and its places in the heaps that hold it. */
  dueAt = Number.POSITIVE_INFINITY;
  timerPosition = -1;
  readyPosition = -1;
  rankPosition = -1;
  /** Set by a progress report, so that a repeated one is not a fact of its own. */
  progress = -1;
  /** The batch that last changed it and where its row stands there; the ledger's. */
  rowBatch = 0;
  rowAt = 0;

  constructor(identity: {
    id: string;
    mesh: MeshState;
    node: number;
    key: string;
    createdBy: string;
    ordinal: number;
    spec: TaskSpec | null;
  }) {
    this.id = identity.id;
    this.mesh = identity.mesh;
    this.node = identity.node;
    this.key = identity.key;
    this.createdBy = identity.createdBy;
    this.ordinal = identity.ordinal;
    this.spec = identity.spec;
  }
}

/** Its work, edges and timing are not history yet. A lost attempt is history, although its task is QUEUED again. */
export function hasNotStarted(task: TaskState): boolean {
  return isBeforeStart(task.status) && task.attempt === 0;
}

export interface MeshIdentity {
  readonly id: string;
  readonly name: string;
  readonly createdBy: string;
  readonly tenant: string;
}

export class MeshState {
  readonly id: string;
  readonly name: string;
  readonly createdBy: string;
  readonly tenant: string;
  status: MeshStatus = 'RUNNING';
  readonly graph = new Graph();
  /** By graph node. */
  readonly nodes: (TaskState | undefined)[] = [];
  readonly byKey = new Map<string, TaskState>();
  /** All tasks ever, by status, deleted ones excluded: what the outcome of the mesh is computed from. */
  readonly counts: Record<TaskStatus, number> = noneByStatus();
  nextOrdinal = 0;
  /** Attempts that a layer is running or ending. */
  live = 0;
  /** Tasks without a terminal status. The mesh ends when it reaches 0. */
  open = 0;
  /** Grows when its open tasks or their edges are others than before. */
  revision = 0;
  /** Has a task that is old enough to leave memory waited for another to leave first? */
  hasLeftovers = false;

  constructor({ id, name, createdBy, tenant }: MeshIdentity) {
    this.id = id;
    this.name = name;
    this.createdBy = createdBy;
    this.tenant = tenant;
  }

  /** Are all tasks it ever had in memory, and with them all keys that are taken? */
  get isWhole(): boolean {
    return this.byKey.size === this.nextOrdinal;
  }

  count(status: TaskStatus, change: 1 | -1): void {
    this.counts[status] += change;
    if (!isTerminal(status)) this.open += change;
  }

  at(node: number): TaskState {
    return this.nodes[node] as TaskState;
  }
}

function noneByStatus(): Record<TaskStatus, number> {
  return {
    PENDING: 0,
    HELD: 0,
    QUEUED: 0,
    RUNNING: 0,
    RETRYING: 0,
    COMPLETED: 0,
    FAILED: 0,
    CANCELLED: 0,
    SKIPPED: 0,
    UPSTREAM_FAILED: 0,
  };
}

/** How many tasks there are of each status that there is. */
export function countsOf(mesh: MeshState): Partial<Record<TaskStatus, number>> {
  return Object.fromEntries(Object.entries(mesh.counts).filter(([, count]) => count > 0));
}

/** What a mesh whose tasks have all ended has become: COMPLETED when each was completed or skipped, else FAILED. */
export function outcomeOf(mesh: MeshState): 'COMPLETED' | 'FAILED' {
  for (const status of ['FAILED', 'CANCELLED', 'UPSTREAM_FAILED'] as const) {
    if (mesh.counts[status] > 0) return 'FAILED';
  }
  return 'COMPLETED';
}

const example = new TaskState({
  id: '',
  mesh: new MeshState({ id: '', name: '', createdBy: '', tenant: '' }),
  node: 0,
  key: '',
  createdBy: '',
  ordinal: 0,
  spec: null,
});
// a shape also tells whole numbers from others
keepShape(Object.assign(example, { availableAt: 0.5, queuedAt: 0.5, endedAt: 0.5, rank: 0.5 }));
