/**
 * DECISION_TREE, second form: one CART tree (Breiman et al. 1984) on the logarithm of the target itself, without the
 * hierarchical model. Worse than the boosted trees, but it can be read.
 */
import type { Json } from '../../kit/json.js';
import { TrainingCancelled } from '../batch.js';
import type { BatchModel, Fitted, TrainingOptions, TrainingRows, TrainingWatch } from '../batch.js';
import { binned } from './binning.js';
import { TreeGrower, treeValue } from './histogram-tree.js';
import type { Tree } from './histogram-tree.js';

const TREE = { depthMax: 9, leafMin: 5, shrinkage: 0 };

interface Grown {
  readonly tree: Tree;
  /** Leaves hold deviations from the mean, so that shrinkage draws towards it. */
  readonly mean: number;
  readonly importance: readonly number[];
}

export class RegressionTree implements BatchModel {
  readonly name = 'regression-tree';
  readonly family = 'DECISION_TREE';

  train(rows: TrainingRows, _options: TrainingOptions, watch: TrainingWatch): Json {
    if (watch.cancelled()) throw new TrainingCancelled();
    const width = rows.names.length;
    const mean = rows.actual.reduce((sum, actual) => sum + actual, 0) / rows.count;
    const target = rows.actual.map((actual) => actual - mean);
    const grower = new TreeGrower(binned(rows.features, rows.count, width), TREE);
    const tree = grower.grow(
      target,
      Int32Array.from({ length: rows.count }, (_, i) => i),
    );
    let loss = 0;
    for (let i = 0; i < rows.count; i++)
      loss += ((target[i] as number) - treeValue(tree, rows.features, i * width)) ** 2;
    watch.progress({ step: 1, steps: 1, loss: loss / rows.count });
    const total = grower.gains.reduce((sum, gain) => sum + gain, 0) || 1;
    const grown: Grown = { tree, mean, importance: [...grower.gains].map((gain) => gain / total) };
    return grown as unknown as Json;
  }

  open(parameters: Json): Fitted {
    const { tree, mean } = parameters as unknown as Grown;
    return { predict: (features) => mean + treeValue(tree, features) };
  }
}
