/** The parse step of learning's resolvers, and what JSON has no number for. */
import type { TrainingOptions } from '../../../learning/batch.js';
import type { TrainingNews } from '../../../learning/learning.js';
import type { PredictionFilter } from '../../../store/learning.js';
import { invalid, parseOptionalId, parseText, parseWhole, present } from '../arguments.js';
import type { PredictionFilterInput, TrainingOptionsInput } from './learning.input.js';
import type { TrainingView } from './model.type.js';

const BATCH_MAX = 1_000_000;
const ITERATIONS_MAX = 10_000_000;

export function trainingView(news: TrainingNews): TrainingView {
  return { ...news, loss: Number.isFinite(news.loss) ? news.loss : null };
}

export function parseFilter(filter: PredictionFilterInput | null | undefined): PredictionFilter {
  const { taskId, meshId, typeKey, model, scored } = filter ?? {};
  return present({
    taskId: parseOptionalId(taskId, 'filter.taskId'),
    meshId: parseOptionalId(meshId, 'filter.meshId'),
    typeKey: parseText(typeKey, 'filter.typeKey'),
    model: parseText(model, 'filter.model'),
    scored,
  });
}

export function parseOptions(options: TrainingOptionsInput | null | undefined): Partial<TrainingOptions> {
  const { learningRate, batchSize, maxIterations, seed } = options ?? {};
  if (learningRate != null && !(learningRate > 0 && learningRate <= 1))
    throw invalid('input.options.learningRate', `must be above 0 and at most 1, got ${learningRate}`);
  const whole = (value: number | null | undefined, field: string, max: number): number | undefined =>
    value == null ? undefined : parseWhole(value, `input.options.${field}`, [1, max]);
  return present({
    learningRate,
    batchSize: whole(batchSize, 'batchSize', BATCH_MAX),
    maxIterations: whole(maxIterations, 'maxIterations', ITERATIONS_MAX),
    seed: whole(seed, 'seed', Number.MAX_SAFE_INTEGER),
  });
}
