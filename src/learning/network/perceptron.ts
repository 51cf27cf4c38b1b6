/**
 * A multilayer perceptron with one output: values and gradients, one row at a time. Used by `neural-network.ts`, which
 * trains it. All weights and biases stand in one array, so that an optimiser, a snapshot and a check against small
 * differences are one loop each; nothing is allocated after the constructor.
 */
import { assert } from '../../kit/assert.js';
import type { Random } from '../../kit/random.js';

/** Slope of a hidden unit below zero. With 0 a unit that is off for all rows stays off for ever. */
const LEAK = 0.01;

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** Where its weights begin, output by output; its biases follow. */
  readonly weights: number;
  readonly biases: number;
  /** 1 for the output, which is linear. */
  readonly leak: number;
  /** Of its outputs, after the activation. */
  readonly values: Float64Array;
  /** Derivatives of the loss by its outputs before the activation. */
  readonly slopes: Float64Array;
}

export class Perceptron {
  readonly inputs: number;
  readonly parameters: Float64Array;
  readonly gradient: Float64Array;
  readonly #layers: readonly Layer[];

  constructor(inputs: number, hidden: readonly number[]) {
    assert(
      [inputs, ...hidden].every((count) => Number.isSafeInteger(count) && count > 0),
      'every layer of a network has a unit',
    );
    this.inputs = inputs;
    let offset = 0;
    this.#layers = [...hidden, 1].map((outputs, k) => {
      const before = k === 0 ? inputs : (hidden[k - 1] as number);
      const weights = offset;
      offset += outputs * before + outputs;
      const [values, slopes] = [new Float64Array(outputs), new Float64Array(outputs)];
      const leak = k === hidden.length ? 1 : LEAK;
      return { inputs: before, outputs, weights, biases: weights + outputs * before, leak, values, slopes };
    });
    this.parameters = new Float64Array(offset);
    this.gradient = new Float64Array(offset);
  }

  /** He's scale: the variance of the values is the same in every layer. The output begins at 0, whatever comes in. */
  draw(random: Random): void {
    this.parameters.fill(0);
    for (const { inputs, weights, biases } of this.#layers.slice(0, -1))
      for (let i = weights; i < biases; i++)
        this.parameters[i] = (2 * random.next() - 1) * Math.sqrt(6 / inputs);
  }

  /** Reads `inputs` numbers of `from` beginning at `at`. */
  value(from: Float64Array, at = 0): number {
    const { parameters } = this;
    let source = from;
    let start = at;
    for (const { inputs, outputs, weights, biases, leak, values } of this.#layers) {
      for (let out = 0; out < outputs; out++) {
        let sum = parameters[biases + out] as number;
        const row = weights + out * inputs;
        for (let i = 0; i < inputs; i++)
          sum += (parameters[row + i] as number) * (source[start + i] as number);
        values[out] = sum < 0 ? leak * sum : sum;
      }
      source = values;
      start = 0;
    }
    return source[0] as number;
  }

  /** Adds to `gradient`, for the row that `value` was last asked about; `slope` is the derivative of the loss by that value. */
  addGradient(from: Float64Array, at: number, slope: number): void {
    const layers = this.#layers;
    (layers.at(-1) as Layer).slopes[0] = slope;
    for (let k = layers.length - 1; k >= 0; k--) {
      const layer = layers[k] as Layer;
      const before = k === 0 ? undefined : (layers[k - 1] as Layer);
      this.#addLayer(layer, before?.values ?? from, before === undefined ? at : 0);
      if (before !== undefined) this.#passBack(layer, before);
    }
  }

  #addLayer({ inputs, outputs, weights, biases, slopes }: Layer, source: Float64Array, start: number): void {
    const { gradient } = this;
    for (let out = 0; out < outputs; out++) {
      const slope = slopes[out] as number;
      const row = weights + out * inputs;
      for (let i = 0; i < inputs; i++)
        gradient[row + i] = (gradient[row + i] as number) + slope * (source[start + i] as number);
      gradient[biases + out] = (gradient[biases + out] as number) + slope;
    }
  }

  #passBack({ inputs, outputs, weights, slopes }: Layer, before: Layer): void {
    const { parameters } = this;
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let out = 0; out < outputs; out++)
        sum += (parameters[weights + out * inputs + i] as number) * (slopes[out] as number);
      before.slopes[i] = (before.values[i] as number) < 0 ? before.leak * sum : sum;
    }
  }
}
