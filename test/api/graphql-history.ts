/** What stands behind the GraphQL API in the tests of its doors: a few tasks in memory, and commands that remember who called. */
import { type CommittedEvent, type EventType } from '../../src/events/catalogue.js';
import { Bus } from '../../src/events/bus.js';
import type { Json } from '../../src/kit/json.js';
import { DEFAULT_MESH_ID } from '../../src/lifecycle/default-mesh.js';
import { RefusedError } from '../../src/lifecycle/refusal.js';
import { matchesEvent } from '../../src/orchestrator/event-feed.js';
import type { Caller, Commands } from '../../src/orchestrator/commands.js';
import type { EdgeRecord, MeshRecord, Page, PageRequest, Reads, TaskRecord } from '../../src/store/reads.js';
import type { EventFilter, StoredLogRow } from '../../src/store/store.js';
import { edge, spec } from '../support/store/batches.js';

export const MESH_ID = '0192f0c1-0000-7000-8000-000000000001';
export const TASK_ID = '0192f0c1-0000-7000-8000-000000000101';
export const OTHER_TASK_ID = '0192f0c1-0000-7000-8000-000000000102';
/** Reading this task breaks, as a bug of ours would. */
export const BROKEN_ID = '0192f0c1-0000-7000-8000-00000000dead';
/** Reading this task takes until `slowRead` is let go. */
export const SLOW_ID = '0192f0c1-0000-7000-8000-00000000510e';
const AT = new Date('2025-01-01T00:00:00Z');

export function mesh(id: string, name: string): MeshRecord {
  const about = {
    description: null,
    parentMeshId: null,
    rerunStrategy: null,
    createdBy: 'owner',
    tags: [],
    metadata: {},
    origin: null,
  };
  return { id, tenant: 'default', name, status: 'RUNNING', ...about, createdAt: AT, finishedAt: null };
}

export function task(id: string, key: string, meshId = MESH_ID): TaskRecord {
  const work = { command: { argv: ['node'], env: { SECRET: 'hunter2' } } };
  return {
    ...spec({ key, name: key, work, executionTimeoutMs: 300_000, typeKey: 'command:node' }),
    id,
    meshId,
    status: 'QUEUED',
    attempt: 0,
    crashes: 0,
    failure: null,
    reason: null,
    hasOutput: false,
    outputBytes: null,
    placedOn: null,
    rerunOf: null,
    createdBy: 'owner',
    ordinal: 0,
    createdAt: AT,
    updatedAt: AT,
    availableAt: null,
    queuedAt: AT,
    startedAt: null,
    finishedAt: null,
  };
}

const allOf = <T extends { readonly id: string }>(rows: readonly T[], { first }: PageRequest): Page<T> => {
  return {
    nodes: rows.slice(0, first),
    cursors: rows.slice(0, first).map((row) => `after-${row.id}`),
    hasNextPage: rows.length > first,
  };
};

/** A read that is under way until a test lets it go. */
class SlowRead {
  #start: () => void = () => undefined;
  #end: () => void = () => undefined;
  /** Resolves when somebody has asked for it. */
  readonly asked = new Promise<void>((resolve) => {
    this.#start = resolve;
  });
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  read(): Promise<void> {
    this.#start();
    return this.#ended;
  }

  letGo(): void {
    this.#end();
  }
}

/** A history that grows when a test says so, and the reads of it. */
export class SmallWorld {
  readonly tasks = [task(TASK_ID, 'first'), task(OTHER_TASK_ID, 'second')];
  readonly meshes = [mesh(MESH_ID, 'nightly'), mesh(DEFAULT_MESH_ID, 'default')];
  readonly edges: EdgeRecord[] = [
    edge('0192f0c1-0000-7000-8000-000000000201', MESH_ID, [TASK_ID, OTHER_TASK_ID]),
  ];
  readonly events: CommittedEvent[] = [];
  readonly lines: StoredLogRow[] = [];
  readonly eventBus = new Bus<CommittedEvent>();
  readonly logBus = new Bus<StoredLogRow>();
  readonly calls: { readonly command: string; readonly caller: Caller; readonly rest: readonly unknown[] }[] =
    [];
  /** By reads method: how often it was called. */
  readonly statements = new Map<string, number>();
  readonly slowRead = new SlowRead();
  refusal: RefusedError | undefined;

  happen(count: number, about: Partial<CommittedEvent> = {}): void {
    const batch = Array.from({ length: count }, (): CommittedEvent => {
      const event = {
        seq: this.events.length + 1,
        at: Date.now(),
        type: 'TASK_QUEUED' as EventType,
        meshId: MESH_ID,
        taskId: TASK_ID,
        from: 'PENDING',
        to: 'QUEUED',
        payload: {},
        ...about,
      };
      this.events.push(event);
      return event;
    });
    this.eventBus.publish(batch);
  }

