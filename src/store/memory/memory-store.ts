/**
 * The twin of the PostgreSQL store for simulation and fast tests: one simulated process's view of a `MemoryDatabase`.
 * It answers the same results for the same batches, faults included, and keeps nothing of its own.
 */
import type { Json } from '../../kit/json.js';
import type { Batch, BatchKey, CommandRow } from '../../lifecycle/batch.js';
import type { CommittedEvent } from '../../events/catalogue.js';
import type {
  CommitResult,
  DurationHistory,
  EventFilter,
  Lease,
  LogRow,
  MeshDefinition,
  MeshRef,
  Snapshot,
  Store,
  StoredLogRow,
  TaskRef,
} from '../store.js';
import { attemptKey, type MemoryAttempt, type MemoryDatabase, type MemoryTask } from './memory-database.js';
import { Contradiction } from './memory-rules.js';
import { snapshotOf } from './memory-snapshot.js';

/** What the simulated link does to one call. `unknownApplied`: it was done, but the answer is lost. */
export type CommitFault = 'none' | 'unknownApplied' | 'unknownNotApplied';

export interface MemoryFaults {
  commit?(): CommitFault;
  /** Resolves when the call may go on; rejects when the link breaks. */
  link?(): Promise<void>;
}

export class MemoryStore implements Store {
  readonly #database: MemoryDatabase;
  readonly #faults: MemoryFaults;
  #loseLease: ((reason: string) => void) | undefined;

  constructor(database: MemoryDatabase, faults: MemoryFaults = {}) {
    this.#database = database;
    this.#faults = faults;
  }

