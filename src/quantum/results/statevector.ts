/** The state of all qubits in the order of their numbers, from a state of those that entered. Called by the collector. */
import type { StateInMemory } from './state-in-memory.js';

export function statevectorOf({ machine, program, state }: StateInMemory): Float64Array {
  const { places, size } = program;
  const [gr, gi] = program.global;
  const amplitudes = machine.amplitudes(state, size);
  const result = new Float64Array(2 * 2 ** places.length);
  const weights: number[] = Array.from({ length: size }, () => 0);
  let start = 0;
  for (const [qubit, place] of places.entries()) {
    if (place.kind === 'state') weights[place.position] = 2 ** qubit;
    else if (place.value === 1) start += 2 ** qubit;
  }
  for (let i = 0; i < 2 ** size; i++) {
    let index = start;
    for (let k = 0; k < size; k++) if (((i >> k) & 1) === 1) index += weights[k] as number;
    const re = amplitudes[2 * i] as number;
    const im = amplitudes[2 * i + 1] as number;
    // Positions that no qubit has any more hold 0: their amplitudes are nothing to add.
    result[2 * index] = (result[2 * index] as number) + gr * re - gi * im;
    result[2 * index + 1] = (result[2 * index + 1] as number) + gr * im + gi * re;
  }
  return result;
}
