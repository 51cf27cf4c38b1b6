/**
 * The attempts that begin in a batch, by their tasks. An attempt that runs stands in the row of its task, so a beginning
 * without such a row in the same batch would be lost: both stores refuse it.
 */
import type { Batch, NewAttemptRow } from '../lifecycle/batch.js';

export type Starts = ReadonlyMap<string, NewAttemptRow>;

/** A text says which rule the batch breaks. */
export function startsOf({ attempts, tasks, transitions }: Batch): Starts | string {
  const starts = new Map(attempts.map((row) => [row.taskId, row]));
  if (starts.size < attempts.length) return 'a task starts two attempts';
  let told = 0;
  for (const rows of [tasks, transitions])
    for (const { id, attempt } of rows) if (starts.get(id)?.attempt === attempt) told++;
  if (told === attempts.length) return starts;
  return `${attempts.length} attempts start, ${told} of their tasks say so`;
}
