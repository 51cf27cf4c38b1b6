/**
 * What people may ask of PostgreSQL. Ordinary reads go through Prisma; where Prisma cannot say it (order by rank, a limit
 * per mesh, percentiles, time travel) or an index needs it said otherwise, one statement in SQL does. Made by the
 * composition root over the pool that all reads share; it never writes, and every method is one statement.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import type { CommittedEvent } from '../../events/catalogue.js';
import { PrismaClient } from '../../generated/prisma/client.js';
import type { Json } from '../../kit/json.js';
import type { TaskStatus } from '../../lifecycle/vocabulary.js';
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
  Page,
  PageRequest,
  Reads,
  StatsGroup,
  TaskFilter,
  TaskOrder,
  TaskRecord,
} from '../reads.js';
import type { StoredLogRow } from '../store.js';
import { attemptsByTaskIds } from './reads/attempts-by-task-ids.js';
import { edgeCount, edgePage } from './reads/edge-pages.js';
import { edgesBySourceIds, edgesByTargetIds } from './reads/edges-by-ends.js';
import { eventCount, eventPage } from './reads/event-pages.js';
import { executionStats } from './reads/execution-stats.js';
import { logPage } from './reads/log-pages.js';
import { meshAt } from './reads/mesh-at.js';
import { meshCount, meshesByIds, meshPage } from './reads/mesh-pages.js';
import { outputsByTaskIds } from './reads/outputs-by-task-ids.js';
import { countsByMeshIds, tasksByStatus } from './reads/status-counts.js';
import { taskCount, taskPage } from './reads/task-pages.js';
import { tasksByIds } from './reads/tasks-by-ids.js';
import { tasksByMeshIds } from './reads/tasks-by-mesh-ids.js';

export class PostgresReads implements Reads {
  readonly #pool: pg.Pool;
  readonly #prisma: PrismaClient;

  /** The pool stays the caller's: `close` does not end it. */
  constructor(pool: pg.Pool) {
    this.#pool = pool;
    this.#prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  }

  tasksByIds(ids: readonly string[]): Promise<TaskRecord[]> {
    return tasksByIds(this.#pool, ids);
  }

  tasks(filter: TaskFilter, order: TaskOrder, page: PageRequest): Promise<Page<TaskRecord>> {
    return taskPage(this.#pool, filter, order, page);
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

  meshesByIds(ids: readonly string[]): Promise<MeshRecord[]> {
    return meshesByIds(this.#prisma, ids);
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
    return edgesBySourceIds(this.#pool, ids);
  }

  edgesByTargetIds(ids: readonly string[]): Promise<EdgeRecord[]> {
    return edgesByTargetIds(this.#pool, ids);
  }

  attemptsByTaskIds(ids: readonly string[]): Promise<AttemptRecord[]> {
    return attemptsByTaskIds(this.#pool, ids);
  }

  events(
    filter: HistoryFilter,
    page: PageRequest & { readonly newestFirst: boolean },
  ): Promise<Page<CommittedEvent>> {
    return eventPage(this.#pool, filter, page);
  }

  countEvents(filter: HistoryFilter): Promise<number> {
    return eventCount(this.#pool, filter);
  }

  logs(filter: LogFilter, page: PageRequest): Promise<Page<StoredLogRow>> {
    return logPage(this.#prisma, filter, page);
  }

  executionStats(windowSeconds: number, groupBy: StatsGroup, meshId?: string): Promise<ExecutionStatsRow[]> {
    return executionStats(this.#pool, windowSeconds, groupBy, meshId);
  }

  meshAt(meshId: string, time: Date): Promise<MeshMoment | undefined> {
    return meshAt(this.#pool, meshId, time);
  }

  tasksByStatus(): Promise<Readonly<Partial<Record<TaskStatus, number>>>> {
    return tasksByStatus(this.#prisma);
  }

  async lastEventSeq(): Promise<number> {
    const { _max } = await this.#prisma.event.aggregate({ _max: { seq: true } });
    return Number(_max.seq ?? 0);
  }

  async ping(): Promise<void> {
    await this.#pool.query('SELECT 1');
  }

  async close(): Promise<void> {
    await this.#prisma.$disconnect();
  }
}
