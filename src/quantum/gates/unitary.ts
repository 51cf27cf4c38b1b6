/** The matrix of a `Unitary` on up to three qubits (four for checks), and its number of qubits. Called by lowering and validation. */
import { assert } from '../../kit/assert.js';
import type { Unitary } from '../circuit.js';
import { QuantumFault } from '../quantum-fault.js';
import { evaluateAngle } from '../angle.js';
import type { ParameterValues } from '../angle.js';
import { unitaryPower } from './eigen.js';
import { adjoint, controlledMatrix, embedded, identity, multiply } from './matrix.js';
import type { Matrix } from './matrix.js';
import { standardMatrix, standardShapes } from './standard.js';

/** How many qubits it names at least; a sequence knows no more than what its steps use. */
export function qubitsOf(unitary: Unitary): number {
  switch (unitary.kind) {
    case 'standard':
      return standardShapes[unitary.gate].qubits;
    case 'matrix':
      return unitary.qubits;
    case 'sequence':
      return unitary.steps.reduce((most, step) => Math.max(most, ...step.qubits.map((q) => q + 1)), 0);
    case 'controlled':
      return unitary.controls.length + qubitsOf(unitary.of);
    default:
      return qubitsOf(unitary.of);
  }
}

/** An integer power by squaring. */
export function repeated(matrix: Matrix, times: number): Matrix {
  let result: Matrix | undefined;
  let square = times < 0 ? adjoint(matrix) : matrix;
  for (let left = Math.abs(times); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result === undefined ? square : multiply(square, result);
    if (left > 1) square = multiply(square, square);
  }
  return result ?? identity(Math.round(Math.sqrt(matrix.length / 2)));
}

export function powerOf(matrix: Matrix, exponent: number): Matrix {
  return Number.isInteger(exponent) ? repeated(matrix, exponent) : unitaryPower(matrix, exponent);
}

/** The matrix on `qubits` qubits (at least as many as the unitary names), with all parameters bound. */
export function matrixOf(unitary: Unitary, values: ParameterValues, qubits = qubitsOf(unitary)): Matrix {
  assert(qubits <= 4, 'matrices are made of up to four qubits');
  switch (unitary.kind) {
    case 'standard': {
      const angles = unitary.angles.map((angle) => evaluateAngle(angle, values));
      return widened(standardMatrix(unitary.gate, angles), standardShapes[unitary.gate].qubits, qubits);
    }
    case 'matrix':
      return widened(unitary.matrix, unitary.qubits, qubits);
    case 'sequence':
      return unitary.steps.reduce(
        (product, step) =>
          multiply(
            embedded(matrixOf(step.unitary, values, step.qubits.length), step.qubits, qubits),
            product,
          ),
        identity(1 << qubits),
      );
    case 'controlled':
      return controlledMatrix(
        unitary.controls,
        matrixOf(unitary.of, values, qubits - unitary.controls.length),
      );
    case 'inverse':
      return adjoint(matrixOf(unitary.of, values, qubits));
    case 'power':
      return powerOf(matrixOf(unitary.of, values, qubits), evaluateAngle(unitary.exponent, values));
  }
}

function widened(matrix: Matrix, own: number, qubits: number): Matrix {
  if (own === qubits) return matrix;
  if (own > qubits) throw new QuantumFault('CIRCUIT_INVALID', `a gate on ${own} qubits was given ${qubits}`);
  return embedded(
    matrix,
    Array.from({ length: own }, (_, k) => k),
    qubits,
  );
}
