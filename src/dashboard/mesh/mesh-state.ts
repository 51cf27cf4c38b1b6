/**
 * A mesh as the page knows it: columns from a snapshot, kept up by committed events. Filled by `live-mesh.ts`, read by
 * the graph, the timeline and the heading. It asks nobody anything, and knows no screen.
 */
import type {
  LayerName,
  MeshEventsSubscription,
  MeshGraphQuery,
  MeshOutlookQuery,
  MeshStatus,
  Priority,
  TaskStatus,
  WorkKind,
} from '../../generated/dashboard/graphql.js';
import { isFinal, PLACE_OF, RUNNING, STATUSES } from '../parts/statuses.js';

export type Snapshot = NonNullable<MeshGraphQuery['meshGraph']>;
export type MeshEvent = MeshEventsSubscription['meshEventBatches']['events'][number];
export type Outlook = NonNullable<MeshOutlookQuery['meshOutlook']>;

export const EDGE_TYPES = ['HARD', 'SOFT', 'DATA', 'RESOURCE'] as const;

const MESH_TURNS: Readonly<Partial<Record<MeshEvent['type'], MeshStatus>>> = {
  MESH_COMPLETED: 'COMPLETED',
  MESH_FAILED: 'FAILED',
  MESH_CANCELLED: 'CANCELLED',
  MESH_PAUSED: 'PAUSED',
  MESH_RESUMED: 'RUNNING',
};

/** The shape is another one: nodes or edges came or went. */
const RESHAPING: ReadonlySet<MeshEvent['type']> = new Set([
  'TASK_CREATED',
  'TASK_DELETED',
  'TASK_UPDATED',
  'EDGE_ADDED',
  'EDGE_REMOVED',
  'MESH_EXTENDED',
]);

function times(column: readonly (number | null)[]): Float64Array {
  return Float64Array.from(column, (time) => time ?? Number.NaN);
}

function unknown(length: number): Float32Array {
  return new Float32Array(length).fill(Number.NaN);
}

export class MeshState {
  readonly id: string;
  readonly size: number;
  readonly ids: readonly string[];
  readonly keys: readonly string[];
  readonly names: readonly string[];
  readonly kinds: readonly (WorkKind | null)[];
  readonly priorities: Priority[];
  readonly tags: readonly (readonly string[])[];
  readonly status: Uint8Array;
  readonly attempt: Int32Array;
  readonly layers: (LayerName | null)[];
  readonly queuedAt: Float64Array;
  readonly startedAt: Float64Array;
  readonly finishedAt: Float64Array;
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  readonly edgeTypes: Uint8Array;
  readonly places: ReadonlyMap<string, number>;
  /** Seconds of one attempt. */
  readonly runP10: Float32Array;
  readonly runP50: Float32Array;
  readonly runP90: Float32Array;
  /** Ms since 1970 by the server's clock. */
  readonly endP10: Float64Array;
  readonly endP50: Float64Array;
  readonly endP90: Float64Array;
  /** What tasks say of their progress, 0 to 1. */
  readonly fractions = new Map<number, number>();
  readonly counts: number[];
  readonly total: number;
  readonly skewMs: number;
  meshStatus: MeshStatus;
  finishedMs = Number.NaN;

  constructor(snapshot: Snapshot) {
    const { ids } = snapshot;
    this.id = snapshot.meshId;
    this.size = ids.length;
    this.ids = ids;
    this.keys = snapshot.keys;
    this.names = snapshot.names;
    this.kinds = snapshot.kinds;
    this.priorities = [...snapshot.priorities];
    this.tags = snapshot.tags;
    this.status = Uint8Array.from(snapshot.statuses, (status) => PLACE_OF[status]);
    this.attempt = Int32Array.from(snapshot.attemptNumbers);
    this.layers = [...snapshot.layers];
    this.queuedAt = times(snapshot.queuedAt);
    this.startedAt = times(snapshot.startedAt);
    this.finishedAt = times(snapshot.finishedAt);
    this.sources = Int32Array.from(snapshot.edgeSources);
    this.targets = Int32Array.from(snapshot.edgeTargets);
    this.edgeTypes = Uint8Array.from(snapshot.edgeTypes, (type) => EDGE_TYPES.indexOf(type));
    this.places = new Map(ids.map((id, place) => [id, place]));
    [this.runP10, this.runP50, this.runP90] = [unknown(ids.length), unknown(ids.length), unknown(ids.length)];
    const ends = (): Float64Array => new Float64Array(ids.length).fill(Number.NaN);
    [this.endP10, this.endP50, this.endP90] = [ends(), ends(), ends()];
    this.counts = STATUSES.map(() => 0);
    for (const status of this.status) this.counts[status] = (this.counts[status] as number) + 1;
    this.total = snapshot.total;
    this.meshStatus = snapshot.status;
    this.skewMs = Date.parse(snapshot.at) - Date.now();
  }

