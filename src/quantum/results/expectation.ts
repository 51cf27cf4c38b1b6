/** Expectation values of Pauli strings in the state that an execution left. Called by the collector. */
import { SLOTS } from '../kernels/machine.js';
import { QuantumFault } from '../quantum-fault.js';
import { densityExpectation } from './density.js';
import type { StateInMemory } from './state-in-memory.js';
import { turnedBack } from './operator-probabilities.js';

/** Letters by qubit. */
export function pauliLetters(text: string, qubits: number): string[] {
  if (text.length !== qubits || /[^IXYZ]/.test(text))
    throw new QuantumFault(
      'REQUEST_INVALID',
      `the Pauli string '${text}' must have ${qubits} letters of I, X, Y and Z, the last one for qubit 0`,
    );
  return [...text].toReversed();
}

export function expectationOf(execution: StateInMemory, letters: readonly string[]): number {
  if (execution.program.isDensity) return densityExpectation(execution, letters);
  let [sign, flips, signs, ys] = [1, 0, 0, 0];
  for (const [qubit, place] of execution.program.places.entries()) {
    const letter = letters[qubit] as string;
    const isFlip = letter === 'X' || letter === 'Y';
    if (place.kind === 'known') {
      if (isFlip) return 0;
      if (letter === 'Z' && place.value === 1) sign = -sign;
      continue;
    }
    if (isFlip) flips |= 1 << place.position;
    if (letter === 'Y' || letter === 'Z') signs |= 1 << place.position;
    if (letter === 'Y') ys++;
  }
  const { machine, state, program } = execution;
  const slots = machine.runOwn(state, (tape) =>
    tape.element(program.size, state, { flips, signs, wanted: 0 }, SLOTS),
  );
  return sign * turnedBack(machine.sum(slots), ys);
}
