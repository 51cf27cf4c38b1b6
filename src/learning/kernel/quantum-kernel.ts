/**
 * QUANTUM_LEARNING: ridge regression with the fidelity kernel of the ZZ feature map on six qubits, on the error of the prior,
 * through landmarks (Nyström). States for training come from the engine of `quantum/`; width of the kernel and ridge are
 * chosen on rows held out, "nothing" among them. A challenger: it is asked to win, and where it does not the registry says so.
 */
import type { Json } from '../../kit/json.js';
import { SeededRandom } from '../../kit/random.js';
import { LocalMachine } from '../../quantum/engine/local-machine.js';
import { Differentiator } from '../../quantum/gradient/differentiator.js';
import { TrainingCancelled } from '../batch.js';
import type { BatchModel, Fitted, TrainingOptions, TrainingRows, TrainingWatch } from '../batch.js';
import { columnScales, middleScale } from '../scales.js';
import type { Scale } from '../scales.js';
import { chooseColumns } from './column-choice.js';
import { ANGLES, featureMap, MappedState, QUBITS, writeAngles } from './feature-map.js';
import { lossOf, ridge, sharesOf } from './nystrom.js';
import { expectation, observableOf } from './state-observable.js';
import type { StateObservable } from './state-observable.js';

const LANDMARKS = 160;
/** Rows and landmarks by which width and ridge are chosen. */
const TRIAL_ROWS = 900;
const TRIAL_LANDMARKS = 60;
/**
 * Radians a standard deviation. Phases of pairs turn by 2(π − x) for each radian of the other, so that larger ones make all
 * rows strangers to each other.
 */
const WIDTHS = [0.01, 0.03, 0.08, 0.2];
const RIDGES = [1e-6, 1e-4, 1e-2, 1];
/** Targets beyond so many standard deviations count as this far. */
const TARGET_MAX = 3;
/** Standard deviations; beyond, a number turns no further. */
const DISTANCE_MAX = 3;

interface Parameters {
  readonly columns: readonly { readonly index: number; readonly name: string; readonly scale: Scale }[];
  readonly width: number;
  readonly ridge: number;
  readonly landmarks: number;
  readonly target: Scale;
  /** Null: nothing was better on the rows held out than the prior itself. */
  readonly observable: { readonly [part in keyof StateObservable]: readonly number[] } | null;
}

interface Choice {
  readonly width: number;
  readonly ridge: number;
}

export class QuantumKernel implements BatchModel {
  readonly name = 'quantum-kernel';
  readonly family = 'QUANTUM_LEARNING';

  train(rows: TrainingRows, { seed }: TrainingOptions, watch: TrainingWatch): Json {
    return new KernelTraining(rows, new SeededRandom(seed).fork('quantum-kernel'), watch).run();
  }

  open(parameters: Json): Fitted {
    const { columns, width, target, observable: stored } = parameters as unknown as Parameters;
    if (stored === null) return { predict: (_features, prior) => prior };
    const observable: StateObservable = {
      re: Float64Array.from(stored.re),
      im: Float64Array.from(stored.im),
      diagonal: Float64Array.from(stored.diagonal),
    };
    const state = new MappedState();
    const numbers = new Float64Array(QUBITS);
    return {
      predict(features, prior) {
        for (let k = 0; k < columns.length; k++) {
          const { index, scale } = columns[k] as Parameters['columns'][number];
          numbers[k] = width * within((features[index] as number) - scale.mean, scale.sd);
        }
        state.map(numbers);
        return prior + target.mean + target.sd * expectation(observable, state);
      },
    };
  }
}

function within(distance: number, sd: number): number {
  return Math.max(-DISTANCE_MAX, Math.min(DISTANCE_MAX, distance / sd));
}