  /** By the server's clock. */
  now(): number {
    return Date.now() + this.skewMs;
  }

  get isOpen(): boolean {
    return this.meshStatus === 'RUNNING' || this.meshStatus === 'PAUSED';
  }

  /** False: the event speaks of a shape that is not known here. */
  apply(event: MeshEvent): boolean {
    if (RESHAPING.has(event.type)) return false;
    if (event.taskId === null) {
      this.meshStatus = MESH_TURNS[event.type] ?? this.meshStatus;
      if (!this.isOpen) this.finishedMs = Date.parse(event.at);
      return true;
    }
    const place = this.places.get(event.taskId);
    if (place === undefined) return this.total > this.size;
    if (event.type === 'TASK_PROGRESSED') {
      const fraction = Number(event.payload['fraction']);
      if (Number.isFinite(fraction)) this.fractions.set(place, fraction);
    }
    const status = event.to === null ? undefined : PLACE_OF[event.to as TaskStatus];
    if (status !== undefined) this.#turn(place, status, event);
    return true;
  }

  #turn(place: number, status: number, { at, payload }: MeshEvent): void {
    const time = Date.parse(at);
    this.set(place, status);
    if (status === PLACE_OF.QUEUED) this.queuedAt[place] = time;
    if (status === RUNNING) {
      this.startedAt[place] = time;
      this.finishedAt[place] = Number.NaN;
      this.fractions.delete(place);
      const { attempt, layer } = payload as { attempt?: number; layer?: LayerName };
      if (typeof attempt === 'number') this.attempt[place] = attempt;
      if (typeof layer === 'string') this.layers[place] = layer;
    }
    if (isFinal(status)) this.finishedAt[place] = time;
  }

  /** Also for what is expected to be true in a moment. */
  set(place: number, status: number): void {
    const before = this.status[place] as number;
    this.counts[before] = (this.counts[before] as number) - 1;
    this.counts[status] = (this.counts[status] as number) + 1;
    this.status[place] = status;
  }

  expect(outlook: Outlook): void {
    const now = this.now();
    for (const [index, id] of outlook.taskIds.entries()) {
      const place = this.places.get(id);
      if (place === undefined) continue;
      this.runP10[place] = outlook.runP10[index] ?? Number.NaN;
      this.runP50[place] = outlook.runP50[index] ?? Number.NaN;
      this.runP90[place] = outlook.runP90[index] ?? Number.NaN;
      this.endP10[place] = now + (outlook.endP10[index] ?? Number.NaN) * 1000;
      this.endP50[place] = now + (outlook.endP50[index] ?? Number.NaN) * 1000;
      this.endP90[place] = now + (outlook.endP90[index] ?? Number.NaN) * 1000;
    }
  }

  /** Seconds that its last attempt ran, or has run by now; NaN before the first. */
  elapsed(place: number, now: number): number {
    const started = this.startedAt[place] as number;
    const finished = this.finishedAt[place] as number;
    if (this.status[place] === RUNNING) return Math.max(0, now - started) / 1000;
    return (finished - started) / 1000;
  }

  /** Seconds of run time, real where there was any and else expected; NaN where nobody knows. */
  cost(place: number, now: number): number {
    const elapsed = this.elapsed(place, now);
    const expected = this.runP50[place] as number;
    if (this.status[place] !== RUNNING && !Number.isNaN(elapsed)) return elapsed;
    return Number.isNaN(elapsed) || elapsed < expected ? expected : elapsed;
  }

  /** The same tasks with the statuses of another time; those that were not there yet are pending. */
  asOf(moment: {
    readonly status: MeshStatus;
    readonly tasks: readonly { readonly id: string; readonly status: TaskStatus }[];
  }): MeshState {
    const statuses = new Map(moment.tasks.map(({ id, status }) => [id, status]));
    const nothing = this.ids.map(() => null);
    return new MeshState({
      meshId: this.id,
      seq: 0,
      at: new Date(this.now()).toISOString(),
      status: moment.status,
      total: this.total,
      ids: this.ids,
      keys: this.keys,
      names: this.names,
      kinds: this.kinds,
      priorities: this.priorities,
      tags: this.tags,
      statuses: this.ids.map((id) => statuses.get(id) ?? 'PENDING'),
      attemptNumbers: [...this.attempt],
      layers: this.layers,
      queuedAt: nothing,
      startedAt: nothing,
      finishedAt: nothing,
      edgeSources: [...this.sources],
      edgeTargets: [...this.targets],
      edgeTypes: Array.from(this.edgeTypes, (type) => EDGE_TYPES[type] as (typeof EDGE_TYPES)[number]),
    });
  }
}
