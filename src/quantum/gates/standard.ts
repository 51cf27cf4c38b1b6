/**
 * The matrices of the standard gates, as in Qiskit's standard library and OpenQASM 3 (U without its extra phase: its upper
 * left entry is real). Called by lowering, by the reference engine's tests and by the gradients.
 */
import type { StandardGate } from '../circuit.js';
import { matrix } from './matrix.js';
import type { Matrix } from './matrix.js';

export interface StandardShape {
  readonly qubits: number;
  readonly angles: number;
}

const fixed = { qubits: 1, angles: 0 };
const turned = { qubits: 1, angles: 1 };
const pair = { qubits: 2, angles: 1 };

export const standardShapes: Readonly<Record<StandardGate, StandardShape>> = {
  id: fixed,
  x: fixed,
  y: fixed,
  z: fixed,
  h: fixed,
  s: fixed,
  sdg: fixed,
  t: fixed,
  tdg: fixed,
  sx: fixed,
  sxdg: fixed,
  rx: turned,
  ry: turned,
  rz: turned,
  p: turned,
  u: { qubits: 1, angles: 3 },
  swap: { qubits: 2, angles: 0 },
  rxx: pair,
  ryy: pair,
  rzz: pair,
  gphase: { qubits: 0, angles: 1 },
};

const half = Math.SQRT1_2;
const { cos, sin } = Math;

function phase(angle: number): Matrix {
  return matrix(1, 0, 0, 0, 0, 0, cos(angle), sin(angle));
}

/** U(theta, phi, lambda). */
export function uMatrix(theta: number, phi: number, lambda: number): Matrix {
  const c = cos(theta / 2);
  const s = sin(theta / 2);
  return matrix(
    ...[c, 0, -cos(lambda) * s, -sin(lambda) * s],
    ...[cos(phi) * s, sin(phi) * s, cos(phi + lambda) * c, sin(phi + lambda) * c],
  );
}

function rxx(c: number, s: number, corner: number): Matrix {
  return matrix(
    ...[c, 0, 0, 0, 0, 0, 0, corner],
    ...[0, 0, c, 0, 0, -s, 0, 0],
    ...[0, 0, 0, -s, c, 0, 0, 0],
    ...[0, corner, 0, 0, 0, 0, c, 0],
  );
}

function rzz(c: number, s: number): Matrix {
  return matrix(
    ...[c, -s, 0, 0, 0, 0, 0, 0],
    ...[0, 0, c, s, 0, 0, 0, 0],
    ...[0, 0, 0, 0, c, s, 0, 0],
    ...[0, 0, 0, 0, 0, 0, c, -s],
  );
}

function swap(): Matrix {
  return matrix(
    ...[1, 0, 0, 0, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 1, 0, 0, 0],
    ...[0, 0, 1, 0, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 0, 0, 1, 0],
  );
}

const makers: Readonly<Record<StandardGate, (a: number, b: number, c: number) => Matrix>> = {
  id: () => matrix(1, 0, 0, 0, 0, 0, 1, 0),
  x: () => matrix(0, 0, 1, 0, 1, 0, 0, 0),
  y: () => matrix(0, 0, 0, -1, 0, 1, 0, 0),
  z: () => matrix(1, 0, 0, 0, 0, 0, -1, 0),
  h: () => matrix(half, 0, half, 0, half, 0, -half, 0),
  s: () => matrix(1, 0, 0, 0, 0, 0, 0, 1),
  sdg: () => matrix(1, 0, 0, 0, 0, 0, 0, -1),
  t: () => matrix(1, 0, 0, 0, 0, 0, half, half),
  tdg: () => matrix(1, 0, 0, 0, 0, 0, half, -half),
  sx: () => matrix(0.5, 0.5, 0.5, -0.5, 0.5, -0.5, 0.5, 0.5),
  sxdg: () => matrix(0.5, -0.5, 0.5, 0.5, 0.5, 0.5, 0.5, -0.5),
  rx: (a) => matrix(cos(a / 2), 0, 0, -sin(a / 2), 0, -sin(a / 2), cos(a / 2), 0),
  ry: (a) => matrix(cos(a / 2), 0, -sin(a / 2), 0, sin(a / 2), 0, cos(a / 2), 0),
  rz: (a) => matrix(cos(a / 2), -sin(a / 2), 0, 0, 0, 0, cos(a / 2), sin(a / 2)),
  p: phase,
  u: uMatrix,
  swap,
  rxx: (a) => rxx(cos(a / 2), sin(a / 2), -sin(a / 2)),
  ryy: (a) => rxx(cos(a / 2), sin(a / 2), sin(a / 2)),
  rzz: (a) => rzz(cos(a / 2), sin(a / 2)),
  gphase: (a) => matrix(cos(a), sin(a)),
};

export function standardMatrix(gate: StandardGate, angles: readonly number[]): Matrix {
  const [a = 0, b = 0, c = 0] = angles;
  return makers[gate](a, b, c);
}
