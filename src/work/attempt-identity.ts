/** The stable key that work uses to do a side effect once although attempts may repeat it. */
import type { AttemptKey } from '../lifecycle/task.js';

/** `taskId:attempt`: the same when the same attempt is delivered twice, new with every retry. */
export function idempotencyKey(attempt: Pick<AttemptKey, 'taskId' | 'attempt'>): string {
  return `${attempt.taskId}:${attempt.attempt}`;
}
