/** A committed batch in words. */
import type { Batch, BatchKey, EventRow } from '../../../src/lifecycle/batch.js';
import type { Judge } from './judge.js';
import type { Story } from '../world/story.js';

export function tellBatch(story: Story, judge: Judge, { epoch, seq }: BatchKey, batch: Batch): void {
  story.tell('database', () => {
    const outcomes = batch.outcomes.map(
      ({ taskId, attempt, outcome, failure }) =>
        `${judge.books.nameOf(taskId)} attempt ${attempt} ${outcome}${failure === null ? '' : ` ${failure.code}`}`,
    );
    const told = [
      ...batch.events.map((event) => inWords(judge, event)),
      ...outcomes.map((text) => `(${text})`),
    ];
    return `applies batch ${seq} of epoch ${epoch}: ${told.join('; ')}`;
  });
}

function inWords({ books }: Judge, { seq, type, taskId, meshId, from, to, payload }: EventRow): string {
  const about = books.nameOf(taskId ?? meshId);
  const attempt = type === 'TASK_STARTED' ? ` attempt ${payload.attempt} on ${payload.layer}` : '';
  return `#${seq} ${about} ${to === null ? type : `${from ?? 'new'}→${to}`}${attempt}`;
}
