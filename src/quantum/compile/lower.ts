/**
 * Lowers unitaries to primitives with all parameters bound: definitions are opened, controls collected, inverses and powers
 * taken. Called for each gate of a circuit by the program's makers; fusion comes afterwards.
 */
import type { Unitary } from '../circuit.js';
import { evaluateAngle } from '../angle.js';
import type { ParameterValues } from '../angle.js';
import { adjoint, controlledMatrix, diagonalOf, isDiagonal } from '../gates/matrix.js';
import type { Matrix } from '../gates/matrix.js';
import { matrixOf } from '../gates/unitary.js';
import { QuantumFault } from '../quantum-fault.js';
import type { Primitive } from './primitive.js';

type Emit = (primitive: Primitive) => void;

/** More repetitions than this are a mistake, or a way to keep us busy. */
const REPETITIONS_MAX = 1_000_000;

interface Context {
  readonly values: ParameterValues;
  readonly emit: Emit;
  readonly controls: readonly number[];
  readonly isInverse: boolean;
}

export function lower(unitary: Unitary, lines: readonly number[], values: ParameterValues, emit: Emit): void {
  lowerIn(unitary, lines, { values, emit, controls: [], isInverse: false });
}

function lowerIn(unitary: Unitary, lines: readonly number[], context: Context): void {
  switch (unitary.kind) {
    case 'standard':
      return lowerStandard(unitary, lines, context);
    case 'matrix':
      return emitMatrix(bound(unitary, lines, context), lines, context);
    case 'sequence':
      return lowerSequence(unitary, lines, context);
    case 'controlled':
      return lowerControlled(unitary, lines, context);
    case 'inverse':
      return lowerIn(unitary.of, lines, { ...context, isInverse: !context.isInverse });
    case 'power':
      return lowerPower(unitary, lines, context);
  }
}

function bound(unitary: Unitary, lines: readonly number[], { values, isInverse }: Context): Matrix {
  const matrix = matrixOf(unitary, values, lines.length);
  return isInverse ? adjoint(matrix) : matrix;
}

function lowerStandard(
  unitary: Extract<Unitary, { kind: 'standard' }>,
  lines: readonly number[],
  context: Context,
): void {
  const { controls, emit } = context;
  switch (unitary.gate) {
    case 'id':
      return;
    case 'x':
      return emit({ kind: 'flip', controls, target: lines[0] as number });
    case 'swap':
      return emitSwap(lines as [number, number], context);
    default:
      return emitMatrix(bound(unitary, lines, context), lines, context);
  }
}

function emitSwap([a, b]: readonly [number, number], { controls, emit }: Context): void {
  if (controls.length === 0) return emit({ kind: 'swap', a, b });
  emit({ kind: 'flip', controls: [b], target: a });
  emit({ kind: 'flip', controls: [...controls, a], target: b });
  emit({ kind: 'flip', controls: [b], target: a });
}

function emitMatrix(matrix: Matrix, lines: readonly number[], { controls, emit }: Context): void {
  if (lines.length === 0) return emitPhase(matrix, controls, emit);
  const all = controls.length + lines.length;
  if (all <= 2) {
    const isAlone = controls.length === 0;
    const whole = isAlone ? matrix : controlledMatrix([true], matrix);
    const joined = isAlone ? lines : [...controls, ...lines];
    if (isDiagonal(whole)) return emit({ kind: 'diagonal', lines: joined, diagonal: diagonalOf(whole) });
    return emit({ kind: 'matrix', lines: joined, matrix: whole });
  }
  if (controls.length === 0) return emit({ kind: 'matrix', lines, matrix });
  if (lines.length === 1 && isDiagonal(matrix) && matrix[0] === 1 && matrix[1] === 0)
    return emitPhase(matrix.subarray(6), [...controls, ...lines], emit);
  emit({ kind: 'controlled', controls, lines, matrix });
}

/** A factor where all lines are 1, in the simplest form for their number. */
function emitPhase(factor: Matrix, lines: readonly number[], emit: Emit): void {
  const [re, im] = factor as unknown as [number, number];
  if (lines.length === 0) return emit({ kind: 'global', re, im });
  if (lines.length > 2) return emit({ kind: 'phase', lines, re, im });
  const diagonal = lines.length === 1 ? [1, 0, re, im] : [1, 0, 1, 0, 1, 0, re, im];
  emit({ kind: 'diagonal', lines, diagonal: Float64Array.from(diagonal) });
}

function lowerSequence(
  unitary: Extract<Unitary, { kind: 'sequence' }>,
  lines: readonly number[],
  context: Context,
): void {
  // Under controls every step would become a pass of its own: one matrix is cheaper.
  if (context.controls.length > 0 && lines.length <= 2)
    return emitMatrix(bound(unitary, lines, context), lines, context);
  const steps = context.isInverse ? unitary.steps.toReversed() : unitary.steps;
  for (const step of steps)
    lowerIn(
      step.unitary,
      step.qubits.map((qubit) => lines[qubit] as number),
      context,
    );
}

function lowerControlled(
  unitary: Extract<Unitary, { kind: 'controlled' }>,
  lines: readonly number[],
  context: Context,
): void {
  const count = unitary.controls.length;
  const zeros = lines.slice(0, count).filter((_, k) => unitary.controls[k] === false);
  const negate = (): void => zeros.forEach((target) => context.emit({ kind: 'flip', controls: [], target }));
  negate();
  lowerIn(unitary.of, lines.slice(count), {
    ...context,
    controls: [...context.controls, ...lines.slice(0, count)],
  });
  negate();
}

function lowerPower(
  unitary: Extract<Unitary, { kind: 'power' }>,
  lines: readonly number[],
  context: Context,
): void {
  if (lines.length <= 3) return emitMatrix(bound(unitary, lines, context), lines, context);
  const exponent = evaluateAngle(unitary.exponent, context.values);
  if (!Number.isInteger(exponent) || Math.abs(exponent) > REPETITIONS_MAX)
    throw new QuantumFault(
      'CIRCUIT_INVALID',
      `pow(${exponent}) of a gate on ${lines.length} qubits: above 3 qubits powers are integers up to ${REPETITIONS_MAX}`,
    );
  const isInverse = exponent < 0 ? !context.isInverse : context.isInverse;
  for (let i = 0; i < Math.abs(exponent); i++) lowerIn(unitary.of, lines, { ...context, isInverse });
}
