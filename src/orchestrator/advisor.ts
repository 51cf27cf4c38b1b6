/**
 * The contract of advice: what learning and consciousness tell the orchestrator, and what it tells them. The
 * orchestrator may ignore any of it and works without it; the plain default is `quantile-advisor.ts`.
 */
import type { ClusterNode } from '../lifecycle/cluster-node.js';
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
}

export interface Observation {
  readonly typeKey: string;
  readonly runSeconds: number;
}

export interface Advisor {
  /** Null: nothing is known, and nothing is pretended. */
  estimate(task: TaskFacts): DurationEstimate | null;
  /** One of the candidates; called only when the author leaves the choice. */
  chooseLayer(task: TaskFacts, candidates: readonly LayerName[]): LayerName;
  /**
   * Seconds that the task is expected to take on that node; null: it does not know. Asked for the best few nodes of every
   * start under the policy LEARNED. Without it, LEARNED places as RESOURCE_BASED does.
   */
  rateNode?(task: TaskFacts, node: ClusterNode): number | null;
  /** After the commit of a completed attempt. */
  observe(observation: Observation): void;
}
