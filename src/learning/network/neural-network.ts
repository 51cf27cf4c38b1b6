/**
 * NEURAL_NETWORK: a multilayer perceptron that learns the error of the prior belief, trained with Adam in minibatches. Called
 * by the training thread; deterministic, so that the same rows, options and seed give the same bytes. It may run in stages,
 * with turns for others between them, where there is no thread of its own.
 */
import { assert } from '../../kit/assert.js';
import type { Json } from '../../kit/json.js';
import { SeededRandom } from '../../kit/random.js';
import { atOnce } from '../../kit/turn.js';
import type { Stages } from '../../kit/turn.js';
import { TrainingCancelled } from '../batch.js';
import type { BatchModel, Fitted, TrainingOptions, TrainingRows, TrainingWatch } from '../batch.js';
import { Adam } from './adam.js';
import { Perceptron } from './perceptron.js';
import { columnScales, middleScale, scaleInto } from '../scales.js';
import type { Scale } from '../scales.js';

const HIDDEN = [32];
const DECAY = 1e-3;
/** Every so many-th row is held out: it says when to slow down and when to stop. */
const HELD_OUT_EACH = 10;
/** An epoch counts as better from this share on. */
const BETTER = 0.002;
/** Epochs without a better one before the rate is halved, and before training stops. */
const PATIENCE = 2;
const PATIENCE_LAST = 6;
/** In standard deviations: the pull of a wilder row does not grow with its distance (Huber). */
const ERROR_MAX = 3;
/** Rows between two turns: a few ms of work. */
const ROWS_A_STAGE = 1024;

interface Parameters {
  readonly hidden: readonly number[];
  readonly columns: readonly Scale[];
  readonly target: Scale;
  readonly weights: readonly number[];
}

/** Rows that are scaled once, before the first epoch. */
interface Scaled {
  readonly width: number;
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
}

export class NeuralNetwork implements BatchModel {
  readonly name = 'network';
  readonly family = 'NEURAL_NETWORK';
  readonly #hidden: readonly number[];

  constructor(hidden: readonly number[] = HIDDEN) {
    this.#hidden = hidden;
  }

  train(rows: TrainingRows, options: TrainingOptions, watch: TrainingWatch): Json {
    return atOnce(this.trainInStages(rows, options, watch));
  }

  *trainInStages(rows: TrainingRows, options: TrainingOptions, watch: TrainingWatch): Stages<Json> {
    const columns = columnScales(rows.features, rows.names.length);
    const errors = rows.actual.map((actual, row) => actual - (rows.prior[row] as number));
    const target = middleScale(errors);
    const scaled = {
      width: columns.length,
      inputs: new Float64Array(rows.features.length),
      targets: errors.map((error) => (error - target.mean) / target.sd),
    };
    for (let row = 0; row < rows.count; row++)
      scaleInto(columns, rows.features, row * scaled.width, scaled.inputs, row * scaled.width);
    const run = new TrainingRun(new Perceptron(scaled.width, this.#hidden), scaled, options);
    const weights = yield* run.all(watch, target.sd ** 2);
    return { hidden: [...this.#hidden], columns, target, weights: [...weights] } as unknown as Json;
  }

  open(parameters: Json): Fitted {
    const { hidden, columns, target, weights } = parameters as unknown as Parameters;
    const network = new Perceptron(columns.length, hidden);
    assert(network.parameters.length === weights.length, 'a stored network has the weights of its layers');
    network.parameters.set(weights);
    const inputs = new Float64Array(columns.length);
    return {
      predict(features, prior) {
        scaleInto(columns, features, 0, inputs, 0);
        return prior + target.mean + target.sd * network.value(inputs);
      },
    };
  }
}

/** One training: epochs over shuffled rows until the rows held out stop getting better, or the options say so. */
class TrainingRun {
  readonly #network: Perceptron;
  readonly #rows: Scaled;
  readonly #options: TrainingOptions;
  readonly #adam: Adam;
  readonly #random: SeededRandom;
  /** Indices of rows: those that teach, and those that are held out (all, where there are too few to part). */
  readonly #taught: Int32Array;
  readonly #heldOut: Int32Array;
  #rate: number;

  constructor(network: Perceptron, rows: Scaled, options: TrainingOptions) {
    this.#network = network;
    this.#rows = rows;
    this.#options = options;
    this.#adam = new Adam(network.parameters.length);
    this.#random = new SeededRandom(options.seed).fork('network');
    this.#rate = options.learningRate;
    const all = Int32Array.from(rows.targets.keys());
    this.#random.shuffle(all);
    const parted = all.length >= 10 * HELD_OUT_EACH;
    this.#heldOut = parted ? all.filter((_, i) => i % HELD_OUT_EACH === 0) : all;
    this.#taught = parted ? all.filter((_, i) => i % HELD_OUT_EACH !== 0) : all.slice();
  }

  /** The best weights. `unit` turns losses into those of the target. */
  *all(watch: TrainingWatch, unit: number): Stages<Float64Array> {
    const { maxIterations } = this.#options;
    this.#network.draw(this.#random);
    let best = this.#network.parameters.slice();
    let least = this.#lossHeldOut();
    let stale = 0;
    for (let epoch = 1; epoch <= maxIterations && stale < PATIENCE_LAST; epoch++) {
      const loss = yield* this.#epoch(watch);
      watch.progress({ step: epoch, steps: maxIterations, loss: loss * unit });
      const heldOut = this.#lossHeldOut();
      stale = heldOut < least * (1 - BETTER) ? 0 : stale + 1;
      if (heldOut < least) {
        least = heldOut;
        best = this.#network.parameters.slice();
      }
      if (stale > 0 && stale % PATIENCE === 0) this.#rate /= 2;
    }
    return best;
  }

  /** Mean squared error on the way. */
  *#epoch(watch: TrainingWatch): Stages<number> {
    const { batchSize } = this.#options;
    const taught = this.#taught;
    this.#random.shuffle(taught);
    let loss = 0;
    let sinceTurn = 0;
    for (let from = 0; from < taught.length; from += batchSize) {
      const to = Math.min(from + batchSize, taught.length);
      loss += this.#batch(from, to);
      sinceTurn += to - from;
      if (sinceTurn < ROWS_A_STAGE) continue;
      sinceTurn = 0;
      if (watch.cancelled()) throw new TrainingCancelled('the training of the network was cancelled');
      yield;
    }
    if (watch.cancelled()) throw new TrainingCancelled('the training of the network was cancelled');
    return loss / taught.length;
  }

  /** Sum of squared errors. */
  #batch(from: number, to: number): number {
    const { width, inputs, targets } = this.#rows;
    const network = this.#network;
    let loss = 0;
    for (let k = from; k < to; k++) {
      const row = this.#taught[k] as number;
      const error = network.value(inputs, row * width) - (targets[row] as number);
      loss += error * error;
      network.addGradient(inputs, row * width, Math.max(-ERROR_MAX, Math.min(ERROR_MAX, error)));
    }
    const step = { rate: this.#rate, scale: 1 / (to - from), decay: DECAY };
    this.#adam.step(network.parameters, network.gradient, step);
    return loss;
  }

  /** Mean of squares near, of distances far, as in training. */
  #lossHeldOut(): number {
    const { width, inputs, targets } = this.#rows;
    let loss = 0;
    for (const row of this.#heldOut) {
      const error = Math.abs(this.#network.value(inputs, row * width) - (targets[row] as number));
      loss += error <= ERROR_MAX ? error * error : ERROR_MAX * (2 * error - ERROR_MAX);
    }
    return loss / this.#heldOut.length;
  }
}
