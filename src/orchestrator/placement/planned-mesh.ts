/**
 * One mesh as its planner sees it: tasks, edges and places by number, and what runs where at a moment. Made of the core's memory
 * and thrown away when tasks, edges or places are others; it changes nothing. Called by `mesh-plans.ts`.
 */
import type { Demand } from '../../lifecycle/demand.js';
import { nodeRef } from '../../lifecycle/cluster-node.js';
import { isDefaultMesh } from '../../lifecycle/default-mesh.js';
import type { MeshState, TaskState } from '../../lifecycle/mesh-state.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import { isTerminal, type LayerName, PRIORITIES } from '../../lifecycle/vocabulary.js';
import { NO_EDGE } from '../../mesh/graph.js';
import { factsOfTask } from '../advice/task-facts.js';
import type {
  MeshOutline,
  MeshPlanner,
  PlanAttempt,
  PlanDecision,
  PlanMoment,
  PlanTask,
} from '../advisor.js';
import { type AskedPorts, demandFor } from '../core/asked.js';
import type { PlaceRoom, Rooms } from '../core/rooms.js';

/** What a plan may look at. */
export interface PlanGround {
  readonly now: number;
  readonly rooms: Rooms;
  readonly running: ReadonlyMap<number, TaskState>;
  readonly ports: PlanPorts;
}

export interface PlanPorts extends AskedPorts {
  layersFor(spec: TaskSpec): readonly LayerName[];
  /** Null: nobody plans it. */
  plannerOf?(outline: MeshOutline): MeshPlanner | null;
}

/** Larger meshes are not planned: places × tasks are beliefs, some 2 us each whenever everything is ranked anew. */
const TASKS_MAX = 1000;
/** Tasks without a mesh come one by one, and each is a new outline of all of them. */
const TASKS_ALONE_MAX = 100;
const BELIEFS_MAX = 6000;
const EDGES_MAX = 10_000;
const SLOTS_MAX = 256;
/** Of attempts of other meshes; what else is busy is taken to be busy as long as these. */
const FOREIGN_LOOKED_AT_MAX = 1000;

const NO_LABELS: readonly string[] = [];

export class PlannedMesh {
  readonly places: readonly PlaceRoom[];
  readonly mesh: MeshState;
  readonly #tasks: readonly TaskState[];
  readonly #indexOf: ReadonlyMap<TaskState, number>;
  readonly #placeOf: ReadonlyMap<string, number>;
  readonly #demand: Demand;
  readonly #planner: MeshPlanner;
  readonly #revisions: readonly [mesh: number, rooms: number];
  /** As the planner was told. */
  readonly #ended: boolean[];
  readonly #startedOn: (LayerName | null)[];

  private constructor(
    mesh: MeshState,
    ground: PlanGround,
    parts: Outlined & { readonly planner: MeshPlanner },
  ) {
    this.mesh = mesh;
    this.places = parts.places;
    this.#tasks = parts.tasks;
    this.#indexOf = parts.indexOf;
    this.#placeOf = new Map(parts.places.map((place, at) => [keyOf(place), at]));
    this.#demand = parts.demand;
    this.#planner = parts.planner;
    this.#revisions = [mesh.revision, ground.rooms.revision];
    this.#ended = parts.tasks.map(() => false);
    this.#startedOn = parts.tasks.map(() => null);
  }

  /** Null: it is too large, has nothing to decide, or nobody plans it. */
  static of(mesh: MeshState, ground: PlanGround): PlannedMesh | null {
    const outlined = mesh.open > tasksMaxOf(mesh) ? undefined : outline(mesh, ground);
    if (outlined === undefined) return null;
    const planner = ground.ports.plannerOf?.(outlined.outline) ?? null;
    return planner === null ? null : new PlannedMesh(mesh, ground, { ...outlined, planner });
  }

  isCurrent({ rooms }: PlanGround): boolean {
    const [mesh, places] = this.#revisions;
    return mesh === this.mesh.revision && places === rooms.revision;
  }

  outdated(): void {
    this.#planner.outdated();
  }