  print(texts: readonly string[]): void {
    const rows = texts.map((text, index): StoredLogRow => {
      const id = this.lines.length + index + 1;
      return {
        id,
        taskId: TASK_ID,
        attempt: 1,
        line: id,
        at: Date.now(),
        stream: 'STDOUT',
        level: 'INFO',
        text,
      };
    });
    this.lines.push(...rows);
    this.logBus.publish(rows);
  }

  async eventsAfter(
    after: number,
    filter: EventFilter,
    limit: number,
  ): Promise<{ events: CommittedEvent[]; scannedTo: number }> {
    const events = this.events
      .filter((event) => event.seq > after && matchesEvent(event, filter))
      .slice(0, limit);
    return {
      events,
      scannedTo: events.length === limit ? (events.at(-1)?.seq ?? after) : this.events.length,
    };
  }

  async logsAfter(taskId: string, after: number, limit: number): Promise<StoredLogRow[]> {
    return this.lines.filter((row) => row.taskId === taskId && row.id > after).slice(0, limit);
  }

  reads(): Reads {
    const chosen =
      <T>(rows: readonly T[], keyOf: (row: T) => string) =>
      async (ids: readonly string[]): Promise<T[]> => {
        if (ids.includes(BROKEN_ID)) throw new Error('secret detail of the database at 10.0.0.7');
        if (ids.includes(SLOW_ID)) await this.slowRead.read();
        return rows.filter((row) => ids.includes(keyOf(row)));
      };
    const all = {
      tasksByIds: chosen(this.tasks, (row) => row.id),
      meshesByIds: chosen(this.meshes, (row) => row.id),
      edgesBySourceIds: chosen(this.edges, (row) => row.sourceId),
      edgesByTargetIds: chosen(this.edges, (row) => row.targetId),
      attemptsByTaskIds: async () => [],
      outputsByTaskIds: async (ids: readonly string[]): Promise<{ id: string; output: Json }[]> =>
        ids.map((id) => ({ id, output: 1 })),
      countsByMeshIds: async (ids: readonly string[]) =>
        ids.map((meshId) => ({ meshId, counts: { QUEUED: 2 } })),
      tasks: async (_filter: unknown, _order: unknown, page: PageRequest) => this.#page(this.tasks, page),
      briefTasks: async (_filter: unknown, _order: unknown, page: PageRequest) =>
        this.#page(this.tasks, page),
      countTasks: async () => this.tasks.length,
      tasksByMeshIds: async (ids: readonly string[]) => this.tasks.filter((row) => ids.includes(row.meshId)),
      meshes: async (_filter: unknown, _order: unknown, page: PageRequest) => this.#page(this.meshes, page),
      countMeshes: async () => this.meshes.length,
      edges: async (_filter: unknown, page: PageRequest) => this.#page(this.edges, page),
      countEdges: async () => this.edges.length,
      events: async (_filter: unknown, page: PageRequest) => ({
        nodes: this.events.slice(0, page.first),
        cursors: [],
        hasNextPage: false,
      }),
      countEvents: async () => this.events.length,
      logs: async () => ({ nodes: this.lines, cursors: this.lines.map(String), hasNextPage: false }),
      executionStats: async () => [],
      meshAt: async () => undefined,
      lastEventSeq: async () => this.events.length,
      tasksByStatus: async () => ({}),
      ping: async () => undefined,
    };
    return this.#counted(all) as unknown as Reads;
  }

  commands(): Commands {
    const answers: Readonly<Record<string, unknown>> = {
      submitMesh: { meshId: MESH_ID },
      extendMesh: { taskIds: [] },
      createTask: { taskId: TASK_ID },
      executeTask: { taskId: TASK_ID },
      retryTask: { taskId: TASK_ID },
      addEdge: { edgeId: this.edges[0]?.id },
      rerunMesh: { meshId: MESH_ID },
    };
    return new Proxy({} as Commands, {
      get:
        (_target, command: string) =>
        async (caller: Caller, ...rest: unknown[]) => {
          this.calls.push({ command, caller, rest });
          if (this.refusal !== undefined) throw this.refusal;
          return answers[command];
        },
    });
  }

  #page<T extends { readonly id: string }>(rows: readonly T[], page: PageRequest): Page<T> {
    const known = page.after === undefined || page.after === null || page.after.startsWith('after-');
    if (known) return allOf(rows, page);
    const faults = [{ path: 'after', message: 'is no cursor of this list' }];
    throw new RefusedError({
      code: 'INVALID_INPUT',
      message: 'after is no cursor of this list; hand in the endCursor of a page',
      faults,
    });
  }

  #counted(methods: Readonly<Record<string, (...args: never[]) => unknown>>): object {
    const wrapped = Object.entries(methods).map(([name, method]) => [
      name,
      (...args: never[]) => {
        this.statements.set(name, (this.statements.get(name) ?? 0) + 1);
        return method(...args);
      },
    ]);
    return Object.fromEntries(wrapped) as object;
  }
}
