/** A sum of Pauli strings, as the user writes it and as masks of positions. */
import type { PauliMasks } from '../kernels/tape.js';
import { QuantumFault } from '../quantum-fault.js';

export interface PauliTerm {
  readonly coefficient: number;
  /** I, X, Y and Z; the last letter is qubit 0. */
  readonly pauli: string;
}

export type Observable = readonly PauliTerm[];

export interface MaskedTerm {
  readonly coefficient: number;
  readonly masks: PauliMasks;
  readonly ys: number;
}

export function maskedTerms(observable: Observable, qubits: number): MaskedTerm[] {
  if (observable.length === 0)
    throw new QuantumFault('REQUEST_INVALID', 'an observable has at least one term');
  return observable.map(({ coefficient, pauli }) => {
    if (pauli.length !== qubits || /[^IXYZ]/.test(pauli) || !Number.isFinite(coefficient))
      throw new QuantumFault(
        'REQUEST_INVALID',
        `a term of an observable has a finite coefficient and ${qubits} letters of I, X, Y and Z, unlike ${coefficient} '${pauli}'`,
      );
    const letters = [...pauli].toReversed();
    const bits = (of: string): number =>
      letters.reduce((mask, letter, qubit) => (of.includes(letter) ? mask | (1 << qubit) : mask), 0);
    return {
      coefficient,
      masks: { flips: bits('XY'), signs: bits('YZ'), wanted: 0 },
      ys: letters.filter((letter) => letter === 'Y').length,
    };
  });
}

/** i^ys: the factor that the kernels leave out. */
export function factorOfYs(ys: number): readonly [re: number, im: number] {
  return (
    [
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ] as const
  )[ys % 4] as readonly [number, number];
}
