/** The learner of run times as it is used: which models, which features. Called by the live side and the benchmarks. */
import type { BatchModel } from './batch.js';
import type { FeatureSource } from './features/feature-source.js';
import { GraphAndSize } from './features/graph-and-size.js';
import { RunningMeans } from './features/running-means.js';
import { Learner } from './learner.js';
import { Hierarchical } from './linear/hierarchical.js';
import { TypeMedian } from './median/type-median.js';

/** Batch models and features beside the given ones; the order of parts is part of what a snapshot belongs to. */
export interface FurtherParts {
  readonly batchModels?: readonly BatchModel[];
  readonly features?: readonly FeatureSource[];
}

export function runTimeLearner({ batchModels = [], features = [] }: FurtherParts = {}): Learner {
  return new Learner({
    models: [new Hierarchical(), new TypeMedian()],
    batchModels,
    features: [new GraphAndSize(), new RunningMeans(), ...features],
  });
}
