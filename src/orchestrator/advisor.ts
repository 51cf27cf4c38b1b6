/**
 * The contract of advice: what learning and consciousness tell the orchestrator, and what it tells them. The
 * orchestrator may ignore any of it and works without it; the plain default is `advice/quantile-advisor.ts`.
 */
import type { ClusterNode } from '../lifecycle/cluster-node.js';
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
  /** Null: not in a mesh that could be run again. */
  readonly meshName: string | null;
  /** Tasks that it waits for, and that wait for it. */
  readonly parents: number;
  readonly children: number;
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

/** An attempt whose start is committed. */
export interface StartedAttempt extends AttemptPlace {
  readonly key: AttemptKey;
  readonly task: TaskFacts;
  readonly meshId: string;
  /** Layers it could have started on, as `chooseLayer` was asked; empty: there was no choice. */
  readonly candidates: readonly LayerCandidate[];
  /** Why its node, where nodes were chosen among. */
  readonly placement: Placement | null;
}

/** An attempt that completed, failed or ran out of time; those that were lost or cancelled tell nothing of the work. */
export interface SettledAttempt {
  readonly spec: TaskSpec;
  readonly runMs: number;
  /** Null: it completed. */
  readonly failureCode: string | null;
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
  retryMs?(code: string): number | null;
  /** After the commit of a start. */
  started?(attempt: StartedAttempt): void;
  /** After the commit of a completed attempt. */
  observe(observation: Observation): void;
  /** After the commit of any outcome that tells of the work. */
  settled?(attempt: SettledAttempt): void;
  readonly gate?: StartGate;
}
