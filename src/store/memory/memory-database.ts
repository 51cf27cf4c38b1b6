/**
 * The rows of the in-memory store, shared by every `MemoryStore` over it: what survives when a simulated process dies.
 * It holds the same guards as the database's commit function and applies a batch whole or not at all.
 */
import type { Json } from '../../kit/json.js';
import { isMeshOpen, isTerminal } from '../../lifecycle/vocabulary.js';
import type {
  AttemptOutcomeRow,
  Batch,
  BatchKey,
  CommandRow,
  EdgeRow,
  EventRow,
  MeshTransition,
  NewAttemptRow,
  NewMeshRow,
  NewTaskRow,
  RelayAnswer,
  RelayAnswerRow,
  TaskProgressColumns,
  TaskTransition,
} from '../../lifecycle/batch.js';
import { DEFAULT_MESH_ID } from '../../lifecycle/default-mesh.js';
import type { CommittedEvent, EventType } from '../../events/catalogue.js';
import { type BatchStory, storyOf } from '../batch-story.js';
import type { RelayedRow } from '../relay.js';
import type { ServerBeat, ServerIdentity } from '../servers.js';
import type { StoredLogRow } from '../store.js';
import { checkMesh, checkTask, demand } from './memory-rules.js';
import { DEFAULT_TENANT } from '../../lifecycle/role.js';

export interface MemoryTask extends NewTaskRow {
  /** Of its last attempt. */
  token: number | null;
  availableAt: number | null;
  queuedAt: number | null;
  startedAt: number | null;
  finishedAt: number | null;
  deleted: boolean;
}

export interface MemoryAttempt extends NewAttemptRow {
  readonly startedAt: number;
  outcome: AttemptOutcomeRow | null;
  finishedAt: number | null;
}

export interface MemoryRequest extends RelayedRow {
  readonly sentAt: number;
  readonly answer: RelayAnswer | null;
  readonly isDiscarded: boolean;
}

export interface MemoryServer extends ServerIdentity, ServerBeat {
  readonly startedAt: number;
  readonly seenAt: number;
  readonly lagEvents: number;
}

export class MemoryDatabase {
  readonly #now: () => number;
  epoch = 0;
  batchSeq = 0;
  batchEpoch = 0;
  batchAt = 0;
  eventSeq = 0;
  holder: object | null = null;
  /** Processes that wait to lead, first come first. */
  readonly candidates: (() => void)[] = [];
  meshes = new Map<string, NewMeshRow>();
  tasks = new Map<string, MemoryTask>();
  keys = new Map<string, string>();
  edges = new Map<string, EdgeRow>();
  attempts = new Map<string, MemoryAttempt>();
  events: CommittedEvent[] = [];
  commands = new Map<string, CommandRow>();
  relayed = new Map<string, MemoryRequest>();
  readonly servers = new Map<string, MemoryServer>();
  logs: StoredLogRow[] = [];
  readonly logKeys = new Map<string, StoredLogRow>();
  /** Undo of the batch being applied, last first. */
  #undo: (() => void)[] = [];

  constructor(clock: { now(): number }) {
    this.#now = () => clock.now();
    this.meshes.set(DEFAULT_MESH_ID, {
      id: DEFAULT_MESH_ID,
      tenant: DEFAULT_TENANT,
      name: 'default',
      description: null,
      status: 'RUNNING',
      parentMeshId: null,
      rerunStrategy: null,
      createdBy: 'system',
      tags: [],
      metadata: {},
      finished: false,
    });
  }

  now(): number {
    return this.#now();
  }

