/**
 * The edges between nouns, batched: whatever number of tasks a query holds, each edge costs one statement. One set
 * per operation, made by the door. A subscription lives long, so its set remembers nothing between payloads.
 */
import DataLoader from 'dataloader';
import type { DeliveryRow } from '../../store/alerts.js';
import type { Json } from '../../kit/json.js';
import type {
  AttemptRecord,
  EdgeRecord,
  MeshCounts,
  MeshRecord,
  PlacementRecord,
  Reads,
  TaskRecord,
} from '../../store/reads.js';
import { groupBy } from '../../kit/group-by.js';
import { type MeshTasksLoader, meshTasksLoader } from './mesh/mesh-tasks.loader.js';

function byKey<T>(rows: readonly T[], keyOf: (row: T) => string): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

/** One row per id, undefined where there is none. */
function single<T>(
  load: (ids: string[]) => Promise<T[]>,
  keyOf: (row: T) => string,
  cache: boolean,
): DataLoader<string, T | undefined> {
  const batch = async (ids: readonly string[]): Promise<(T | undefined)[]> => {
    const rows = byKey(await load(unique(ids)), keyOf);
    return ids.map((id) => rows.get(id));
  };
  return new DataLoader(batch, { cache });
}

/** Many rows per id, an empty list where there are none. */
function many<T>(
  load: (ids: string[]) => Promise<T[]>,
  keyOf: (row: T) => string,
  cache: boolean,
): DataLoader<string, readonly T[]> {
  const batch = async (ids: readonly string[]): Promise<(readonly T[])[]> => {
    const groups = groupBy(await load(unique(ids)), keyOf);
    return ids.map((id) => groups.get(id) ?? []);
  };
  return new DataLoader(batch, { cache });
}

export class Loaders {
  readonly task: DataLoader<string, TaskRecord | undefined>;
  readonly output: DataLoader<string, { readonly id: string; readonly output: Json } | undefined>;
  readonly mesh: DataLoader<string, MeshRecord | undefined>;
  readonly meshCounts: DataLoader<string, MeshCounts | undefined>;
  readonly meshTasks: MeshTasksLoader;
  readonly edgesOut: DataLoader<string, readonly EdgeRecord[]>;
  readonly edgesIn: DataLoader<string, readonly EdgeRecord[]>;
  readonly attempts: DataLoader<string, readonly AttemptRecord[]>;
  readonly placements: DataLoader<string, readonly PlacementRecord[]>;
  readonly deliveries: DataLoader<string, readonly DeliveryRow[]>;

  constructor(reads: Reads, { cache = true }: { cache?: boolean } = {}) {
    this.task = single(
      (ids) => reads.tasksByIds(ids),
      (row) => row.id,
      cache,
    );
    this.output = single(
      (ids) => reads.outputsByTaskIds(ids),
      (row) => row.id,
      cache,
    );
    this.mesh = single(
      (ids) => reads.meshesByIds(ids),
      (row) => row.id,
      cache,
    );
    this.meshCounts = single(
      (ids) => reads.countsByMeshIds(ids),
      (row) => row.meshId,
      cache,
    );
    this.meshTasks = meshTasksLoader(reads, cache);
    this.edgesOut = many(
      (ids) => reads.edgesBySourceIds(ids),
      (row) => row.sourceId,
      cache,
    );
    this.edgesIn = many(
      (ids) => reads.edgesByTargetIds(ids),
      (row) => row.targetId,
      cache,
    );
    this.attempts = many(
      (ids) => reads.attemptsByTaskIds(ids),
      (row) => row.taskId,
      cache,
    );
    this.placements = many(
      (ids) => reads.placementsByTaskIds(ids),
      (row) => row.taskId,
      cache,
    );
    this.deliveries = many(
      (ids) => reads.deliveriesByAlertIds(ids),
      (row) => row.alertId,
      cache,
    );
  }

  /** After a command: what was read before it may have changed. */
  forget(): void {
    for (const loader of [this.task, this.output, this.mesh, this.meshCounts, this.meshTasks])
      loader.clearAll();
    for (const loader of [this.edgesOut, this.edgesIn, this.attempts, this.placements]) loader.clearAll();
  }
}
