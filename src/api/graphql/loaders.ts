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

type Single<T> = DataLoader<string, T | undefined>;
type Many<T> = DataLoader<string, readonly T[]>;

interface All {
  readonly task: Single<TaskRecord>;
  readonly output: Single<{ readonly id: string; readonly output: Json }>;
  readonly mesh: Single<MeshRecord>;
  readonly meshCounts: Single<MeshCounts>;
  readonly meshTasks: MeshTasksLoader;
  readonly edgesOut: Many<EdgeRecord>;
  readonly edgesIn: Many<EdgeRecord>;
  readonly attempts: Many<AttemptRecord>;
  readonly placements: Many<PlacementRecord>;
  readonly deliveries: Many<DeliveryRow>;
}

const MAKERS: { readonly [Name in keyof All]: (reads: Reads, cache: boolean) => All[Name] } = {
  task: (reads, cache) =>
    single(
      (ids) => reads.tasksByIds(ids),
      ({ id }) => id,
      cache,
    ),
  output: (reads, cache) =>
    single(
      (ids) => reads.outputsByTaskIds(ids),
      ({ id }) => id,
      cache,
    ),
  mesh: (reads, cache) =>
    single(
      (ids) => reads.meshesByIds(ids),
      ({ id }) => id,
      cache,
    ),
  meshCounts: (reads, cache) =>
    single(
      (ids) => reads.countsByMeshIds(ids),
      ({ meshId }) => meshId,
      cache,
    ),
  meshTasks: meshTasksLoader,
  edgesOut: (reads, cache) =>
    many(
      (ids) => reads.edgesBySourceIds(ids),
      ({ sourceId }) => sourceId,
      cache,
    ),
  edgesIn: (reads, cache) =>
    many(
      (ids) => reads.edgesByTargetIds(ids),
      ({ targetId }) => targetId,
      cache,
    ),
  attempts: (reads, cache) =>
    many(
      (ids) => reads.attemptsByTaskIds(ids),
      ({ taskId }) => taskId,
      cache,
    ),
  placements: (reads, cache) =>
    many(
      (ids) => reads.placementsByTaskIds(ids),
      ({ taskId }) => taskId,
      cache,
    ),
  deliveries: (reads, cache) =>
    many(
      (ids) => reads.deliveriesByAlertIds(ids),
      ({ alertId }) => alertId,
      cache,
    ),
};

/** Each is made when it is first asked for: most operations need one or none, and a subscription keeps its set for as long as it lives. */
export class Loaders {
  readonly #reads: Reads;
  readonly #cache: boolean;
  #made: { -readonly [Name in keyof All]?: All[Name] } | undefined;

  constructor(reads: Reads, { cache = true }: { cache?: boolean } = {}) {
    this.#reads = reads;
    this.#cache = cache;
  }

  get task(): All['task'] {
    return this.#get('task');
  }

  get output(): All['output'] {
    return this.#get('output');
  }

  get mesh(): All['mesh'] {
    return this.#get('mesh');
  }

  get meshCounts(): All['meshCounts'] {
    return this.#get('meshCounts');
  }

  get meshTasks(): All['meshTasks'] {
    return this.#get('meshTasks');
  }

  get edgesOut(): All['edgesOut'] {
    return this.#get('edgesOut');
  }

  get edgesIn(): All['edgesIn'] {
    return this.#get('edgesIn');
  }

  get attempts(): All['attempts'] {
    return this.#get('attempts');
  }

  get placements(): All['placements'] {
    return this.#get('placements');
  }

  get deliveries(): All['deliveries'] {
    return this.#get('deliveries');
  }

  /** After a command: what was read before it may have changed. */
  forget(): void {
    for (const loader of Object.values(this.#made ?? {})) loader.clearAll();
  }

  #get<Name extends keyof All>(name: Name): All[Name] {
    this.#made ??= {};
    const made = (this.#made[name] as All[Name] | undefined) ?? MAKERS[name](this.#reads, this.#cache);
    this.#made[name] = made;
    return made;
  }
}
