/** Submitting to an idle system: how many tasks, how many before those to warm up, and the pauses between them in turn. */
export interface Idle {
  readonly count: number;
  readonly warmUp: number;
  readonly pauseMs: readonly number[];
}

/** The pauses are uneven, so that no contestant's polling falls into step with them. */
export function idle(count: number): Idle {
  return { count, warmUp: 10, pauseMs: Array.from({ length: 40 }, (_, task) => 15 + ((task * 37) % 40)) };
}
