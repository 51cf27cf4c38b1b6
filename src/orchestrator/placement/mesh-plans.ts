/**
 * Which meshes are planned, and what their plans say in the step at hand. A mesh is planned when its tasks leave the layer to the
 * product, or their node to what has learned; the plan then says of each ready task that it starts, and where, or that it waits
 * for a better place that is busy. Priorities, fairness between meshes, holds and limits stand above it: the core asks for the
 * task whose turn it is. What planning may cost is bounded by counts; where it is used up, and for all other meshes, the core
 * chooses among the places with room as it does without a plan.
 */
import { nodeRef } from '../../lifecycle/cluster-node.js';
import type { MeshState, PlannedPlace, TaskState } from '../../lifecycle/mesh-state.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import type { PlanCandidate } from '../advisor.js';
import type { PlaceRoom } from '../core/rooms.js';
import { PlannedMesh, type PlanGround, tasksMaxOf } from './planned-mesh.js';

export interface PlanStart {
  readonly kind: 'start';
  readonly layer: LayerName;
  /** Null: whichever node the layer chooses, or its process. */
  readonly node: string | null;
  /** The chosen one first. */
  readonly candidates: readonly PlannedPlace[];
}

export interface PlanWait {
  readonly kind: 'wait';
  readonly place: string;
  readonly waitSeconds: number;
  readonly otherwiseSeconds: number;
}

type Word = PlanStart | PlanWait;

interface Decision {
  readonly asked: ReadonlySet<TaskState>;
  readonly words: ReadonlyMap<TaskState, Word>;
}

interface Entry {
  /** Null: it is not planned, for now. */
  readonly planned: PlannedMesh | null;
  readonly madeAt: number;
}

/** Of a processor, in microseconds as counted: what may be spent at once, and how much comes back in a millisecond. */
const CREDIT_MAX = 6000;
const CREDIT_PER_MS = 150;
/** Beside the decision itself: a mesh is outlined, for each of its open tasks, and looked through for them. */
const OUTLINE_COST = 3;
const LOOK_COST = 0.05;
const DECISIONS_PER_STEP_MAX = 4;
/** A mesh that nobody could plan is looked at again after so long. */
const AGAIN_MS = 1000;
/** A mesh of 1,000 tasks takes about a megabyte. */
const MESHES_MAX = 50;

export class MeshPlans {
  readonly #entries = new Map<MeshState, Entry>();
  /** Of the step at hand. */
  readonly #decisions = new Map<MeshState, Decision>();
  readonly #asked = new Map<MeshState, number>();
  #credit = CREDIT_MAX;
  #creditedAt = 0;

  /** The rooms are looked at anew from here on. */
  beginStep(): void {
    if (this.#asked.size === 0) return;
    this.#decisions.clear();
    this.#asked.clear();
  }

  forget(mesh: MeshState): void {
    this.#entries.delete(mesh);
  }

  /** More was learned of its tasks. */
  outdated(mesh: MeshState): void {
    this.#entries.get(mesh)?.planned?.outdated();
  }

  /** Is the task to be asked about at all? Called for every start: no look-up for what has no choice. */
  concerns(task: TaskState, { ports, rooms, now }: PlanGround): boolean {
    const { mesh, spec } = task;
    if (ports.plannerOf === undefined || spec === null || mesh.open > tasksMaxOf(mesh)) return false;
    const entry = this.#entries.size === 0 ? undefined : this.#entries.get(mesh);
    if (entry !== undefined) return entry.planned !== null || now >= entry.madeAt + AGAIN_MS;
    let places = 0;
    for (const layer of ports.layersFor(spec)) {
      if (rooms.choosesNodes(layer)) return true;
      if (rooms.isOffered(layer)) places++;
    }
    return places > 1;
  }

  /** Was it decided already in this step, for the task as well? */
  hasDecidedOn(task: TaskState): boolean {
    return this.#decisions.get(task.mesh)?.asked.has(task) ?? false;
  }

  /** Undefined: the plan has nothing to say of it. To be asked when `hasDecidedOn`, or when `mayDecide` and all are in the queue. */
  wordOn(task: TaskState, ground: PlanGround): Word | undefined {
    if (!this.hasDecidedOn(task)) this.#decide(task.mesh, ground);
    return this.#decisions.get(task.mesh)?.words.get(task);
  }

  /** What it said of this mesh does not hold any more. False: it says nothing else in this step, it has cost enough. */
  mayDecide(mesh: MeshState, now: number): boolean {
    this.#decisions.delete(mesh);
    return (this.#asked.get(mesh) ?? 0) < DECISIONS_PER_STEP_MAX && this.#hasCredit(now);
  }

  #decide(mesh: MeshState, ground: PlanGround): void {
    this.#asked.set(mesh, (this.#asked.get(mesh) ?? 0) + 1);
    const planned = this.#planned(mesh, ground);
    if (planned === null) return;
    const { starts, waits, ready, cost } = planned.decide(ground);
    this.#credit -= cost;
    const words = new Map<TaskState, Word>();
    for (const { task, candidates } of starts)
      words.set(planned.task(task), startAt(planned.places, candidates));
    for (const { task, place, waitSeconds, otherwiseSeconds } of waits)
      words.set(planned.task(task), {
        kind: 'wait',
        place: nameOf(planned.places[place] as PlaceRoom),
        waitSeconds,
        otherwiseSeconds,
      });
    this.#decisions.set(mesh, { words, asked: new Set(ready.map((at) => planned.task(at))) });
  }

  #hasCredit(now: number): boolean {
    this.#credit = Math.min(CREDIT_MAX, this.#credit + CREDIT_PER_MS * (now - this.#creditedAt));
    this.#creditedAt = now;
    return this.#credit > 0;
  }

  #planned(mesh: MeshState, ground: PlanGround): PlannedMesh | null {
    const known = this.#entries.get(mesh);
    if (known !== undefined) {
      const { planned, madeAt } = known;
      if (planned === null ? ground.now < madeAt + AGAIN_MS : planned.isCurrent(ground)) return planned;
    }
    const planned = PlannedMesh.of(mesh, ground);
    this.#credit -= OUTLINE_COST * mesh.open + LOOK_COST * mesh.byKey.size;
    this.#entries.delete(mesh);
    this.#entries.set(mesh, { planned, madeAt: ground.now });
    if (this.#entries.size > MESHES_MAX) this.#entries.delete(this.#entries.keys().next().value as MeshState);
    return planned;
  }
}

function startAt(places: readonly PlaceRoom[], candidates: readonly PlanCandidate[]): PlanStart {
  const all = candidates.map(({ place, waitSeconds, finishSeconds }): PlannedPlace => {
    const { layer, node } = places[place] as PlaceRoom;
    return { layer, node: node?.name ?? null, waitSeconds, finishSeconds };
  });
  const { layer, node } = places[(candidates[0] as PlanCandidate).place] as PlaceRoom;
  return { kind: 'start', layer, node: node === null ? null : nodeRef(node), candidates: all };
}

function nameOf({ layer, node }: PlaceRoom): string {
  return node === null ? layer : `node ${node.name}`;
}
