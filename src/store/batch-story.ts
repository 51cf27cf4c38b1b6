/**
 * What a batch says of attempts, and whether its lists tell the same story: a start stands in the row of its task, an end
 * comes with the step that leaves RUNNING, and history tells of what the rows do and of nothing else. Both stores refuse a
 * batch that contradicts itself; the guards of the rows then keep history from telling of a start or an end twice.
 * O(rows of the batch).
 */
import type { AttemptOutcomeRow, Batch, EventRow, NewAttemptRow } from '../lifecycle/batch.js';
import { isTerminal, type TaskStatus } from '../lifecycle/vocabulary.js';

export interface BatchStory {
  /** The attempts that begin, by their tasks. */
  readonly starts: ReadonlyMap<string, NewAttemptRow>;
  /** The attempts that end and began in an earlier batch, by their tasks. */
  readonly ends: ReadonlyMap<string, AttemptOutcomeRow>;
}

/** A text says which rule the batch breaks. */
export function storyOf(batch: Batch): BatchStory | string {
  const starts: Map<string, NewAttemptRow> = new Map();
  for (const row of batch.attempts) starts.set(row.taskId, row);
  if (starts.size < batch.attempts.length) return 'a task starts two attempts';
  const ends: Map<string, AttemptOutcomeRow> = new Map();
  for (const row of batch.outcomes)
    if (starts.get(row.taskId)?.token !== row.token) ends.set(row.taskId, row);
  const ended: Set<string> = new Set();
  let started = 0;
  let left = 0;
  for (const row of batch.tasks) {
    if (starts.get(row.id)?.attempt === row.attempt) started++;
    if (row.finished) ended.add(row.id);
  }
  for (const row of batch.transitions) {
    if (starts.get(row.id)?.attempt === row.attempt) started++;
    if (row.fromStatus === 'RUNNING' && ends.get(row.id)?.attempt === row.fromAttempt) left++;
    if (row.finished) ended.add(row.id);
  }
  if (started < starts.size) return `${starts.size} attempts start, ${started} of their tasks say so`;
  if (left < ends.size) return `${ends.size} attempts end, ${left} of their tasks say so`;
  const unfounded = batch.events.find((event) => !isFounded(event, starts, ended));
  return unfounded === undefined ? { starts, ends } : `event ${unfounded.seq} tells of what no row does`;
}

function isFounded(
  { type, taskId, to, payload }: EventRow,
  starts: ReadonlyMap<string, NewAttemptRow>,
  ended: ReadonlySet<string>,
): boolean {
  if (taskId === null || to === null) return true;
  if (type === 'TASK_STARTED') return starts.get(taskId)?.attempt === payload.attempt;
  return !isTerminal(to as TaskStatus) || ended.has(taskId);
}
