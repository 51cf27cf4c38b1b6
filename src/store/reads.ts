/**
 * What people may ask of the durable memory: pages, lookups by id for loaders, history, statistics. Only the doors
 * call it. Every method is one statement; batched lookups answer in no order and leave out what does not exist.
 */
import type { Json, JsonObject } from '../kit/json.js';
import type { MeshOrigin } from '../lifecycle/batch.js';
import type { EdgeType } from '../mesh/edge-type.js';
import type { CommittedEvent } from '../events/catalogue.js';
import type { Placement } from '../lifecycle/placement.js';
import type { Failure, TaskSpec } from '../lifecycle/task.js';
import type {
  AttemptOutcome,
  LayerName,
  LogLevel,
  LogStream,
  MeshStatus,
  Priority,
  RerunStrategy,
  TaskStatus,
  TaskType,
  WorkKind,
} from '../lifecycle/vocabulary.js';
import type { DeliveryRow } from './alerts.js';
import type { StoredLogRow } from './store.js';

export interface TaskRecord extends TaskSpec {
  readonly id: string;
  readonly meshId: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly crashes: number;
  readonly failure: Failure | null;
  readonly reason: string | null;
  readonly hasOutput: boolean;
  /** Of the output as JSON; null without one. The output itself is read by `outputsByTaskIds`. */
  readonly outputBytes: number | null;
  readonly placedOn: LayerName | null;
  readonly rerunOf: string | null;
  readonly createdBy: string;
  readonly ordinal: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly availableAt: Date | null;
  readonly queuedAt: Date | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** What lists mostly show: a third of the columns of a record, and of what a record costs. */
export type TaskBrief = Pick<
  TaskRecord,
  | 'id'
  | 'meshId'
  | 'key'
  | 'name'
  | 'description'
  | 'status'
  | 'priority'
  | 'taskType'
  | 'tags'
  | 'metadata'
  | 'createdAt'
>;

export interface MeshRecord {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: MeshStatus;
  readonly parentMeshId: string | null;
  readonly rerunStrategy: RerunStrategy | null;
  readonly createdBy: string;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  readonly origin: MeshOrigin | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

export interface EdgeRecord {
  readonly id: string;
  readonly meshId: string;
  readonly sourceId: string;
  readonly targetId: string;
  readonly type: EdgeType;
  readonly weight: number;
}

export interface AttemptRecord {
  readonly taskId: string;
  readonly attempt: number;
  readonly token: number;
  readonly layer: LayerName;
  readonly node: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly outcome: AttemptOutcome | null;
  readonly failure: Failure | null;
  readonly waitMs: number;
  readonly runMs: number | null;
  readonly cpuMs: number | null;
  readonly memoryPeakBytes: number | null;
  readonly exitCode: number | null;
}

export interface PlacementRecord {
  readonly taskId: string;
  readonly attempt: number;
  readonly placement: Placement;
}

/**
 * Keyset page: `after` is an opaque cursor this contract gave out for the same list, order and direction; any other is
 * refused with INVALID_INPUT. Ties are broken by id in the direction of the order; nulls come last in both directions.
 * Lists without an order: edges by source and target, events by seq, log lines as stored.
 */
export interface PageRequest {
  readonly first: number;
  readonly after?: string | null;
}

export interface Page<T> {
  readonly nodes: readonly T[];
  readonly cursors: readonly string[];
  readonly hasNextPage: boolean;
}

/** Only what belongs to it; of all tenants when absent, which is for the system's own use. */
export interface OfTenant {
  readonly tenant?: string;
}

/** Intervals include their begin and not their end, here and below. */
export interface TaskFilter extends OfTenant {
  readonly meshId?: string;
  readonly statuses?: readonly TaskStatus[];
  readonly priorities?: readonly Priority[];
  readonly taskTypes?: readonly TaskType[];
  readonly layers?: readonly LayerName[];
  readonly workKinds?: readonly WorkKind[];
  /** Has all of these tags. */
  readonly tags?: readonly string[];
  /** Case-insensitive part of key or name. */
  readonly search?: string;
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
}
/** CREATED_AT within one mesh is the order of ordinals; PRIORITY goes by class, LOW first. */
export interface TaskOrder {
  readonly field: 'CREATED_AT' | 'UPDATED_AT' | 'FINISHED_AT' | 'PRIORITY' | 'NAME';
  readonly direction: 'ASC' | 'DESC';
}

export interface MeshFilter extends OfTenant {
  readonly statuses?: readonly MeshStatus[];
  readonly tags?: readonly string[];
  readonly search?: string;
  readonly parentMeshId?: string;
  /** The name of the template that it was made of. */
  readonly template?: string;
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
}
export interface MeshOrder {
  readonly field: 'CREATED_AT' | 'FINISHED_AT' | 'NAME';
  readonly direction: 'ASC' | 'DESC';
}

export interface EdgeFilter extends OfTenant {
  readonly meshId?: string;
  readonly sourceId?: string;
  readonly targetId?: string;
  readonly types?: readonly EdgeType[];
}

export interface HistoryFilter extends OfTenant {
  readonly meshId?: string;
  readonly taskId?: string;
  readonly types?: readonly string[];
  readonly since?: Date;
  readonly until?: Date;
}

export interface LogFilter extends OfTenant {
  readonly taskId: string;
  readonly attempt?: number;
  readonly levels?: readonly LogLevel[];
  readonly streams?: readonly LogStream[];
  readonly search?: string;
}

export const STATS_GROUPS = [
  'NONE',
  'LAYER',
  'TASK_TYPE',
  'PRIORITY',
  'WORK_KIND',
  'TYPE_KEY',
  'MESH',
  'OUTCOME',
] as const;
export type StatsGroup = (typeof STATS_GROUPS)[number];

/**
 * Attempts that ended within the window. Times in ms; percentiles are null when nothing ran. `failed` counts timeouts
 * too, throughput counts completed attempts. Without grouping there is always one row, `all`; work of no kind is `none`.
 */
export interface ExecutionStatsRow {
  readonly group: string;
  readonly attempts: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly crashed: number;
  readonly waitMsP50: number | null;
  readonly waitMsP95: number | null;
  readonly waitMsP99: number | null;
  readonly runMsP50: number | null;
  readonly runMsP95: number | null;
  readonly runMsP99: number | null;
  readonly throughputPerSecond: number;
}

/**
 * A mesh as it was: its tasks with the status they had after event `seq`, the last one of this mesh by then, which
 * happened `at` (before the first one: 0, and when the mesh was made).
 */
export interface MeshMoment {
  readonly seq: number;
  readonly at: Date;
  readonly status: MeshStatus;
  readonly tasks: readonly { readonly id: string; readonly key: string; readonly status: TaskStatus }[];
  readonly edges: readonly EdgeRecord[];
}

export interface MeshCounts {
  readonly meshId: string;
  readonly counts: Readonly<Partial<Record<TaskStatus, number>>>;
}

export interface TaskReads {
  tasksByIds(ids: readonly string[], tenant?: string): Promise<TaskRecord[]>;
  tasks(filter: TaskFilter, order: TaskOrder, page: PageRequest): Promise<Page<TaskRecord>>;
  briefTasks(filter: TaskFilter, order: TaskOrder, page: PageRequest): Promise<Page<TaskBrief>>;
  countTasks(filter: TaskFilter): Promise<number>;
  /** For each mesh its first `limit` tasks in ordinal order (one statement for all of them). */
  tasksByMeshIds(meshIds: readonly string[], limit: number): Promise<TaskRecord[]>;
  /** Of those that have one. */
  outputsByTaskIds(ids: readonly string[]): Promise<{ readonly id: string; readonly output: Json }[]>;
}

export interface Reads extends TaskReads {
  meshesByIds(ids: readonly string[], tenant?: string): Promise<MeshRecord[]>;
  meshes(filter: MeshFilter, order: MeshOrder, page: PageRequest): Promise<Page<MeshRecord>>;
  countMeshes(filter: MeshFilter): Promise<number>;
  countsByMeshIds(meshIds: readonly string[]): Promise<MeshCounts[]>;
  /** Removed edges and those of deleted tasks are in no answer but that of `meshAt`. */
  edges(filter: EdgeFilter, page: PageRequest): Promise<Page<EdgeRecord>>;
  countEdges(filter: EdgeFilter): Promise<number>;
  edgesBySourceIds(ids: readonly string[]): Promise<EdgeRecord[]>;
  edgesByTargetIds(ids: readonly string[]): Promise<EdgeRecord[]>;
  attemptsByTaskIds(ids: readonly string[]): Promise<AttemptRecord[]>;
  /** Why attempts run or ran where they do; only of those whose node was chosen. */
  placementsByTaskIds(ids: readonly string[]): Promise<PlacementRecord[]>;
  /** What was told of these alerts, or will be. */
  deliveriesByAlertIds(ids: readonly string[]): Promise<DeliveryRow[]>;
  events(filter: HistoryFilter, page: PageRequest & { newestFirst: boolean }): Promise<Page<CommittedEvent>>;
  countEvents(filter: HistoryFilter): Promise<number>;
  logs(filter: LogFilter, page: PageRequest): Promise<Page<StoredLogRow>>;
  executionStats(
    windowSeconds: number,
    groupBy: StatsGroup,
    within?: OfTenant & { readonly meshId?: string },
  ): Promise<ExecutionStatsRow[]>;
  meshAt(meshId: string, time: Date, tenant?: string): Promise<MeshMoment | undefined>;
  tasksByStatus(): Promise<Readonly<Partial<Record<TaskStatus, number>>>>;
  /** The same as of one event. */
  census(): Promise<{ readonly seq: number; readonly counts: Readonly<Partial<Record<TaskStatus, number>>> }>;
  lastEventSeq(): Promise<number>;
  ping(): Promise<void>;
}
