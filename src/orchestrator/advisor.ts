/**
 * The contract of advice: what learning and consciousness tell the orchestrator, and what it tells them. The
 * orchestrator may ignore any of it and works without it; the plain default is `advice/quantile-advisor.ts`.
 */
import type { ClusterNode } from '../lifecycle/cluster-node.js';
import type { PlannedPlace } from '../lifecycle/mesh-state.js';
import type { Placement } from '../lifecycle/placement.js';
import type { AttemptKey, TaskSpec } from '../lifecycle/task.js';
import type { LayerName, TaskType } from '../lifecycle/vocabulary.js';

/** Seconds. Quantiles of the run time of one attempt. */
export interface DurationEstimate {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** What is known of a task before it runs. */
export interface TaskFacts {
  readonly typeKey: string;
  readonly taskType: TaskType;
  /** Known run time in seconds (wait work), else null. */
  readonly plannedSeconds: number | null;
  readonly spec: TaskSpec;
  /** Null: it is a draft. */
  readonly meshId: string | null;
  /** Null: not in a mesh that could be run again. */
  readonly meshName: string | null;
  /** Tasks that it waits for, and that wait for it. */
  readonly parents: number;
  readonly children: number;
  /** Longest distance from a task that waits for none, in edges. */
  readonly depth: number;
  /** Seconds on the longest path after it, as ranked now; null: it stands alone, or was not ranked. */
  readonly followingSeconds: number | null;
  /** Until its attempt started; null before. */
  readonly queuedSeconds: number | null;
  /** DATA sources, and the bytes of their outputs as JSON; null until all of them have ended. */
  readonly inputCount: number;
  readonly inputBytes: number | null;
  /** The number of the attempt that runs, or would be next. */
  readonly attempt: number;
  /** Code of the failure of the attempt before, as far as memory goes. */
  readonly lastError: string | null;
}

export interface AttemptPlace {
  readonly layer: LayerName;
  readonly node: string;
}

/** A layer that has room for a task now. */
export interface LayerCandidate {
  readonly layer: LayerName;
  /** What the edges from tasks that ran elsewhere cost. */
  readonly transferSeconds: number;
}

/** A place as a plan sees it: a layer, or a node of one whose nodes are chosen by what was learned. */
export interface PlanPlace {
  readonly layer: LayerName;
  readonly node: ClusterNode | null;
  /** Usual tasks of the mesh that it takes at once. */
  readonly slots: number;
}

export interface PlanTask {
  /** Null: it has ended, and matters only because of where. Else what is known of it when this is asked. */
  readonly facts: (() => TaskFacts) | null;
  /** Rank of its priority class. */
  readonly priority: number;
  /** Tasks that wait for it, and what it waits for with what moving to another layer costs: by index. */
  readonly children: readonly number[];
  readonly inputs: readonly { readonly task: number; readonly seconds: number }[];
  /** By place: may it run there at all? */
  readonly allowed: readonly boolean[];
}

/** A mesh with something to decide: its open tasks, and those ended ones whose results they take. */
export interface MeshOutline {
  readonly places: readonly PlanPlace[];
  readonly tasks: readonly PlanTask[];
}

/** An attempt that runs somewhere; its time runs from its begin, and it is below 0 before. */
export interface PlanAttempt {
  readonly place: number;
  readonly elapsedSeconds: number;
}

/** What is busy, and who could start. Seconds are those of one clock that never goes back. */
export interface PlanMoment {
  readonly nowSeconds: number;
  /** In the order of the queue. */
  readonly ready: readonly number[];
  readonly running: readonly (PlanAttempt & { readonly task: number })[];
  /** Of other meshes. `token` names the attempt. */
  readonly foreign: readonly (PlanAttempt & { readonly token: number; readonly facts: () => TaskFacts })[];
}

/** One of the places of a planned start: what was expected of it at that moment. */
export interface PlanCandidate {
  readonly place: number;
  /** Until it has room; 0 where it had. */
  readonly waitSeconds: number;
  /** Overhead, transfer, wait, run time, and the risk of another attempt. */
  readonly finishSeconds: number;
}

export interface PlannedStart {
  readonly task: number;
  /** The chosen one first, then the others from the best. */
  readonly candidates: readonly PlanCandidate[];
}

/** It could start elsewhere, and is kept back for that place. */
export interface PlannedWait {
  readonly task: number;
  readonly place: number;
  readonly waitSeconds: number;
  /** What it would take where it could start now: whoever waits longer than that has lost. */
  readonly otherwiseSeconds: number;
}

export interface PlanDecision {
  readonly starts: readonly PlannedStart[];
  readonly waits: readonly PlannedWait[];
  /** What it took, about microseconds, counted and not measured. */
  readonly cost: number;
}

/** Plans one mesh. It is told of every start and end; its decisions follow from what it was told, and from what was learned. */
export interface MeshPlanner {
  started(task: number, layer: LayerName): void;
  /** However it ended. */
  ended(task: number): void;
  /** More was learned of tasks of this mesh. */
  outdated(): void;
  /** Ready tasks that are in neither list stay where they are: there is no room for them. */
  decide(moment: PlanMoment): PlanDecision;
}

/** An attempt whose start is committed. */
export interface StartedAttempt extends AttemptPlace {
  readonly key: AttemptKey;
  readonly task: TaskFacts;
  readonly meshId: string;
  /** Layers it could have started on, as `chooseLayer` was asked; empty: there was no choice. */
  readonly candidates: readonly LayerCandidate[];
  /** What its plan chose among, the chosen one first; empty: no plan placed it. */
  readonly planned: readonly PlannedPlace[];
  /** Why its node, where nodes were chosen among. */
  readonly placement: Placement | null;
  /** The limit that was advised for it; null: none was. */
  readonly timeoutMs: number | null;
  /** That it is counted with. */
  readonly memoryBytes: number;
}

/** An attempt that completed, failed or ran out of time; those that were lost or cancelled tell nothing of the work. */
export interface SettledAttempt {
  /** Where; absent: that is not told. */
  readonly layer?: LayerName;
  readonly taskId: string;
  readonly spec: TaskSpec;
  readonly runMs: number;
  /** Null: it completed. */
  readonly failureCode: string | null;
}

/** How busy a layer is. */
export interface LayerLoad {
  readonly layer: LayerName;
  /** Slots that it has, and of them in use. */
  readonly slots: number;
  readonly used: number;
  /** Tasks in the ready queues that may run there. */
  readonly waiting: number;
  /** When the oldest of its attempts began, ms of the core's clock; infinity: none runs. */
  readonly oldestAt: number;
}

/** Holds starts back while a decision says so. */
export interface StartGate {
  /** True: nothing is held back, and nobody is asked. */
  readonly isOpen: boolean;
  /**
   * Ms for which a task that has a place is not to start; 0: it starts now. Whoever is held back is asked about again when the
   * core is told that the gate has changed, which the gate sees to before the time is over.
   */
  waitMs(taskId: string, spec: TaskSpec): number;
}

/** Puts meshes and their tasks in another order than what is expected of them alone would. */
export interface OrderAdvice {
  /** True: nothing is ordered otherwise, and nobody is asked. */
  readonly isIdle: boolean;
  /** Seconds that a task counts with in the order of its mesh; null: as long as it is expected to last. */
  secondsOf(meshId: string, task: () => TaskFacts): number | null;
  /**
   * Share of starts that a mesh gets beside the others of its priority class, 1 being that of all; only of tasks without a fairness
   * key. More than none, so that nobody is starved.
   */
  weightOf(meshId: string, openTasks: number): number;
}

export interface Observation {
  readonly typeKey: string;
  readonly runSeconds: number;
}

export interface Advisor {
  /** `place`: where it runs already. Null: nothing is known, and nothing is pretended. */
  estimate(task: TaskFacts, place?: AttemptPlace): DurationEstimate | null;
  /** One of the candidates; called only when the author leaves the choice. */
  chooseLayer(task: TaskFacts, candidates: readonly LayerCandidate[]): LayerName;
  /**
   * Plans a mesh whose tasks leave their place to the product; null, or no such method: it knows too little, and each start is
   * asked for by itself. Asked once for each mesh and again when its tasks, edges or places are others.
   */
  plannerOf?(mesh: MeshOutline): MeshPlanner | null;
  /**
   * Seconds that the task is expected to take on that node; null: it does not know. Asked for the best few nodes of every
   * start under the policy LEARNED. Without it, LEARNED places as RESOURCE_BASED does.
   */
  rateNode?(task: TaskFacts, node: ClusterNode): number | null;
  /**
   * Milliseconds that an attempt may take whose task names no limit of its own; null, or no such method: the configured
   * default, which the task bears.
   */
  timeoutMs?(task: TaskFacts): number | null;
  /** Bytes that an attempt is counted with; null, or no such method: as its resource class says. */
  memoryBytes?(task: TaskFacts): number | null;
  /**
   * Milliseconds before the first retry after a failure with this code, of a task that names none; null, or no such method: the
   * configured default, which the task bears.
   */
  retryMs?(code: string, typeKey: string): number | null;
  /** After the commit of a start. */
  started?(attempt: StartedAttempt): void;
  /** After the commit of a completed attempt. */
  observe(observation: Observation): void;
  /** After the commit of any outcome that tells of the work. */
  settled?(attempt: SettledAttempt): void;
  readonly gate?: StartGate;
  readonly order?: OrderAdvice;
}
