/**
 * Waiting on a machine of unknown speed: as long as it goes on it may take as long as it likes, and when nothing at all has
 * happened for a minute it is stuck. What is lost stands still; what is only slow does not.
 */
import { moment } from '../kill-rounds/plan.js';

const LOOK_MS = 100;
const STILL_MS_MAX = 60_000;

export interface Waited {
  readonly isDone: () => boolean | Promise<boolean>;
  /** A number that changes whenever something happens. */
  readonly progress: () => number | Promise<number>;
  /** Why one waits, for the error. */
  readonly what: () => string;
}

export async function untilDone({ isDone, progress, what }: Waited): Promise<void> {
  let seen = Number.NaN;
  let seenAt = performance.now();
  while (!(await isDone())) {
    const now = await progress();
    if (now !== seen) [seen, seenAt] = [now, performance.now()];
    else if (performance.now() - seenAt > STILL_MS_MAX)
      throw new Error(`nothing has happened for ${STILL_MS_MAX / 1000} s: ${what()}`);
    await moment(LOOK_MS);
  }
}
