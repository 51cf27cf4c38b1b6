/**
 * The synchronous core with nothing around it: meshes from text, time and outcomes by hand. Every batch is also applied
 * to the in-memory database, so that its guards judge each step, and no step may overfill a layer.
 */
import assert from 'node:assert/strict';
import type { Json } from '../../src/kit/json.js';
import { atOnce } from '../../src/kit/turn.js';
import type { Batch, EdgeRow, EventRow } from '../../src/lifecycle/batch.js';
import type { Entry } from '../../src/lifecycle/ledger.js';
import type { Demand } from '../../src/lifecycle/demand.js';
import type { TaskState } from '../../src/lifecycle/mesh-state.js';
import type { Outcome, TaskSpec } from '../../src/lifecycle/task.js';
import type { Refusal } from '../../src/lifecycle/refusal.js';
import type { FailureKind, LayerName, TaskStatus } from '../../src/lifecycle/vocabulary.js';
import type { AdmittedTask, KnownEnd } from '../../src/orchestrator/core/admission.js';
import { step } from '../../src/orchestrator/core/core.js';
import type { CoreInput, TaskCommand } from '../../src/orchestrator/core/core-input.js';
import { type CorePorts, CoreState } from '../../src/orchestrator/core/core-state.js';
import { planMesh } from '../../src/orchestrator/core/mesh-plan.js';
import { restore } from '../../src/orchestrator/core/restore.js';
import { attemptBegins } from '../../src/orchestrator/core/schedule.js';
import { MemoryDatabase } from '../../src/store/memory/memory-database.js';
import { snapshotOf } from '../../src/store/memory/memory-snapshot.js';
import { dag } from './dag.js';

export type TaskWish = Partial<TaskSpec> & {
  hold?: boolean;
  delayMs?: number;
  reuse?: 'COMPLETED' | 'SKIPPED';
};

/** Per task by key; `*` for all of them. */
export type Wishes = Readonly<Record<string, TaskWish>>;

const MEASURED = { runMs: 1, cpuMs: null, memoryPeakBytes: null, exitCode: null };
export const GIB = 2 ** 30;
export const COMMAND = { command: { argv: ['true'] } };

export function specOf(key: string, wish: Partial<TaskSpec> = {}): TaskSpec {
  return {
    key,
    name: key,
    description: null,
    work: { wait: { durationMs: 1000 } },
    priority: 'NORMAL',
    taskType: 'SMALL',
    tags: [],
    layer: null,
    retryPolicy: {
      maxAttempts: 1,
      initialIntervalMs: 100,
      backoffCoefficient: 2,
      maxIntervalMs: 1000,
      jitter: false,
      nonRetryableErrors: [],
    },
    queueTimeoutMs: null,
    executionTimeoutMs: null,
    heartbeatTimeoutMs: null,
    concurrency: null,
    fairness: null,
    metadata: {},
    typeKey: 'wait',
    ...wish,
  };
}

export interface CoreWish {
  readonly slots?: number;
  readonly room?: Demand;
  readonly rooms?: Partial<Record<LayerName, number>>;
  /** Jitter. */
  readonly unit?: () => number;
  /** Expected run time by key; 1 s otherwise. */
  readonly seconds?: Record<string, number>;
  /** Ports that stand for what has learned. */
  readonly advice?: Partial<CorePorts>;
  /** Layers that are offered as nodes, by `nodesChanged`. */
  readonly alsoLayers?: readonly LayerName[];
}

/** A task is named by its key in mesh `m`, or as `mesh/key`, which is also its id. */
export class CoreHarness {
  core: CoreState;
  now = 0;
  /** Keys (or `mesh/key`) in the order of their starts. */
  readonly starts: string[] = [];
  readonly aborts: string[] = [];
  readonly database: MemoryDatabase;
  readonly #wish: CoreWish;
  #seq = 0;
  #gathering = false;

  constructor(wish: CoreWish = {}) {
    this.#wish = wish;
    this.database = new MemoryDatabase({ now: () => this.now });
    this.core = this.#recovered();
  }

  /** Another leader of the same database; `lost` settles the attempts that ran. */
  restart(offer: (fresh: CoreState) => void = () => undefined): CoreState {
    const before = this.core;
    this.core = this.#recovered(offer);
    return before;
  }

  mesh(text: string, wishes: Wishes = {}, more: { id?: string; createdBy?: string } = {}): Entry {
    return this.ok(this.submission(text, wishes, more));
  }

  submission(text: string, wishes: Wishes = {}, more: { id?: string; createdBy?: string } = {}): CoreInput {
    const id = more.id ?? 'm';
    const mesh = {
      id,
      tenant: 'default',
      name: id,
      description: null,
      tags: [],
      metadata: {},
      parentMeshId: null,
      rerunStrategy: null,
    };
    const admission = this.#admission(id, text, wishes, more.createdBy);
    return { kind: 'submitMesh', plan: atOnce(planMesh(mesh, admission, this.core.ports.secondsOf)) };
  }

