/**
 * Durable memory on PostgreSQL. The composition root makes one over a migrated database; the core commits through a
 * connection of its own, leads through another, and looks things up through a pool. Nothing is cached here.
 */
import type pg from 'pg';
import type { Clock } from '../../kit/clock.js';
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
import { CommitConnection } from './commit/commit-connection.js';
import { Upkeep } from './commit/upkeep.js';
import { History } from './history.js';
import { lead } from './leadership/lead.js';
import { Lookups } from './lookups.js';
import { loadSnapshot } from './recovery.js';
import { Streams } from './streams.js';

export interface PostgresStoreOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly holder: string;
  /** How long the database may be silent before leadership is over; 5 s unless told otherwise. */
  readonly leaseMs?: number;
  /** Shared with the reads of this process, which then need not ask the database how far history is. */
  readonly history?: History;
}

const LEASE_MS = 5000;

export class PostgresStore implements Store {
  readonly #options: PostgresStoreOptions;
  readonly #pool: pg.Pool;
  readonly #commits: CommitConnection;
  readonly #upkeep: Upkeep;
  readonly #history: History;
  readonly #lookups: Lookups;
  readonly #streams: Streams;
  #lease: Lease | undefined;

  /** The pool is the caller's; it may serve reads beside this. */
  constructor(pool: pg.Pool, options: PostgresStoreOptions) {
    this.#options = options;
    this.#pool = pool;
    this.#commits = new CommitConnection(options.url, options.clock);
    this.#upkeep = new Upkeep(pool);
    this.#history = options.history ?? new History(pool, options.clock);
    this.#lookups = new Lookups(pool);
    this.#streams = new Streams(pool);
  }

  async lead(signal: AbortSignal, following?: () => void): Promise<Lease> {
    const { url, clock, holder, leaseMs = LEASE_MS } = this.#options;
    this.#lease = await lead({ url, clock, holder, leaseMs, following }, signal);
    void this.#lease.lost.then(() => this.#history.follow());
    return this.#lease;
  }

  async load(epoch: number): Promise<Snapshot> {
    await this.#history.lead();
    return loadSnapshot(this.#pool, epoch);
  }

  async commit(key: BatchKey, batch: Batch): Promise<CommitResult> {
    const room = this.#history.room();
    if (room !== undefined) await room;
    const result = await this.#commits.commit(key, batch);
    if (result.kind === 'applied') {
      this.#history.committed(key.seq, batch.events.length);
      this.#upkeep.count(batch);
    }
    return result;
  }

  findTasks(
    query: { ids: readonly string[] } | { meshId: string; keys: readonly string[] },
  ): Promise<TaskRef[]> {
    return 'ids' in query
      ? this.#lookups.tasksById(query.ids)
      : this.#lookups.tasksByKey(query.meshId, query.keys);
  }

  findMesh(id: string): Promise<MeshRef | undefined> {
    return this.#lookups.mesh(id);
  }

  findCommand(key: string): Promise<CommandRow | undefined> {
    return this.#lookups.command(key);
  }

  meshDefinition(id: string, only?: readonly string[]): Promise<MeshDefinition | undefined> {
    return this.#lookups.definition(id, only);
  }

  inputsOf(taskId: string): Promise<{ readonly key: string; readonly output: Json }[]> {
    return this.#lookups.inputsOf(taskId);
  }

  async durations(types: number, perType: number): Promise<DurationHistory[]> {
    await this.#history.settled();
    return this.#lookups.durations(types, perType);
  }

  async eventsAfter(
    after: number,
    filter: EventFilter,
    limit: number,
  ): Promise<{ events: CommittedEvent[]; scannedTo: number }> {
    await this.#history.settled();
    return this.#streams.eventsAfter(after, filter, limit);
  }

  appendLogs(rows: readonly LogRow[]): Promise<StoredLogRow[]> {
    return this.#streams.append(rows);
  }

  logsAfter(taskId: string, after: number, limit: number): Promise<StoredLogRow[]> {
    return this.#streams.logsAfter(taskId, after, limit);
  }

  lastLines(taskIds: readonly string[]): Promise<{ readonly taskId: string; readonly id: number }[]> {
    return this.#streams.lastLines(taskIds);
  }

  async close(): Promise<void> {
    await this.#lease?.release();
    await this.#commits.close();
    await this.#history.close();
    await this.#upkeep.idle();
  }
}
