/** The fold of the product: which models learn what. Made by the composition root, anew for every leadership. */
import type { BatchModel } from '../batch.js';
import { Circumstances } from '../features/circumstances.js';
import { GraphAndSize } from '../features/graph-and-size.js';
import { RunningMeans } from '../features/running-means.js';
import { WordColumns } from '../features/words/word-columns.js';
import { Learner } from '../learner.js';
import { runTimeModels } from '../run-time-learner.js';
import { Hierarchical } from '../linear/hierarchical.js';
import { TypeMedian } from '../median/type-median.js';
import type { Model, ModelFamily } from '../model.js';
import { LearningFold } from './learning-fold.js';
import { batchModels } from './batch-models.js';

/** Of what does not depend on the place. */
function online(): Model[] {
  return [new Hierarchical(), new TypeMedian()];
}

/** Run times decide order and place: all models compete for them. Sizes are predicted by those that learn as they go. */
export function productFold(): LearningFold {
  const trained: readonly BatchModel[] = batchModels();
  const features = [new GraphAndSize(), new RunningMeans(), new Circumstances(), new WordColumns()];
  const models = runTimeModels();
  const plain = (): Learner =>
    new Learner({ models: online(), batchModels: [], features: [new GraphAndSize()] });
  return new LearningFold({
    learners: {
      RUN_TIME: new Learner({ models, batchModels: trained, features }),
      MEMORY_PEAK: plain(),
      OUTPUT_BYTES: plain(),
    },
    batchModels: trained,
    familyOf: new Map<string, ModelFamily>([...models, ...trained].map(({ name, family }) => [name, family])),
  });
}
