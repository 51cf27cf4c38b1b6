/** Noise models by name do what their names say. */
import { afterAll, describe, expect, it } from 'vitest';
import { circuit } from '../../../src/quantum/builder.js';
import { QuantumEngine } from '../../../src/quantum/engine/quantum-engine.js';
import { NOISE_MODEL_NAMES, namedModel } from '../../../src/quantum/noise/named-models.js';

const engine = new QuantumEngine({ threads: 1 });
afterAll(() => engine.close());

/** How much of a Bell pair is still 00 or 11. */
async function kept(name: string): Promise<number> {
  const bell = circuit(2).h(0).cx(0, 1).measureAll().build();
  const { probabilities = [] } = await engine.run(bell, {
    noise: namedModel(name),
    want: { probabilities: 'ALL' },
  });
  return probabilities.reduce(
    (sum, { bits, probability }) => sum + (bits[0] === bits[1] ? probability : 0),
    0,
  );
}

describe('named noise models', () => {
  it('are ideal, or disturb a Bell pair by what gates and readout of their machines cost', async () => {
    expect(await kept('ideal')).toBeCloseTo(1, 12);
    expect(await kept('depolarizing')).toBeCloseTo(1 - 0.01 / 2, 4);
    // Readout alone: both outcomes of each bit misread in 1 or 2 of 100.
    expect(await kept('superconducting')).toBeCloseTo(0.966, 2);
    expect(await kept('trapped-ion')).toBeCloseTo(0.992, 2);
    expect(NOISE_MODEL_NAMES).toHaveLength(4);
  });

  it('that are not known are refused with what was meant', () => {
    expect(() => namedModel('super-conducting')).toThrow('did you mean superconducting?');
    expect(() => namedModel('toString')).toThrow('there are ideal, depolarizing');
  });
});