  /** Assumes that the key's epoch leads. Throws `Contradiction` with nothing changed. */
  apply(key: BatchKey, batch: Batch): number {
    const at = Math.max(this.now(), this.batchAt);
    this.#undo = [];
    try {
      this.#write(batch, at);
    } catch (error) {
      for (const undo of this.#undo.reverse()) undo();
      throw error;
    }
    this.batchSeq = key.seq;
    this.batchEpoch = key.epoch;
    this.batchAt = at;
    return at;
  }

  /** In the order of the database's commit function: a row may be inserted and changed in one batch. */
  #write(batch: Batch, at: number): void {
    const story = storyOf(batch);
    demand(typeof story !== 'string', String(story));
    const { starts } = story;
    for (const row of batch.meshes) {
      checkMesh(row);
      this.#insert(this.meshes, row.id, { ...row }, 'mesh');
    }
    for (const row of batch.tasks) this.#insertTask(row, starts, at);
    demand(
      batch.edgeRemovals.length === 0 || batch.events.length > 0,
      'an edge is removed and no event tells of it',
    );
    for (const { sourceId, targetId } of batch.edgeRemovals)
      this.#remove(this.edges, `${sourceId}>${targetId}`, 'edge');
    for (const row of batch.edges) this.#insertEdge(row);
    for (const row of batch.transitions) this.#moveTask(row, starts, at);
    for (const row of batch.respecifications) this.#respecify(row.id, row.spec);
    for (const id of batch.deletions) this.#delete(id);
    for (const row of batch.attempts) this.#insertAttempt(row, at);
    for (const row of batch.outcomes) this.#close(row, at);
    for (const row of batch.meshTransitions) this.#moveMesh(row);
    for (const row of batch.commands) this.#insert(this.commands, row.key, row, 'command');
    for (const row of batch.relayAnswers) this.#answer(row);
    this.#tell(batch.events, at);
  }

