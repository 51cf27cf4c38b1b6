/**
 * A circuit as a flat list of gates that gradients can take: each either fixed, or a turn exp(-i angle P / 2) about a Pauli
 * string, or a phase exp(i angle) where all its lines are 1; both may be controlled. U is three of them. Called by the
 * differentiator; refuses what has no derivative.
 */
import { evaluateAngle, parametersOfAngle } from '../angle.js';
import type { Angle, Circuit, StandardGate, Unitary } from '../circuit.js';
import { lower } from '../compile/lower.js';
import type { Primitive } from '../compile/primitive.js';
import { QuantumFault } from '../quantum-fault.js';

export type FlatGate =
  | { readonly kind: 'fixed'; readonly primitive: Primitive }
  | {
      readonly kind: 'turn';
      /** Of all its lines. */
      readonly letter: 'X' | 'Y' | 'Z';
      readonly lines: readonly number[];
      readonly controls: readonly number[];
      readonly angle: Angle;
      /** -1 for the inverse. */
      readonly sign: 1 | -1;
    }
  | {
      readonly kind: 'phase';
      readonly lines: readonly number[];
      readonly angle: Angle;
      readonly sign: 1 | -1;
    };

type Standard = Extract<Unitary, { kind: 'standard' }>;

const letters: Partial<Record<StandardGate, 'X' | 'Y' | 'Z'>> = {
  rx: 'X',
  ry: 'Y',
  rz: 'Z',
  rxx: 'X',
  ryy: 'Y',
  rzz: 'Z',
};

const REPETITIONS_MAX = 100_000;

function refuse(what: string): never {
  throw new QuantumFault('NOT_DIFFERENTIABLE', `gradients need ${what}`);
}

/** Measurements at the end are no part of it: what is differentiated is an expectation value. */
export function flatGates(circuit: Circuit): FlatGate[] {
  const gates: FlatGate[] = [];
  const measured = new Set<number>();
  for (const operation of circuit.operations) {
    if (operation.kind === 'barrier') continue;
    if (operation.kind === 'reset') refuse('a circuit without reset');
    if (operation.condition !== null) refuse('a circuit without conditions');
    if (operation.kind === 'measure') measured.add(operation.qubit);
    else {
      if (operation.qubits.some((qubit) => measured.has(qubit))) refuse('measurements at the end only');
      new Flattener(gates).add(operation.unitary, operation.qubits, [], 1);
    }
  }
  return gates;
}

function dependsOn(unitary: Unitary): boolean {
  switch (unitary.kind) {
    case 'standard':
      return unitary.angles.some((angle) => parametersOfAngle(angle).size > 0);
    case 'matrix':
      return false;
    case 'sequence':
      return unitary.steps.some((step) => dependsOn(step.unitary));
    case 'power':
      return parametersOfAngle(unitary.exponent).size > 0 || dependsOn(unitary.of);
    default:
      return dependsOn(unitary.of);
  }
}

class Flattener {
  readonly #gates: FlatGate[];

  constructor(gates: FlatGate[]) {
    this.#gates = gates;
  }

  add(unitary: Unitary, lines: readonly number[], controls: readonly number[], sign: 1 | -1): void {
    if (!dependsOn(unitary)) return this.#fixed(unitary, lines, controls, sign);
    switch (unitary.kind) {
      case 'standard':
        return this.#standard(unitary, lines, controls, sign);
      case 'sequence': {
        const steps = sign === 1 ? unitary.steps : unitary.steps.toReversed();
        for (const step of steps)
          this.add(
            step.unitary,
            step.qubits.map((qubit) => lines[qubit] as number),
            controls,
            sign,
          );
        return;
      }
      case 'inverse':
        return this.add(unitary.of, lines, controls, sign === 1 ? -1 : 1);
      case 'controlled':
        return this.#controlled(unitary, lines, controls, sign);
      case 'power':
        return this.#power(unitary, lines, controls, sign);
    }
  }

  #fixed(unitary: Unitary, lines: readonly number[], controls: readonly number[], sign: 1 | -1): void {
    const directed: Unitary = sign === 1 ? unitary : { kind: 'inverse', of: unitary };
    const whole: Unitary =
      controls.length === 0
        ? directed
        : { kind: 'controlled', controls: controls.map(() => true), of: directed };
    lower(whole, [...controls, ...lines], [], (primitive) => {
      if (primitive.kind !== 'global') this.#gates.push({ kind: 'fixed', primitive });
    });
  }

  #standard(
    { gate, angles }: Standard,
    lines: readonly number[],
    controls: readonly number[],
    sign: 1 | -1,
  ): void {
    const [angle = 0, phi = 0, lambda = 0] = angles;
    const letter = letters[gate];
    const ones = [...controls, ...lines];
    if (letter !== undefined) this.#gates.push({ kind: 'turn', letter, lines, controls, angle, sign });
    else if (gate === 'p') this.#gates.push({ kind: 'phase', lines: ones, angle, sign });
    else if (gate === 'gphase') {
      if (ones.length > 0) this.#gates.push({ kind: 'phase', lines: ones, angle, sign });
    } else {
      // U(theta, phi, lambda) = P(phi) RY(theta) P(lambda).
      const parts: readonly FlatGate[] = [
        { kind: 'phase', lines: ones, angle: lambda, sign },
        { kind: 'turn', letter: 'Y', lines, controls, angle, sign },
        { kind: 'phase', lines: ones, angle: phi, sign },
      ];
      this.#gates.push(...(sign === 1 ? parts : parts.toReversed()));
    }
  }

  #controlled(
    unitary: Extract<Unitary, { kind: 'controlled' }>,
    lines: readonly number[],
    controls: readonly number[],
    sign: 1 | -1,
  ): void {
    const count = unitary.controls.length;
    const zeros = lines.slice(0, count).filter((_, k) => unitary.controls[k] === false);
    const negate = (): void => {
      for (const target of zeros)
        this.#gates.push({ kind: 'fixed', primitive: { kind: 'flip', controls: [], target } });
    };
    negate();
    this.add(unitary.of, lines.slice(count), [...controls, ...lines.slice(0, count)], sign);
    negate();
  }

  #power(
    unitary: Extract<Unitary, { kind: 'power' }>,
    lines: readonly number[],
    controls: readonly number[],
    sign: 1 | -1,
  ): void {
    if (parametersOfAngle(unitary.exponent).size > 0) refuse('exponents that do not depend on parameters');
    const exponent = evaluateAngle(unitary.exponent, []);
    if (!Number.isInteger(exponent) || Math.abs(exponent) > REPETITIONS_MAX)
      refuse(`integer exponents up to ${REPETITIONS_MAX} of gates with parameters, not ${exponent}`);
    const direction = exponent < 0 ? (-sign as 1 | -1) : sign;
    for (let i = 0; i < Math.abs(exponent); i++) this.add(unitary.of, lines, controls, direction);
  }
}