  /** `ended`: sources that have left memory. Keys that the mesh has are taken for its own tasks. */
  extension(
    text: string,
    wishes: Wishes = {},
    more: { id?: string; createdBy?: string; ended?: readonly KnownEnd[] } = {},
  ): CoreInput {
    const id = more.id ?? 'm';
    const { tasks, ...rest } = this.#admission(id, text, wishes, more.createdBy);
    const ended = new Map((more.ended ?? []).map((end) => [end.id, end]));
    const fresh = tasks.filter((task) => !this.database.tasks.has(task.id));
    return { kind: 'extendMesh', meshId: id, admission: { ...rest, tasks: fresh, ended } };
  }

  extend(text: string, wishes: Wishes = {}, more: { id?: string; ended?: readonly KnownEnd[] } = {}): Entry {
    return this.ok(this.extension(text, wishes, more));
  }

  /** One step, committed; it must be accepted. */
  ok(input: CoreInput): Entry {
    const { answer, entry } = this.#step(input);
    if (!answer.ok) throw new Error(`refused: ${answer.refusal.message}`);
    return entry;
  }

  /** One step that must be refused and change nothing. */
  refused(input: CoreInput): Refusal {
    const { answer, entry } = this.#step(input);
    assert.ok(!answer.ok, `${input.kind} was accepted`);
    assert.deepEqual(entry.batch.events, [], 'a refusal changed something');
    return answer.refusal;
  }

  /** Several steps in one batch. */
  together(act: () => void): Entry {
    this.#gathering = true;
    act();
    this.#gathering = false;
    return this.#commit();
  }

  task(kind: TaskCommand, name: string): Entry {
    return this.ok({ kind, taskId: idOf(name) });
  }

  refusedTask(kind: TaskCommand, name: string): Refusal {
    return this.refused({ kind, taskId: idOf(name) });
  }

  settle(name: string, outcome: Outcome): Entry {
    const { live } = this.state(name);
    assert.ok(live !== null, `${name} is not running`);
    const key = { taskId: idOf(name), attempt: live.attempt, token: live.token };
    return this.ok({ kind: 'attemptsSettled', attempts: [{ key, outcome }] });
  }

  complete(name: string, output: Json = null): Entry {
    return this.settle(name, { kind: 'COMPLETED', output, measured: MEASURED });
  }

  fail(name: string, code = 'EXIT_1', kind: FailureKind = 'ERROR'): Entry {
    return this.settle(name, { kind: 'FAILED', failure: { kind, code, message: code }, measured: MEASURED });
  }

  crash(name: string, code = 'LOST'): Entry {
    return this.settle(name, {
      kind: 'CRASHED',
      failure: { kind: 'CRASHED', code, message: code },
      measured: MEASURED,
    });
  }

  /** What a layer answers to an abort. */
  stopped(name: string, kind: 'CANCELLED' | 'TIMED_OUT' = 'CANCELLED'): Entry {
    const failure = { kind: kind === 'CANCELLED' ? 'ERROR' : 'TIMEOUT', code: kind, message: kind } as const;
    return this.settle(name, { kind, failure, measured: MEASURED });
  }

  /** Completes whatever runs, first started first, until nothing runs. */
  runOut(): void {
    for (let name = this.running()[0]; name !== undefined; name = this.running()[0]) this.complete(name);
  }

  advance(ms: number): Entry {
    this.now += ms;
    return this.ok({ kind: 'timePassed' });
  }

  state(name: string): TaskState {
    const task = this.core.tasks.get(idOf(name));
    assert.ok(task !== undefined, `the core has no task ${name}`);
    return task;
  }

  /** As stored. */
  status(name: string): TaskStatus {
    return this.row(name).status;
  }

  row(name: string) {
    const row = this.database.tasks.get(idOf(name));
    assert.ok(row !== undefined, `there is no task ${name}`);
    return row;
  }

  /** `a COMPLETED, b RUNNING`: all tasks of a mesh as stored, in the order of submission. */
  statuses(mesh = 'm'): string {
    const rows = [...this.database.tasks.values()].filter((row) => row.meshId === mesh && !row.deleted);
    return rows.map((row) => `${row.spec.key} ${row.status}`).join(', ');
  }

  meshStatus(mesh = 'm'): string {
    return this.database.meshes.get(mesh)?.status ?? 'unknown';
  }

  /** In the order of their starts. */
  running(): string[] {
    const live = [...this.core.tasks.values()].flatMap((task) => (task.live === null ? [] : [task]));
    return live.sort((a, b) => (a.live?.token ?? 0) - (b.live?.token ?? 0)).map((task) => nameOf(task.id));
  }

