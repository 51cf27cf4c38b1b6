/**
 * What people may ask of PostgreSQL. Ordinary reads go through Prisma; where Prisma cannot say it (order by rank, a limit
 * per mesh, percentiles, time travel) or an index needs it said otherwise, one statement in SQL does. Made by the
 * composition root over the pool that all reads share; it never writes, and every method is one statement.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import type { CommittedEvent } from '../../events/catalogue.js';
import { PrismaClient } from '../../generated/prisma/client.js';
import { SystemClock } from '../../kit/clock.js';
import type { Json } from '../../kit/json.js';
import type { Placement } from '../../lifecycle/placement.js';
import type { TaskStatus } from '../../lifecycle/vocabulary.js';
import type { DrawnMesh, DrawnMeshes } from '../drawn-meshes.js';
import type {
  AttemptRecord,
  EdgeFilter,
  EdgeRecord,
  ExecutionStatsRow,
  HistoryFilter,
  LogFilter,
  MeshCounts,
  MeshFilter,
  MeshMoment,
  MeshOrder,
  MeshRecord,
  OfTenant,
  Page,
  PageRequest,
  PlacementRecord,
  Reads,
  StatsGroup,
  TaskBrief,
  TaskFilter,
  TaskOrder,
  TaskRecord,
} from '../reads.js';
import type { DeliveryRow } from '../alerts.js';
import type { StoredLogRow } from '../store.js';
import { deliveryFrom, type StoredDelivery } from './alerts/alert-rows.js';
import type { MeshRuns, MeshStatsFilter, MeshStatsRow } from '../mesh-runs.js';
import { History } from './history.js';
import type { Queries } from './sessions/queries.js';
import { meshStats } from './mesh-stats.js';
import { attemptsByTaskIds } from './reads/attempts-by-task-ids.js';
import { drawnMesh } from './drawn-mesh.js';
import { edgeCount, edgePage } from './reads/edge-pages.js';
import { edgesBySourceIds, edgesByTargetIds } from './reads/edges-by-ends.js';
import { eventCount, eventPage } from './reads/event-pages.js';
import { executionStats } from './reads/execution-stats.js';
import { isOfTenant, logPage } from './reads/log-pages.js';
import { meshAt } from './reads/mesh-at.js';
import { meshCount, meshesByIds, meshPage } from './reads/mesh-pages.js';
import { outputsByTaskIds } from './reads/outputs-by-task-ids.js';
import { census, countsByMeshIds, tasksByStatus } from './reads/status-counts.js';
import { isPlain, readsHistory, taskCount, type TaskPage, taskPage } from './reads/task-pages.js';
import { BRIEF, type TaskShape, WHOLE } from './reads/task-rows.js';
import { tasksByIds } from './reads/tasks-by-ids.js';
import { tasksByMeshIds } from './reads/tasks-by-mesh-ids.js';
import { DELIVERIES_OF } from './sql/alert/deliveries.js';
import { PLACEMENTS_BY_TASK_IDS } from './sql/lookup/placements-by-task-ids.js';
import { LAST_EVENT } from './sql/stream/last-event.js';

interface StartRow {
  readonly task_id: string;
  readonly payload: { readonly attempt: number; readonly placement?: Placement };
}

export class PostgresReads implements Reads, DrawnMeshes, MeshRuns {
  readonly #pool: pg.Pool;
  readonly #short: Queries;
  readonly #prisma: PrismaClient;
  readonly #history: History;

  /**
   * The pool stays the caller's: `close` does not end it. With the history that the store of this process writes, reads
   * need not ask the database whether anything of it is still to be folded. `short`: for what is over within a millisecond.
   */
  constructor(
    pool: pg.Pool,
    {
      history = new History(pool, new SystemClock()),
      short = pool,
    }: { history?: History; short?: Queries } = {},
  ) {
    this.#pool = pool;
    this.#short = short;
    this.#history = history;
    this.#prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  }

  tasksByIds(ids: readonly string[], tenant?: string): Promise<TaskRecord[]> {
    return tasksByIds(this.#short, ids, tenant);
  }

  tasks(filter: TaskFilter, order: TaskOrder, page: PageRequest): Promise<Page<TaskRecord>> {
    return this.#tasks({ filter, order, page }, WHOLE);
  }

  briefTasks(filter: TaskFilter, order: TaskOrder, page: PageRequest): Promise<Page<TaskBrief>> {
    return this.#tasks({ filter, order, page }, BRIEF);
  }

  countTasks(filter: TaskFilter): Promise<number> {
    return taskCount(this.#pool, filter);
  }

  tasksByMeshIds(meshIds: readonly string[], limit: number): Promise<TaskRecord[]> {
    return tasksByMeshIds(this.#pool, meshIds, limit);
  }

  outputsByTaskIds(ids: readonly string[]): Promise<{ readonly id: string; readonly output: Json }[]> {
    return outputsByTaskIds(this.#pool, ids);
  }

  meshesByIds(ids: readonly string[], tenant?: string): Promise<MeshRecord[]> {
    return meshesByIds(this.#short, ids, tenant);
  }

  meshes(filter: MeshFilter, order: MeshOrder, page: PageRequest): Promise<Page<MeshRecord>> {
    return meshPage(this.#prisma, filter, order, page);
  }

  countMeshes(filter: MeshFilter): Promise<number> {
    return meshCount(this.#prisma, filter);
  }

  countsByMeshIds(meshIds: readonly string[]): Promise<MeshCounts[]> {
    return countsByMeshIds(this.#pool, meshIds);
  }

  edges(filter: EdgeFilter, page: PageRequest): Promise<Page<EdgeRecord>> {
    return edgePage(this.#pool, filter, page);
  }

  countEdges(filter: EdgeFilter): Promise<number> {
    return edgeCount(this.#pool, filter);
  }

  edgesBySourceIds(ids: readonly string[]): Promise<EdgeRecord[]> {
    return edgesBySourceIds(this.#short, ids);
  }

  edgesByTargetIds(ids: readonly string[]): Promise<EdgeRecord[]> {
    return edgesByTargetIds(this.#short, ids);
  }

  attemptsByTaskIds(ids: readonly string[]): Promise<AttemptRecord[]> {
    return attemptsByTaskIds(this.#pool, ids);
  }

  async placementsByTaskIds(ids: readonly string[]): Promise<PlacementRecord[]> {
    await this.#history.settled();
    const { rows } = await this.#pool.query<StartRow>({ ...PLACEMENTS_BY_TASK_IDS, values: [ids] });
    return rows.flatMap(({ task_id, payload: { attempt, placement } }) =>
      placement === undefined ? [] : [{ taskId: task_id, attempt, placement }],
    );
  }

  async deliveriesByAlertIds(ids: readonly string[]): Promise<DeliveryRow[]> {
    const { rows } = await this.#pool.query<StoredDelivery>({ ...DELIVERIES_OF, values: [ids] });
    return rows.map(deliveryFrom);
  }

  async events(
    filter: HistoryFilter,
    page: PageRequest & { readonly newestFirst: boolean },
  ): Promise<Page<CommittedEvent>> {
    await this.#history.settled();
    return eventPage(this.#pool, filter, page);
  }

  async countEvents(filter: HistoryFilter): Promise<number> {
    await this.#history.settled();
    return eventCount(this.#pool, filter);
  }

  async logs(filter: LogFilter, page: PageRequest): Promise<Page<StoredLogRow>> {
    if (!(await isOfTenant(this.#pool, filter))) return { nodes: [], cursors: [], hasNextPage: false };
    return await logPage(this.#prisma, filter, page);
  }

  meshStats(filter: MeshStatsFilter): Promise<MeshStatsRow[]> {
    return meshStats(this.#pool, filter);
  }

  async executionStats(
    windowSeconds: number,
    groupBy: StatsGroup,
    within: OfTenant & { readonly meshId?: string } = {},
  ): Promise<ExecutionStatsRow[]> {
    await this.#history.settled();
    return executionStats(this.#pool, windowSeconds, groupBy, within);
  }

  async meshAt(meshId: string, time: Date, tenant?: string): Promise<MeshMoment | undefined> {
    await this.#history.settled();
    return meshAt(this.#pool, meshId, time, tenant);
  }

  drawnMesh(meshId: string, tasksMax: number): Promise<DrawnMesh | undefined> {
    return drawnMesh(this.#pool, meshId, tasksMax);
  }

  tasksByStatus(): Promise<Readonly<Partial<Record<TaskStatus, number>>>> {
    return tasksByStatus(this.#prisma);
  }

  census(): Promise<{ seq: number; counts: Readonly<Partial<Record<TaskStatus, number>>> }> {
    return census(this.#pool);
  }

  async lastEventSeq(): Promise<number> {
    return Number((await this.#short.query<{ seq: string }>(LAST_EVENT)).rows[0]?.seq ?? 0);
  }

  async ping(): Promise<void> {
    await this.#pool.query('SELECT 1');
  }

  async close(): Promise<void> {
    await this.#prisma.$disconnect();
  }

  async #tasks<T>(wanted: TaskPage, shape: TaskShape<T>): Promise<Page<T>> {
    const { filter, order, page } = wanted;
    if (readsHistory(filter, order)) await this.#history.settled();
    return taskPage(isPlain(filter, page) ? this.#short : this.#pool, wanted, shape);
  }
}
