/** Trainings where there is no thread to keep free: benchmarks, simulation, tests. Answers all that are open, at once. */
import { UNWATCHED } from '../batch.js';
import type { BatchModel, TrainingOptions } from '../batch.js';
import type { Learner } from '../learner.js';

export function trainInline(
  learner: Learner,
  batchModels: readonly BatchModel[],
  options: TrainingOptions,
): void {
  for (const job of learner.trainings()) {
    const model = batchModels.find(({ name }) => name === job.model) as BatchModel;
    learner.answer(job.id, model.train(job.rows, options, UNWATCHED));
  }
}