  task(index: number): TaskState {
    return this.#tasks[index] as TaskState;
  }

  /** For those of its tasks that stand in a ready queue. */
  decide(ground: PlanGround): PlanDecision & { readonly ready: readonly number[] } {
    this.#tell();
    const moment = this.#moment(ground);
    return { ...this.#planner.decide(moment), ready: moment.ready };
  }

  #tell(): void {
    for (const [at, task] of this.#tasks.entries()) {
      if (this.#ended[at] === true) continue;
      if (task.placedOn !== null && task.placedOn !== this.#startedOn[at]) {
        this.#startedOn[at] = task.placedOn;
        this.#planner.started(at, task.placedOn);
      }
      if (!isTerminal(task.status)) continue;
      this.#ended[at] = true;
      this.#planner.ended(at);
    }
  }

  #moment(ground: PlanGround): PlanMoment {
    const ready: number[] = [];
    const running: PlanMoment['running'][number][] = [];
    for (const [at, task] of this.#tasks.entries()) {
      if (task.readyPosition >= 0) ready.push(at);
      else if (task.status === 'RUNNING') {
        const attempt = this.#attemptOf(task, ground.now);
        if (attempt !== undefined) running.push({ ...attempt, task: at });
      }
    }
    return { nowSeconds: ground.now / 1000, ready, running, foreign: this.#foreign(ground, running) };
  }

  #attemptOf({ live }: TaskState, now: number): PlanAttempt | undefined {
    if (live === null) return undefined;
    const place = this.#placeOf.get(`${live.layer} ${live.node}`) ?? this.#placeOf.get(live.layer);
    if (place === undefined) return undefined;
    return { place, elapsedSeconds: live.begun ? Math.max(0, now - live.startedAt) / 1000 : 0 };
  }

  /** As many as keep slots busy that this mesh does not; one that takes the room of several counts as several. */
  #foreign({ now, rooms, running }: PlanGround, own: PlanMoment['running']): PlanMoment['foreign'] {
    const missing = this.#busyOthers(rooms, own);
    if (missing.every((count) => count === 0)) return [];
    const found = this.places.map((): PlanMoment['foreign'][number][] => []);
    let looked = 0;
    for (const [token, task] of running) {
      if (++looked > FOREIGN_LOOKED_AT_MAX) break;
      const { spec } = task;
      const attempt = spec === null || this.#isOwn(task) ? undefined : this.#attemptOf(task, now);
      const there = found[attempt?.place ?? -1];
      if (attempt === undefined || there === undefined || spec === null) continue;
      if (there.length < (missing[attempt.place] as number))
        there.push({ ...attempt, token, facts: () => factsOfTask(task, spec) });
    }
    return found.flatMap((there, place) =>
      there.length === 0
        ? []
        : Array.from({ length: missing[place] as number }, (_, i) => there[i % there.length]),
    ) as PlanMoment['foreign'];
  }

  #busyOthers(rooms: Rooms, own: PlanMoment['running']): number[] {
    const free = new Map(rooms.places(this.#demand).map((room) => [keyOf(room), room.free]));
    const mine = this.places.map(() => 0);
    for (const { place } of own) mine[place] = (mine[place] as number) + 1;
    return this.places.map((place, at) =>
      Math.max(0, place.slots - (free.get(keyOf(place)) ?? 0) - (mine[at] as number)),
    );
  }

  #isOwn(task: TaskState): boolean {
    return task.mesh === this.mesh && task.status === 'RUNNING' && this.#indexOf.has(task);
  }
}

export function tasksMaxOf({ id }: MeshState): number {
  return isDefaultMesh(id) ? TASKS_ALONE_MAX : TASKS_MAX;
}

interface Outlined {
  readonly outline: MeshOutline;
  readonly places: readonly PlaceRoom[];
  readonly tasks: readonly TaskState[];
  readonly indexOf: ReadonlyMap<TaskState, number>;
  readonly demand: Demand;
}

function keyOf({ layer, node }: Pick<PlaceRoom, 'layer' | 'node'>): string {
  return node === null ? layer : `${layer} ${nodeRef(node)}`;
}

