/**
 * The gates that have a name, as unitaries of the circuit contract: Qiskit's qelib1.inc and OpenQASM 3's stdgates.inc.
 * Called by the parser and the builder. What a library defines by U and CX stands here as the gate it equals (up to a
 * global phase in qelib1.inc, exactly in stdgates.inc, where controls can make phases matter).
 */
import { combineAngles, negateAngle } from '../angle-arithmetic.js';
import type { Angle, StandardGate, Step, Unitary } from '../circuit.js';

export interface LibraryGate {
  readonly name: string;
  readonly parameters: number;
  readonly qubits: number;
  /** Gates it is made of. */
  readonly size: number;
  unitary(angles: readonly Angle[]): Unitary;
}

export function standard(gate: StandardGate, ...angles: readonly Angle[]): Unitary {
  return { kind: 'standard', gate, angles };
}

export function controlled(controls: number, of: Unitary): Unitary {
  return { kind: 'controlled', controls: Array.from({ length: controls }, () => true), of };
}

function sequence(...steps: readonly Step[]): Unitary {
  return { kind: 'sequence', steps };
}

function step(unitary: Unitary, ...qubits: readonly number[]): Step {
  return { unitary, qubits };
}

type Build = (...angles: Angle[]) => Unitary;

/** Gates without parameters are made once. */
function gate(name: string, [parameters, qubits]: readonly [number, number], build: Build): LibraryGate {
  const fixed = parameters === 0 ? build() : undefined;
  const sample = fixed ?? build(...Array.from({ length: parameters }, () => 0));
  const size = sample.kind === 'sequence' ? sample.steps.length : 1;
  return { name, parameters, qubits, size, unitary: (angles) => fixed ?? build(...angles) };
}

/** From the OpenQASM 2 definitions of Margolus' gate and its like: `t` is the phase pi / 4, h is u2(0, pi). */
const letters: Readonly<Record<string, Unitary>> = {
  h: standard('h'),
  t: standard('t'),
  d: standard('tdg'),
};

/** Letters are gates on the last qubit, digits are controls of an X on it. */
function relativePhase(last: number, word: string): Unitary {
  const steps = [...word].map((letter) => {
    const single = letters[letter];
    return single === undefined
      ? step(controlled(1, standard('x')), Number(letter), last)
      : step(single, last);
  });
  return sequence(...steps);
}

const fixedNames = ['id', 'x', 'y', 'z', 'h', 's', 'sdg', 't', 'tdg', 'sx', 'sxdg'] as const;
const turnNames = ['rx', 'ry', 'rz', 'p'] as const;

const plain: readonly LibraryGate[] = [
  ...fixedNames.map((name) => gate(name, [0, 1], () => standard(name))),
  ...turnNames.map((name) => gate(name, [1, 1], (angle = 0) => standard(name, angle))),
  ...(['x', 'y', 'z', 'h', 'sx'] as const).map((name) =>
    gate(`c${name}`, [0, 2], () => controlled(1, standard(name))),
  ),
  ...turnNames.map((name) => gate(`c${name}`, [1, 2], (angle = 0) => controlled(1, standard(name, angle)))),
  gate('swap', [0, 2], () => standard('swap')),
  gate('ccx', [0, 3], () => controlled(2, standard('x'))),
  gate('cswap', [0, 3], () => controlled(1, standard('swap'))),
  gate('u1', [1, 1], (lambda = 0) => standard('p', lambda)),
  gate('cu', [4, 2], (theta = 0, phi = 0, lambda = 0, gamma = 0) =>
    sequence(step(standard('p', gamma), 0), step(controlled(1, standard('u', theta, phi, lambda)), 0, 1)),
  ),
];

const u: Build = (theta = 0, phi = 0, lambda = 0) => standard('u', theta, phi, lambda);

function named(gates: readonly LibraryGate[]): ReadonlyMap<string, LibraryGate> {
  return new Map(gates.map((one) => [one.name, one]));
}

/** OpenQASM 2's own gates. */
export const builtins2: ReadonlyMap<string, LibraryGate> = named([
  gate('U', [3, 1], u),
  gate('CX', [0, 2], () => controlled(1, standard('x'))),
]);

/** All of Qiskit's qelib1.inc. `u0` waits, which takes no time here. */
export const qelib1: ReadonlyMap<string, LibraryGate> = named([
  ...plain,
  gate('u0', [1, 1], () => standard('id')),
  gate('u2', [2, 1], (phi = 0, lambda = 0) => standard('u', Math.PI / 2, phi, lambda)),
  gate('u3', [3, 1], u),
  gate('u', [3, 1], u),
  gate('cu1', [1, 2], (lambda = 0) => controlled(1, standard('p', lambda))),
  gate('cu3', [3, 2], (...angles) => controlled(1, u(...angles))),
  gate('rxx', [1, 2], (theta = 0) => standard('rxx', theta)),
  gate('rzz', [1, 2], (theta = 0) => standard('rzz', theta)),
  gate('rccx', [0, 3], () => relativePhase(2, 'ht1d0t1dh')),
  gate('rc3x', [0, 4], () => relativePhase(3, 'ht2dh0t1d0t1dht2dh')),
  gate('c3x', [0, 4], () => controlled(3, standard('x'))),
  gate('c3sqrtx', [0, 4], () => controlled(3, standard('sx'))),
  gate('c4x', [0, 5], () => controlled(4, standard('x'))),
]);

function half(angle: Angle): Angle {
  return combineAngles('/', angle, 2);
}

function phased(phase: Angle, unitary: Unitary): Unitary {
  return phase === 0 ? unitary : sequence(step(standard('gphase', phase)), step(unitary, 0));
}

/** OpenQASM 3's U is exp(i theta / 2) times the `u` of Qiskit and of the contract. */
export const builtins3: ReadonlyMap<string, LibraryGate> = named([
  gate('U', [3, 1], (theta = 0, ...rest) => phased(half(theta), u(theta, ...rest))),
  gate('gphase', [1, 0], (gamma = 0) => standard('gphase', gamma)),
]);

/** There u2 and u3 have determinant 1. */
function special(theta: Angle, phi: Angle, lambda: Angle): Unitary {
  return phased(negateAngle(half(combineAngles('+', phi, lambda))), u(theta, phi, lambda));
}

/** All of OpenQASM 3's stdgates.inc. */
export const stdgates: ReadonlyMap<string, LibraryGate> = named([
  ...plain.filter(({ name }) => name !== 'sxdg' && name !== 'csx'),
  gate('CX', [0, 2], () => controlled(1, standard('x'))),
  gate('phase', [1, 1], (lambda = 0) => standard('p', lambda)),
  gate('cphase', [1, 2], (lambda = 0) => controlled(1, standard('p', lambda))),
  gate('u2', [2, 1], (phi = 0, lambda = 0) => special(Math.PI / 2, phi, lambda)),
  gate('u3', [3, 1], (theta = 0, phi = 0, lambda = 0) => special(theta, phi, lambda)),
]);