  #admission(mesh: string, text: string, wishes: Wishes, createdBy = 'owner') {
    const { keys, edges } = dag(text);
    const tasks = keys.map((key): AdmittedTask => {
      const { hold = false, delayMs = null, reuse = null, ...spec } = { ...wishes['*'], ...wishes[key] };
      return {
        id: `${mesh}/${key}`,
        task: { spec: specOf(key, spec), startAfter: null, hold },
        delayMs,
        rerunOf: null,
        reuse,
      };
    });
    const joined = edges.map(
      ({ source, target, type, weight }): EdgeRow => ({
        id: `${mesh}/${source}>${target}:${++this.#edges}`,
        meshId: mesh,
        sourceId: `${mesh}/${source}`,
        targetId: `${mesh}/${target}`,
        type,
        weight,
      }),
    );
    return { createdBy, tasks, edges: joined, ended: new Map<string, KnownEnd>() };
  }
  #edges = 0;

  #recovered(offer: (fresh: CoreState) => void = () => undefined): CoreState {
    const { slots = 4, room, rooms, unit = () => 0, seconds = {}, advice = {}, alsoLayers = [] } = this.#wish;
    const offered = rooms ?? { LOCAL: slots };
    const ports: CorePorts = {
      unit,
      secondsOf: ({ key, spec }) => (spec?.work === null ? 0 : (seconds[key] ?? 1)),
      layersFor: (spec) =>
        spec.layer === null ? [...(Object.keys(offered) as LayerName[]), ...alsoLayers] : [spec.layer],
      chooseLayer: (_task, candidates) => candidates[0] as LayerName,
      nodeOf: () => 'node',
      ...advice,
    };
    const snapshot = snapshotOf(this.database);
    const core = new CoreState(ports, snapshot.lastEventSeq);
    core.now = this.now;
    for (const [layer, count] of Object.entries(offered)) {
      core.rooms.offer(layer as LayerName, room ?? { slots: count, cores: 64, memoryBytes: 64 * GIB });
    }
    offer(core);
    restore(core, snapshot);
    for (const { live } of core.tasks.values()) if (live !== null) attemptBegins(live, this.now);
    return core;
  }

  #step(input: CoreInput) {
    const answer = step(this.core, input, this.now);
    this.#checkRooms();
    return { answer, entry: this.#gathering ? NOTHING : this.#commit() };
  }

  #commit(): Entry {
    const entry = this.core.ledger.take();
    if (!isEmpty(entry.batch)) this.database.apply({ epoch: 1, seq: ++this.#seq }, entry.batch);
    for (const effect of entry.effects) {
      if (effect.kind === 'start') {
        attemptBegins(effect.live, this.now);
        this.starts.push(nameOf(effect.task.id));
      }
      if (effect.kind === 'abort') this.aborts.push(`${nameOf(effect.key.taskId)} ${effect.reason}`);
    }
    return entry;
  }

  /** No layer grants more than it has. */
  #checkRooms(): void {
    const used = new Map<LayerName, { slots: number; cores: number; memoryBytes: number }>();
    for (const { live } of this.core.tasks.values()) {
      if (live === null || this.#wish.alsoLayers?.includes(live.layer) === true) continue;
      const sum = used.get(live.layer) ?? { slots: 0, cores: 0, memoryBytes: 0 };
      used.set(live.layer, sum);
      sum.slots += live.demand.slots;
      sum.cores += live.demand.cores;
      sum.memoryBytes += live.demand.memoryBytes;
    }
    for (const [layer, sum] of used) {
      const count = this.#wish.rooms?.[layer] ?? this.#wish.slots ?? 4;
      const total = this.#wish.room ?? { slots: count, cores: 64, memoryBytes: 64 * GIB };
      assert.ok(
        sum.slots <= total.slots && sum.memoryBytes <= total.memoryBytes,
        `layer ${layer} is overfull`,
      );
      assert.ok(
        sum.cores <= total.cores + 1e-6,
        `layer ${layer} has promised ${sum.cores} of ${total.cores} cores`,
      );
    }
  }
}

const NOTHING: Entry = new CoreState({} as CorePorts, 0).ledger.take();

function isEmpty(batch: Batch): boolean {
  return Object.values(batch).every((rows: readonly unknown[]) => rows.length === 0);
}

export function idOf(name: string): string {
  return name.includes('/') ? name : `m/${name}`;
}

function nameOf(id: string): string {
  return id.startsWith('m/') ? id.slice(2) : id;
}

/** `TASK_COMPLETED a`, `MESH_FAILED`: the events of a batch in words. */
export function told(entry: Entry): string[] {
  return entry.batch.events.map((event: EventRow) =>
    event.taskId === null ? event.type : `${event.type} ${nameOf(event.taskId)}`,
  );
}
