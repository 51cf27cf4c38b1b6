/** The perceptron's gradients are those of small differences, and Adam moves as its paper says. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/kit/random.js';
import { Adam } from '../../../../src/learning/network/adam.js';
import { Perceptron } from '../../../../src/learning/network/perceptron.js';

const SHAPES = [[], [1], [7], [5, 4], [3, 2, 6]];

describe('a perceptron', () => {
  it.each(SHAPES)(
    'with the hidden layers %j has the gradient of small differences',
    (...hidden: number[]) => {
      const random = new SeededRandom(`gradient ${hidden.join()}`);
      const network = new Perceptron(4, hidden);
      network.draw(random);
      // Biases and the output are drawn too, or their gradients would be checked at zero only.
      for (let i = 0; i < network.parameters.length; i++)
        network.parameters[i] = (network.parameters[i] as number) + 0.2 * (random.next() - 0.5);
      const table = Float64Array.from({ length: 12 }, () => 2 * random.next() - 1);
      const target = 0.3;
      const loss = (): number =>
        [0, 4, 8].reduce((sum, at) => sum + (network.value(table, at) - target) ** 2 / 2, 0);
      for (const at of [0, 4, 8]) network.addGradient(table, at, network.value(table, at) - target);
      const small = 1e-6;
      for (let i = 0; i < network.parameters.length; i++) {
        const kept = network.parameters[i] as number;
        network.parameters[i] = kept + small;
        const above = loss();
        network.parameters[i] = kept - small;
        const below = loss();
        network.parameters[i] = kept;
        expect(network.gradient[i]).toBeCloseTo((above - below) / (2 * small), 7);
      }
    },
  );

  it('without hidden layers is a weighted sum', () => {
    const network = new Perceptron(3, []);
    network.parameters.set([1, -2, 0.5, 10]);
    expect(network.value(Float64Array.of(9, 3, 1, -4), 1)).toBe(3 - 2 - 2 + 10);
    expect(network.value(Float64Array.of(-30, 1, 0))).toBe(-22);
  });

  it('refuses a layer without units', () => {
    expect(() => new Perceptron(3, [0])).toThrow('every layer of a network has a unit');
  });
});

describe('Adam', () => {
  it('moves by the rate in the first step, whatever the size of the gradient, and clears it', () => {
    const parameters = Float64Array.of(1, 1, 1);
    const gradient = Float64Array.of(1000, -0.001, 0);
    new Adam(3).step(parameters, gradient, { rate: 0.1, scale: 1, decay: 0 });
    expect(parameters[0]).toBeCloseTo(0.9, 8);
    expect(parameters[1]).toBeCloseTo(1.1, 5);
    expect(parameters[2]).toBe(1);
    expect([...gradient]).toEqual([0, 0, 0]);
  });

  it('pulls weights to zero by the decay alone where there is no gradient', () => {
    const parameters = Float64Array.of(2);
    new Adam(1).step(parameters, Float64Array.of(0), { rate: 0.1, scale: 1, decay: 0.5 });
    expect(parameters[0]).toBeCloseTo(2 * 0.95, 12);
  });

  it('finds the minimum of a badly scaled bowl', () => {
    const parameters = Float64Array.of(5, -3);
    const gradient = new Float64Array(2);
    const adam = new Adam(2);
    for (let i = 0; i < 3000; i++) {
      gradient[0] = 100 * ((parameters[0] as number) - 1);
      gradient[1] = 0.01 * ((parameters[1] as number) - 2);
      adam.step(parameters, gradient, { rate: 0.01, scale: 1, decay: 0 });
    }
    expect(parameters[0]).toBeCloseTo(1, 2);
    expect(parameters[1]).toBeCloseTo(2, 2);
  });
});