  #tell(rows: readonly EventRow[], at: number): void {
    const before = this.eventSeq;
    const count = this.events.length;
    this.#undo.push(() => {
      this.eventSeq = before;
      this.events.length = count;
    });
    for (const row of rows) {
      demand(row.seq === this.eventSeq + 1, `event ${row.seq} follows ${this.eventSeq}`);
      this.eventSeq = row.seq;
      this.events.push({ ...row, type: row.type as EventType, at });
    }
  }

  #insertTask(row: NewTaskRow, starts: BatchStory['starts'], at: number): void {
    demand(this.meshes.has(row.meshId), `task ${row.id} is in unknown mesh ${row.meshId}`);
    const key = `${row.meshId}/${row.spec.key}`;
    this.#insert(this.keys, key, row.id, 'task key');
    const output = row.outputFrom === null ? asStored(row.output) : this.tasks.get(row.outputFrom)?.output;
    const blank = { queuedAt: null, startedAt: null, finishedAt: null };
    const task = {
      ...row,
      output,
      deleted: false,
      token: starts.get(row.id)?.token ?? null,
      availableAt: due(row.availableInMs, at),
      ...stamped(blank, row, at),
    };
    checkTask(task);
    this.#insert(this.tasks, row.id, task, 'task');
  }

  #moveTask(row: TaskTransition, starts: BatchStory['starts'], at: number): void {
    const old = this.tasks.get(row.id);
    demand(old !== undefined && !old.deleted, `task ${row.id} is unknown or deleted`);
    demand(
      old.status === row.fromStatus && old.attempt === row.fromAttempt,
      `task ${row.id} is ${old.status}/${old.attempt}, not ${row.fromStatus}/${row.fromAttempt}`,
    );
    demand(!isTerminal(old.status) || row.status === old.status, `task ${row.id} has ended as ${old.status}`);
    const { status, attempt, crashes, failure, reason, placedOn } = row;
    const output = row.output === undefined ? old.output : asStored(row.output);
    const token = starts.get(row.id)?.token ?? old.token;
    const columns = { status, attempt, crashes, failure, reason, placedOn, token, output };
    const task = { ...old, ...columns, availableAt: due(row.availableInMs, at), ...stamped(old, row, at) };
    checkTask(task);
    this.#replace(this.tasks, row.id, task);
  }

  #respecify(id: string, spec: NewTaskRow['spec']): void {
    const old = this.tasks.get(id);
    demand(old !== undefined && !old.deleted, `task ${id} is unknown or deleted`);
    this.#replace(this.tasks, id, { ...old, spec });
  }

  #delete(id: string): void {
    const old = this.tasks.get(id);
    demand(old !== undefined && !old.deleted, `task ${id} is unknown or deleted`);
    this.#replace(this.tasks, id, { ...old, deleted: true });
  }

  #insertEdge(row: EdgeRow): void {
    demand(row.sourceId !== row.targetId, `edge ${row.id} joins a task to itself`);
    for (const id of [row.sourceId, row.targetId]) {
      demand(
        this.tasks.get(id)?.meshId === row.meshId,
        `edge ${row.id} names a task that mesh ${row.meshId} does not have`,
      );
    }
    this.#insert(this.edges, `${row.sourceId}>${row.targetId}`, row, 'edge');
  }

  #insertAttempt(row: NewAttemptRow, at: number): void {
    const attempt = { ...row, startedAt: at, outcome: null, finishedAt: null };
    this.#insert(this.attempts, attemptKey(row), attempt, 'attempt');
  }

  #close(row: AttemptOutcomeRow, at: number): void {
    const key = attemptKey(row);
    const old = this.attempts.get(key);
    demand(old !== undefined && old.token === row.token, `attempt ${key} has another token`);
    demand(old.outcome === null, `attempt ${key} has an outcome already`);
    this.#replace(this.attempts, key, { ...old, outcome: row, finishedAt: at });
  }

  #answer({ id, answer }: RelayAnswerRow): void {
    const old = this.relayed.get(id);
    demand(old !== undefined && old.answer === null, `request ${id} is unknown or has its answer`);
    this.#replace(this.relayed, id, { ...old, answer });
  }

  #moveMesh(row: MeshTransition): void {
    const old = this.meshes.get(row.id);
    demand(
      old !== undefined && old.status === row.fromStatus,
      `mesh ${row.id} is ${old?.status}, not ${row.fromStatus}`,
    );
    demand(isMeshOpen(old.status), `mesh ${row.id} has ended`);
    const mesh = { ...old, status: row.status, finished: row.finished };
    checkMesh(mesh);
    this.#replace(this.meshes, row.id, mesh);
  }

  #insert<T>(map: Map<string, T>, key: string, value: T, noun: string): void {
    demand(!map.has(key), `${noun} ${key} exists already`);
    map.set(key, value);
    this.#undo.push(() => map.delete(key));
  }

  #replace<T>(map: Map<string, T>, key: string, value: T): void {
    const old = map.get(key) as T;
    map.set(key, value);
    this.#undo.push(() => map.set(key, old));
  }

  #remove<T>(map: Map<string, T>, key: string, noun: string): void {
    const old = map.get(key);
    demand(old !== undefined, `${noun} ${key} does not exist`);
    map.delete(key);
    this.#undo.push(() => map.set(key, old));
  }
}

export function attemptKey(row: { readonly taskId: string; readonly attempt: number }): string {
  return `${row.taskId}:${row.attempt}`;
}

/** No deadline is farther than a century, as in the database. */
const AVAILABLE_IN_MS_MAX = 100 * 365 * 24 * 3_600_000;

function due(inMs: number | null, at: number): number | null {
  return inMs === null ? null : at + Math.min(inMs, AVAILABLE_IN_MS_MAX);
}

type Stamps = Pick<MemoryTask, 'queuedAt' | 'startedAt' | 'finishedAt'>;

function stamped(old: Stamps, row: TaskProgressColumns, at: number): Stamps {
  return {
    queuedAt: row.queued ? at : old.queuedAt,
    startedAt: row.started ? at : old.startedAt,
    finishedAt: row.finished ? at : old.finishedAt,
  };
}

/** A value as it comes back from a column of JSON: -0 is 0 there. */
function asStored(output: Json | undefined): Json | undefined {
  return output === undefined ? undefined : (JSON.parse(JSON.stringify(output)) as Json);
}