class KernelTraining {
  readonly #rows: TrainingRows;
  readonly #watch: TrainingWatch;
  readonly #target: Scale;
  readonly #targets: Float64Array;
  readonly #columns: Parameters['columns'];
  /** Row indices in a random order: the first ones are landmarks, so these are a random choice. */
  readonly #order: readonly number[];
  readonly #engine = new Differentiator(
    featureMap(),
    [{ coefficient: 1, pauli: 'I'.repeat(QUBITS) }],
    new LocalMachine().of,
  );
  #step = 0;

  constructor(rows: TrainingRows, random: SeededRandom, watch: TrainingWatch) {
    this.#rows = rows;
    this.#watch = watch;
    const errors = rows.actual.map((actual, i) => actual - (rows.prior[i] as number));
    this.#target = middleScale(errors);
    const { mean, sd } = this.#target;
    this.#targets = errors.map((error) => Math.max(-TARGET_MAX, Math.min(TARGET_MAX, (error - mean) / sd)));
    this.#columns = this.#choose();
    this.#order = [...random.order(rows.count)];
  }

  run(): Json {
    const choice = this.#tried();
    const { width, ridge: weight } = choice ?? { width: 0, ridge: 0 };
    const landmarks = Math.min(LANDMARKS, this.#order.length);
    const made = choice === null ? null : this.#fit(choice, landmarks);
    const parameters: Parameters = {
      columns: this.#columns,
      width,
      ridge: weight,
      landmarks,
      target: this.#target,
      observable: made && {
        re: [...made.re],
        im: [...made.im],
        diagonal: [...made.diagonal],
      },
    };
    return parameters as unknown as Json;
  }

  #choose(): Parameters['columns'] {
    const { features, names } = this.#rows;
    const scales = columnScales(features, names.length);
    const scaled = features.map((value, at) => {
      const { mean, sd } = scales[at % names.length] as Scale;
      return within(value - mean, sd);
    });
    const middles = columnScales(scaled, names.length);
    const centred = scaled.map((value, at) => value - (middles[at % names.length] as Scale).mean);
    return chooseColumns(centred, names.length, this.#targets, QUBITS).map((index) => ({
      index,
      name: names[index] as string,
      scale: scales[index] as Scale,
    }));
  }

  /** Null: the prior alone is best. */
  #tried(): Choice | null {
    const trial = this.#order.slice(0, TRIAL_ROWS);
    const heldOut = trial.filter((_, i) => i % 4 === 3);
    const taught = trial.filter((_, i) => i % 4 !== 3);
    if (heldOut.length === 0 || this.#columns.length === 0) return null;
    const wanted = this.#targetsOf(heldOut);
    let best: Choice | null = null;
    let least = lossOf(new Float64Array(wanted.length), wanted);
    for (const width of WIDTHS) {
      const landmarks = this.#states(taught.slice(0, TRIAL_LANDMARKS), width);
      const shares = sharesOf(this.#states(taught, width), landmarks);
      const unseen = sharesOf(this.#states(heldOut, width), landmarks);
      for (const weight of RIDGES) {
        const weights = ridge(shares, this.#targetsOf(taught), landmarks, weight);
        if (weights === null) continue;
        const loss = lossOf(unseen.times(weights), wanted);
        if (loss < least) [best, least] = [{ width, ridge: weight }, loss];
      }
      this.#tell(least);
    }
    return best;
  }

  #fit({ width, ridge: weight }: Choice, count: number): StateObservable | null {
    const landmarks = this.#states(this.#order.slice(0, count), width);
    const all = this.#order;
    const shares = sharesOf(this.#states(all, width), landmarks);
    const weights = ridge(shares, this.#targetsOf(all), landmarks, weight);
    if (weights === null) return null;
    this.#tell(lossOf(shares.times(weights), this.#targetsOf(all)));
    return observableOf(landmarks, weights);
  }

  #tell(loss: number): void {
    this.#step += 1;
    this.#watch.progress({ step: this.#step, steps: WIDTHS.length + 1, loss: loss * this.#target.sd ** 2 });
    this.#ask();
  }

  #ask(): void {
    if (this.#watch.cancelled())
      throw new TrainingCancelled('the training of the quantum kernel was cancelled');
  }

  #targetsOf(rows: readonly number[]): Float64Array {
    return Float64Array.from(rows, (row) => this.#targets[row] as number);
  }

  /** From the engine. */
  #states(rows: readonly number[], width: number): Float64Array[] {
    const numbers = new Float64Array(QUBITS);
    const angles = new Float64Array(ANGLES);
    const { features, names } = this.#rows;
    this.#ask();
    return rows.map((row) => {
      for (const [k, { index, scale }] of this.#columns.entries())
        numbers[k] = width * within((features[row * names.length + index] as number) - scale.mean, scale.sd);
      writeAngles(numbers, angles);
      return this.#engine.stateOf([...angles]).slice();
    });
  }
}
