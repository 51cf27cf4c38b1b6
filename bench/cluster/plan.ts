/** What both contestants of the case `cluster` do, and what is seen of each. */
import type { Idle } from '../idle.js';

export interface ClusterPlan {
  /** Tasks of the throughput, and before those to warm up. */
  readonly count: number;
  readonly warmUp: number;
  /** Round trips, one at a time. */
  readonly idle: Idle;
  /** Tasks that run at once. */
  readonly slots: number;
}

export interface Measured {
  /** From the first dispatch to the end of the last. */
  readonly perSecond: number;
  /** From the call that submits them. */
  readonly submittedPerSecond: number;
  readonly tripsMs: readonly number[];
}
