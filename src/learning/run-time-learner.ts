/** The learner of run times as it is used: which models, which features. Called by the live side and the benchmarks. */
import { PlaceBandit } from './bandit/place-bandit.js';
import type { BatchModel } from './batch.js';
import type { FeatureSource } from './features/feature-source.js';
import { GraphAndSize } from './features/graph-and-size.js';
import { RunningMeans } from './features/running-means.js';
import { Learner } from './learner.js';
import { Hierarchical } from './linear/hierarchical.js';
import { TypeMedian } from './median/type-median.js';
import type { Model } from './model.js';

/** Batch models and features beside the given ones; the order of parts is part of what a snapshot belongs to. */
export interface FurtherParts {
  readonly batchModels?: readonly BatchModel[];
  readonly features?: readonly FeatureSource[];
}

/** Those that learn as they go. The first is what batch models are given as `prior`. */
export function runTimeModels(): Model[] {
  return [new Hierarchical(), new TypeMedian(), new PlaceBandit()];
}

export function runTimeLearner({ batchModels = [], features = [] }: FurtherParts = {}): Learner {
  return new Learner({
    models: runTimeModels(),
    batchModels,
    features: [new GraphAndSize(), new RunningMeans(), ...features],
  });
}