  async lead(signal: AbortSignal, following?: () => void): Promise<Lease> {
    const database = this.#database;
    if (database.holder !== null) following?.();
    while (database.holder !== null && !signal.aborted) {
      await new Promise<void>((resolve) => {
        database.candidates.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    if (signal.aborted) throw new Error('gave up leading');
    await this.#link();
    if (database.holder !== null) return await this.lead(signal, following);
    database.holder = this;
    const epoch = ++database.epoch;
    const lost = new Promise<string>((resolve) => {
      this.#loseLease = resolve;
    });
    return {
      epoch,
      lost,
      holds: async () => {
        await this.#link();
        return database.holder === this && database.epoch === epoch;
      },
      release: () => {
        this.#letGo('released');
        return Promise.resolve();
      },
    };
  }

  /** The simulated session ends: another process may lead. */
  breakSession(reason: string): void {
    this.#letGo(reason);
  }

  #letGo(reason: string): void {
    this.#loseLease?.(reason);
    if (this.#database.holder !== this) return;
    this.#database.holder = null;
    for (const wake of this.#database.candidates.splice(0)) wake();
  }

  async load(epoch: number): Promise<Snapshot> {
    await this.#link();
    if (epoch !== this.#database.epoch) throw new Error('fenced: another leader has taken over');
    return snapshotOf(this.#database);
  }

  async commit(key: BatchKey, batch: Batch): Promise<CommitResult> {
    const fault = this.#faults.commit?.() ?? 'none';
    if (fault === 'unknownNotApplied') return { kind: 'unknown', reason: 'the link broke before the commit' };
    await this.#link();
    const result = this.#apply(key, batch);
    if (fault === 'unknownApplied') return { kind: 'unknown', reason: 'the link broke after the commit' };
    return result;
  }

  #apply(key: BatchKey, batch: Batch): CommitResult {
    const database = this.#database;
    if (key.epoch !== database.epoch) return { kind: 'fenced' };
    if (key.seq === database.batchSeq && key.epoch === database.batchEpoch)
      return { kind: 'applied', at: database.batchAt };
    if (key.seq !== database.batchSeq + 1)
      return { kind: 'rejected', reason: `batch ${key.seq} follows ${database.batchSeq}` };
    try {
      return { kind: 'applied', at: database.apply(key, batch) };
    } catch (error) {
      if (error instanceof Contradiction) return { kind: 'rejected', reason: error.message };
      throw error;
    }
  }

  async findTasks(
    query: { ids: readonly string[] } | { meshId: string; keys: readonly string[] },
  ): Promise<TaskRef[]> {
    await this.#link();
    const database = this.#database;
    if ('ids' in query) {
      const found = query.ids.map((id) => database.tasks.get(id));
      return found
        .filter((task) => task !== undefined && !task.deleted)
        .map((task) => refOf(task as MemoryTask));
    }
    const ids = query.keys.map((key) => database.keys.get(`${query.meshId}/${key}`));
    return ids.filter((id) => id !== undefined).map((id) => refOf(database.tasks.get(id) as MemoryTask));
  }

  async findMesh(id: string): Promise<MeshRef | undefined> {
    await this.#link();
    const mesh = this.#database.meshes.get(id);
    if (mesh === undefined) return undefined;
    const { tenant, name, status, createdBy } = mesh;
    return { id, tenant, name, status, createdBy };
  }

  async findCommand(key: string): Promise<CommandRow | undefined> {
    await this.#link();
    return this.#database.commands.get(key);
  }

  async meshDefinition(id: string, only?: readonly string[]): Promise<MeshDefinition | undefined> {
    await this.#link();
    const mesh = this.#database.meshes.get(id);
    if (mesh === undefined) return undefined;
    const all = [...this.#database.tasks.values()].filter((task) => task.meshId === id && !task.deleted);
    const edges = [...this.#database.edges.values()].filter((edge) => edge.meshId === id);
    const wanted = only === undefined ? undefined : new Set(only);
    const chosen = new Set(
      all
        .filter(
          (task) =>
            wanted === undefined ||
            wanted.has(task.id) ||
            edges.some(
              (edge) => edge.sourceId === task.id && wanted.has(edge.targetId) && edge.type !== 'RESOURCE',
            ),
        )
        .map((task) => task.id),
    );
    const { tenant, name, status, createdBy, description, tags, metadata, origin = null } = mesh;
    return {
      mesh: { id, tenant, name, status, createdBy, description, tags, metadata, origin },
      tasks: all
        .filter((task) => chosen.has(task.id))
        .sort((a, b) => a.ordinal - b.ordinal)
        .map((task) => ({ id: task.id, spec: task.spec, status: task.status, ordinal: task.ordinal })),
      edges: edges.filter((edge) => chosen.has(edge.sourceId) && chosen.has(edge.targetId)),
    };
  }

  async inputsOf(taskId: string): Promise<{ readonly key: string; readonly output: Json }[]> {
    await this.#link();
    const sources = [...this.#database.edges.values()].filter(
      (edge) => edge.targetId === taskId && edge.type === 'DATA',
    );
    return sources
      .map((edge) => this.#database.tasks.get(edge.sourceId) as MemoryTask)
      .filter((task) => task.output !== undefined)
      .map((task) => ({ key: task.spec.key, output: task.output as Json }));
  }

  async durations(types: number, perType: number): Promise<DurationHistory[]> {
    await this.#link();
    const byType = new Map<string, number[]>();
    for (const attempt of [...this.#database.attempts.values()].sort(newestFirst)) {
      if (attempt.outcome?.outcome !== 'COMPLETED' || attempt.outcome.measured === null) continue;
      const { typeKey } = (this.#database.tasks.get(attempt.taskId) as MemoryTask).spec;
      const list = byType.get(typeKey) ?? [];
      byType.set(typeKey, list);
      if (list.length < perType) list.push(attempt.outcome.measured.runMs);
    }
    return [...byType].slice(0, types).map(([typeKey, runMs]) => ({ typeKey, runMs }));
  }

  async eventsAfter(
    after: number,
    filter: EventFilter,
    limit: number,
  ): Promise<{ events: CommittedEvent[]; scannedTo: number }> {
    await this.#link();
    const events: CommittedEvent[] = [];
    for (const event of this.#database.events.slice(after)) {
      if (matches(event, filter)) events.push(event);
      if (events.length === limit) return { events, scannedTo: event.seq };
    }
    return { events, scannedTo: Math.max(after, this.#database.eventSeq) };
  }

  async appendLogs(rows: readonly LogRow[]): Promise<StoredLogRow[]> {
    await this.#link();
    return rows.map((row) => this.#storeLine(row)).sort((a, b) => a.id - b.id);
  }

  #storeLine(row: LogRow): StoredLogRow {
    const { logKeys, logs } = this.#database;
    const key = `${attemptKey(row)}:${row.line}`;
    const known = logKeys.get(key);
    if (known !== undefined) return known;
    const line = { ...row, id: logs.length + 1 };
    logKeys.set(key, line);
    logs.push(line);
    return line;
  }

  async logsAfter(taskId: string, after: number, limit: number): Promise<StoredLogRow[]> {
    await this.#link();
    return this.#database.logs.filter((row) => row.taskId === taskId && row.id > after).slice(0, limit);
  }

  async lastLines(taskIds: readonly string[]): Promise<{ taskId: string; id: number }[]> {
    await this.#link();
    const last = new Map(this.#database.logs.map(({ taskId, id }) => [taskId, id]));
    return taskIds.flatMap((taskId) => {
      const id = last.get(taskId);
      return id === undefined ? [] : [{ taskId, id }];
    });
  }

  close(): Promise<void> {
    this.#letGo('closed');
    return Promise.resolve();
  }

  async #link(): Promise<void> {
    await this.#faults.link?.();
  }
}

function newestFirst(a: MemoryAttempt, b: MemoryAttempt): number {
  const byTime = (b.finishedAt ?? 0) - (a.finishedAt ?? 0);
  return byTime || (a.taskId < b.taskId ? 1 : a.taskId > b.taskId ? -1 : b.attempt - a.attempt);
}

function refOf(task: MemoryTask): TaskRef {
  const { id, meshId, status, attempt, createdBy, spec } = task;
  return { id, meshId, key: spec.key, status, attempt, createdBy, name: spec.name };
}

function matches(event: CommittedEvent, { meshId, taskId, types, statuses }: EventFilter): boolean {
  return (
    (meshId === undefined || event.meshId === meshId) &&
    (taskId === undefined || event.taskId === taskId) &&
    (types === undefined || types.includes(event.type)) &&
    (statuses === undefined || (event.to !== null && statuses.includes(event.to)))
  );
}
