/**
 * The orders in which the tasks of a mesh may be run, as what a task counts with when the longest remaining path is looked for
 * (upward rank). Everything else is the same in all of them: priorities, fairness, places. Called where a mesh is ranked and
 * where a run is replayed.
 */

/** The first is what the levels beneath do. */
export const ORDER_POLICIES = ['LEARNED', 'CAUTIOUS', 'STATIC', 'EVEN'] as const;
export type OrderPolicy = (typeof ORDER_POLICIES)[number];

/** Seconds: what was learned (median, and what one in ten exceeds), and the median of the kind of task. */
export interface Expected {
  readonly p50: number;
  readonly p90: number;
  readonly plain: number;
}

export const POLICY_WORDS: Readonly<Record<OrderPolicy, string>> = {
  LEARNED: 'longest remaining path by learned medians',
  CAUTIOUS: 'longest remaining path by what one task in ten exceeds, so that unsure ones go first',
  STATIC: 'longest remaining path by medians of each kind, whatever was learned beyond',
  EVEN: 'most tasks on the remaining path, whatever they take',
};

export function secondsBy(policy: OrderPolicy, { p50, p90, plain }: Expected): number {
  switch (policy) {
    case 'LEARNED':
      return p50;
    case 'CAUTIOUS':
      return p90;
    case 'STATIC':
      return plain;
    case 'EVEN':
      return 1;
  }
}