function outline(mesh: MeshState, { rooms, ports }: PlanGround): Outlined | undefined {
  const open = [...mesh.byKey.values()].filter(({ status }) => !isTerminal(status));
  const demand = usualDemand(open, ports);
  const places = rooms
    .places(demand)
    .filter((room) => room.slots > 0)
    .map((room) => ({ ...room, slots: Math.min(room.slots, open.length) }));
  const slots = places.reduce((sum, place) => sum + place.slots, 0);
  if (places.length < 2 || slots > SLOTS_MAX || places.length * open.length > BELIEFS_MAX) return undefined;
  if (mesh.graph.edgeCount > EDGES_MAX) return undefined;
  const indexOf = new Map(open.map((task, at) => [task, at]));
  const tasks = [...open];
  for (const task of open)
    for (const { source } of sourcesOf(task)) {
      if (indexOf.has(source)) continue;
      indexOf.set(source, tasks.length);
      tasks.push(source);
    }
  const allowed = (task: TaskState) => allowedOn(places, task, { rooms, ports });
  return {
    outline: { places, tasks: tasks.map((task) => outlined(task, indexOf, allowed)) },
    places,
    tasks,
    indexOf,
    demand,
  };
}

function outlined(
  task: TaskState,
  indexOf: ReadonlyMap<TaskState, number>,
  allowed: (task: TaskState) => boolean[],
): PlanTask {
  const { spec, mesh, node } = task;
  const children: number[] = [];
  const { edges } = mesh.graph;
  for (let edge = edges.firstOutgoing(node); edge !== NO_EDGE; edge = edges.nextOutgoing(edge)) {
    const child = edges.waits(edge) ? indexOf.get(mesh.at(edges.targetOf(edge))) : undefined;
    if (child !== undefined) children.push(child);
  }
  const hasEnded = isTerminal(task.status);
  return {
    facts: spec === null || hasEnded ? null : () => factsOfTask(task, task.spec ?? spec),
    priority: spec === null ? 0 : PRIORITIES.indexOf(spec.priority),
    children,
    inputs: hasEnded
      ? []
      : sourcesOf(task).map(({ source, seconds }) => ({ task: indexOf.get(source) as number, seconds })),
    allowed: hasEnded ? [] : allowed(task),
  };
}

function sourcesOf({ mesh, node }: TaskState): { readonly source: TaskState; readonly seconds: number }[] {
  const sources = [];
  const { edges } = mesh.graph;
  for (let edge = edges.firstIncoming(node); edge !== NO_EDGE; edge = edges.nextIncoming(edge))
    if (edges.waits(edge))
      sources.push({ source: mesh.at(edges.sourceOf(edge)), seconds: edges.weightOf(edge) });
  return sources;
}

/** By place: could it run there if nothing else did? */
function allowedOn(
  places: readonly PlaceRoom[],
  task: TaskState,
  { rooms, ports }: Pick<PlanGround, 'rooms' | 'ports'>,
): boolean[] {
  const { spec } = task;
  if (spec === null) return places.map(() => false);
  const layers = ports.layersFor(spec);
  const labels = spec.nodeSelector ?? NO_LABELS;
  const demand = demandFor({ ports }, task, spec);
  return places.map(
    ({ layer, node }) =>
      layers.includes(layer) &&
      (node === null
        ? rooms.isPossible(layer, demand, labels)
        : rooms.isPossibleOn(layer, nodeRef(node), demand, labels)),
  );
}

/** The mean of what its tasks ask for: a place has as many slots as it could run of these. */
function usualDemand(tasks: readonly TaskState[], ports: PlanPorts): Demand {
  let [cores, memoryBytes, count] = [0, 0, 0];
  for (const task of tasks) {
    const { spec } = task;
    if (spec === null || spec.work === null) continue;
    const demand = demandFor({ ports }, task, spec);
    cores += demand.cores;
    memoryBytes += demand.memoryBytes;
    count++;
  }
  return { slots: 1, cores: cores / Math.max(1, count), memoryBytes: memoryBytes / Math.max(1, count) };
}
