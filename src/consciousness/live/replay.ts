/**
 * A run that has ended, replayed on the core with a virtual clock and the times that its tasks took, in each of several orders.
 * The composition root does it; the scorer of runs asks for it.
 */
import type { PredictionRow } from '../../store/learning.js';
import { type Expected, ORDER_POLICIES, type OrderPolicy, secondsBy } from '../policies/order-policies.js';

export interface Replay {
  readonly meshName: string;
  /** Seconds from the first start to the last end, in each order. */
  readonly makespans: Readonly<Record<OrderPolicy, number>>;
  /** As it was. */
  readonly actualSeconds: number;
  readonly tasks: number;
  /** Attempts that ended by themselves, and those of them that failed. */
  readonly attempts: number;
  readonly failed: number;
}

/** Seconds that a task counts with; undefined: as long as it took. */
export type Counted = (taskId: string) => number | undefined;

/** Null: it cannot be replayed. */
export type Twin = (meshId: string, orders: Readonly<Record<OrderPolicy, Counted>>) => Promise<Replay | null>;

export const PLAIN = 'type-median';
/** From the median to the fifth and the tenth percentile from above, in standard deviations. */
const TO_P95 = 1.645;
const TO_P90 = 1.2816;

/** `rows`: those with a median of their kind. */
export function ordersOf(rows: readonly PredictionRow[]): Readonly<Record<OrderPolicy, Counted>> {
  const expected = new Map(rows.map((row) => [row.taskId, expectedOf(row)]));
  const orders = ORDER_POLICIES.map((policy) => {
    const counted: Counted = (taskId) => {
      const known = expected.get(taskId);
      return known === undefined ? (policy === 'EVEN' ? 1 : undefined) : secondsBy(policy, known);
    };
    return [policy, counted];
  });
  return Object.fromEntries(orders) as Record<OrderPolicy, Counted>;
}

function expectedOf({ p50, p95, medians }: PredictionRow): Expected {
  return { p50, p90: p50 * (p95 / p50) ** (TO_P90 / TO_P95), plain: medians[PLAIN] as number };
}
