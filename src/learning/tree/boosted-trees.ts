/**
 * DECISION_TREE, first form: gradient-boosted trees (Friedman 2001) on what the hierarchical model leaves unexplained.
 * Every tree is grown on a random half of the rows; rows that are far off count as if they were less so (Huber). How
 * many trees are kept is chosen on the latest rows, which no tree has seen; it may be none.
 */
import { medianOf } from '../../kit/statistics/quantile.js';
import { SeededRandom } from '../../kit/random.js';
import type { Json } from '../../kit/json.js';
import { TrainingCancelled } from '../batch.js';
import type { BatchModel, Fitted, TrainingOptions, TrainingRows, TrainingWatch } from '../batch.js';
import { binned } from './binning.js';
import { TreeGrower, treeValue } from './histogram-tree.js';
import type { Tree } from './histogram-tree.js';

const TREES_MAX = 100;
const RATE = 0.1;
const TREE = { depthMax: 5, leafMin: 8, shrinkage: 2 };
const SAMPLE = 0.5;
/** Share of the rows, the latest, on which the number of trees is chosen. */
const HELD_OUT = 0.15;
/** In median absolute residuals. */
const HUBER = 5;
/** Without improvement for this many trees, no more are grown. */
const PATIENCE = 20;

interface Boosted {
  readonly trees: readonly Tree[];
  /** Share of the gain by column. */
  readonly importance: readonly number[];
}

export class BoostedTrees implements BatchModel {
  readonly name = 'boosted-trees';
  readonly family = 'DECISION_TREE';

  train(rows: TrainingRows, options: TrainingOptions, watch: TrainingWatch): Json {
    return new Boosting(rows, options).run(watch) as unknown as Json;
  }

  open(parameters: Json): Fitted {
    const { trees } = parameters as unknown as Boosted;
    return {
      predict: (features, prior) => {
        let sum = 0;
        for (let t = 0; t < trees.length; t++) sum += treeValue(trees[t] as Tree, features);
        return prior + RATE * sum;
      },
    };
  }
}

class Boosting {
  readonly #rows: TrainingRows;
  readonly #treesMax: number;
  readonly #random: SeededRandom;
  readonly #grower: TreeGrower;
  readonly #residual: Float64Array;
  readonly #target: Float64Array;
  /** Rows below this are grown on. */
  readonly #grown: number;

  constructor(rows: TrainingRows, options: TrainingOptions) {
    this.#rows = rows;
    this.#treesMax = Math.min(TREES_MAX, options.maxIterations);
    this.#random = new SeededRandom(options.seed);
    this.#grower = new TreeGrower(binned(rows.features, rows.count, rows.names.length), TREE);
    this.#residual = Float64Array.from(rows.actual, (actual, i) => actual - (rows.prior[i] as number));
    this.#target = new Float64Array(rows.count);
    this.#grown = Math.max(1, Math.floor(rows.count * (1 - HELD_OUT)));
  }

  run(watch: TrainingWatch): Boosted {
    const trees: Tree[] = [];
    const limit = HUBER * medianOf(this.#residual.map(Math.abs));
    let best = { loss: this.#loss(this.#grown, this.#rows.count), trees: 0 };
    for (let t = 0; t < this.#treesMax && t - best.trees < PATIENCE; t++) {
      if (watch.cancelled()) throw new TrainingCancelled();
      for (let i = 0; i < this.#target.length; i++)
        this.#target[i] = Math.max(-limit, Math.min(limit, this.#residual[i] as number));
      const tree = this.#grower.grow(this.#target, this.#sample());
      trees.push(tree);
      this.#subtract(tree);
      const loss = this.#loss(this.#grown, this.#rows.count);
      if (loss < best.loss) best = { loss, trees: t + 1 };
      watch.progress({ step: t + 1, steps: this.#treesMax, loss: this.#loss(0, this.#grown) });
    }
    const total = this.#grower.gains.reduce((sum, gain) => sum + gain, 0) || 1;
    const importance = [...this.#grower.gains].map((gain) => gain / total);
    return { trees: trees.slice(0, best.trees), importance };
  }

  #sample(): Int32Array {
    const chosen: number[] = [];
    for (let i = 0; i < this.#grown; i++) if (this.#random.next() < SAMPLE) chosen.push(i);
    return Int32Array.from(chosen.length > 0 ? chosen : [0]);
  }

  #subtract(tree: Tree): void {
    const width = this.#rows.names.length;
    for (let i = 0; i < this.#residual.length; i++)
      this.#residual[i] =
        (this.#residual[i] as number) - RATE * treeValue(tree, this.#rows.features, i * width);
  }

  /** Mean absolute residual: what predictions are judged by. */
  #loss(from: number, to: number): number {
    let sum = 0;
    for (let i = from; i < to; i++) sum += Math.abs(this.#residual[i] as number);
    return sum / Math.max(1, to - from);
  }
}
