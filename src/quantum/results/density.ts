/** Reads density matrices, which are states over kets and bras: their diagonals and the traces with Pauli strings. */
import type { Place } from '../compile/program.js';
import type { StateInMemory } from './state-in-memory.js';

type State = Extract<Place, { kind: 'state' }>;

function statePlaces({ program }: StateInMemory): State[] {
  return program.places.filter((place): place is State => place.kind === 'state');
}

/** Sums over the subsets of weights, the weight k taking part where bit k of the index is 1. */
function subsetSums(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(2 ** weights.length);
  for (const [k, weight] of weights.entries())
    for (let i = 0; i < 2 ** k; i++) sums[2 ** k + i] = (sums[i] as number) + weight;
  return sums;
}

export interface Diagonal {
  /** In the state that holds kets and bras. */
  readonly indices: Float64Array;
  readonly values: Float64Array;
}

export function densityDiagonal(execution: StateInMemory): Diagonal {
  const places = statePlaces(execution);
  const indices = subsetSums(places.map((place) => 2 ** place.position + 2 ** place.bra));
  const amplitudes = execution.machine.amplitudes(execution.state, execution.program.size);
  return { indices, values: indices.map((index) => amplitudes[2 * index] as number) };
}

/** tr(P rho): `letters[q]` is the letter of qubit q. */
export function densityExpectation(execution: StateInMemory, letters: readonly string[]): number {
  const { program, machine, state } = execution;
  let sign = 1;
  const kets: number[] = [];
  const flips: number[] = [];
  const signs: number[] = [];
  let ys = 0;
  for (const [qubit, place] of program.places.entries()) {
    const letter = letters[qubit] as string;
    if (place.kind === 'known') {
      if (letter === 'X' || letter === 'Y') return 0;
      if (letter === 'Z' && place.value === 1) sign = -sign;
      continue;
    }
    const isFlip = letter === 'X' || letter === 'Y';
    flips.push(isFlip ? 1 : 0);
    signs.push(letter === 'Y' || letter === 'Z' ? 1 : 0);
    if (letter === 'Y') ys++;
    kets.push(2 ** place.position, 2 ** place.bra);
  }
  const amplitudes = machine.amplitudes(state, program.size);
  let re = 0;
  let im = 0;
  for (let i = 0; i < 2 ** flips.length; i++) {
    let index = 0;
    let factor = sign;
    for (let k = 0; k < flips.length; k++) {
      const bit = (i >> k) & 1;
      // tr(P rho) = sum of <j|P|i> <i|rho|j> with j = i flipped: ket i, bra j.
      if (bit === 1) index += kets[2 * k] as number;
      if ((bit ^ (flips[k] as number)) === 1) index += kets[2 * k + 1] as number;
      if (bit === 1 && signs[k] === 1) factor = -factor;
    }
    re += factor * (amplitudes[2 * index] as number);
    im += factor * (amplitudes[2 * index + 1] as number);
  }
  return [re, -im, -re, im][ys % 4] as number;
}
