/**
 * Gates as a text can call them: those of a library, those it defines, with what stands before the `@`. Called by
 * `circuit-writer.ts`; every gate is paid for before it is made, so that definitions in definitions cannot explode.
 */
import type { Angle, Unitary } from '../circuit.js';
import { controlled } from '../gates/gate-library.js';
import type { LibraryGate } from '../gates/gate-library.js';
import { Evaluator } from './evaluate.js';
import { TextFault, quoted } from './fault.js';
import { type Budget, LIMITS } from './limits.js';
import { Scope } from './scope.js';
import type { Expression, GateCall, Modifier } from './syntax.js';

export interface Gate {
  readonly name: string;
  readonly parameters: number;
  readonly qubits: number;
  /** Gates inside of gates, at most. */
  readonly depth: number;
  /** Null cannot be simulated: `opaque`. */
  readonly build: ((angles: readonly Angle[], budget: Budget, at: number) => Unitary) | null;
}

export function fromLibrary(gate: LibraryGate): Gate {
  const { name, parameters, qubits, size } = gate;
  const build: Gate['build'] = (angles, budget, at) => {
    budget.operations(size, at);
    return gate.unitary(angles);
  };
  return { name, parameters, qubits, depth: 2, build };
}

/** A modifier whose count of controls is known. */
export type SettledModifier =
  | { readonly kind: 'control'; readonly controls: readonly boolean[] }
  | Exclude<Modifier, { kind: 'control' }>;

/** A gate that is applied, with what stands before its `@`. */
export interface Application {
  readonly gate: Gate;
  readonly modifiers: readonly SettledModifier[];
  readonly at: number;
}

/** A call in the body of a gate: its angles have values with every use of that gate only. */
export interface BodyCall extends Application {
  readonly arguments: readonly Expression[];
  /** The qubits of the gate that it stands in. */
  readonly on: readonly number[];
}

export function settleModifiers(modifiers: readonly Modifier[], evaluator: Evaluator): SettledModifier[] {
  return modifiers.map((modifier) => {
    if (modifier.kind !== 'control') return modifier;
    const count = modifier.count === null ? 1 : evaluator.integer(modifier.count, 'the number of controls');
    if (count < 1 || count > LIMITS.gateDepth)
      throw new TextFault(
        'BAD_VALUE',
        modifier.at,
        `a gate has 1 to ${LIMITS.gateDepth} controls, not ${count}`,
      );
    return { kind: 'control', controls: Array.from({ length: count }, () => modifier.state) };
  });
}

export function controlsOf(modifiers: readonly SettledModifier[]): number {
  return modifiers.reduce((sum, one) => sum + (one.kind === 'control' ? one.controls.length : 0), 0);
}

function control(controls: readonly boolean[], of: Unitary): Unitary {
  if (of.kind === 'controlled')
    return { kind: 'controlled', controls: [...controls, ...of.controls], of: of.of };
  return { ...controlled(0, of), controls } as Unitary;
}

function invert(of: Unitary): Unitary {
  return of.kind === 'inverse' ? of.of : { kind: 'inverse', of };
}

/** The engine takes roots by eigenvalues, of small matrices only. */
const rootQubitsMax = 3;

class Modification {
  constructor(
    readonly evaluator: Evaluator,
    readonly qubits: number,
    /** Gates in what is modified. */
    readonly size: number,
  ) {}

  power(exponent: Expression, of: Unitary, at: number): Unitary {
    const value = this.evaluator.angle(exponent);
    if (typeof value !== 'number')
      throw new TextFault('UNSUPPORTED', at, 'an exponent that depends on an input is not supported');
    if (!Number.isInteger(value) && this.qubits > rootQubitsMax)
      throw new TextFault(
        'UNSUPPORTED',
        at,
        `roots of gates on more than ${rootQubitsMax} qubits are not supported`,
      );
    if (value === 1) return of;
    if (value === -1) return invert(of);
    this.evaluator.budget.operations(this.size * Math.ceil(Math.abs(value)), at);
    return { kind: 'power', exponent: value, of };
  }
}

/** The unitary of a call; the modifier that stands last is applied first. */
export function buildCall(
  { gate, modifiers, at }: Application,
  angles: readonly Angle[],
  evaluator: Evaluator,
): Unitary {
  const { budget } = evaluator;
  if (gate.build === null)
    throw new TextFault(
      'OPAQUE_GATE',
      at,
      `${quoted(gate.name)} is opaque: it has no definition that could be simulated`,
    );
  const before = budget.operationsLeft;
  let unitary = gate.build(angles, budget, at);
  let { qubits } = gate;
  for (let index = modifiers.length - 1; index >= 0; index--) {
    const modifier = modifiers[index] as SettledModifier;
    if (modifier.kind === 'control') {
      unitary = control(modifier.controls, unitary);
      qubits += modifier.controls.length;
    } else if (modifier.kind === 'inverse') unitary = invert(unitary);
    else {
      const size = before - budget.operationsLeft;
      unitary = new Modification(evaluator, qubits, size).power(modifier.exponent, unitary, modifier.at);
    }
  }
  return unitary;
}

export interface Definition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly qubits: number;
  readonly body: readonly BodyCall[];
  /** What its expressions see beside its parameters. */
  readonly constants: Scope;
}

export function defineGate({ name, parameters, qubits, body, constants }: Definition): Gate {
  const depth = 1 + Math.max(1, ...body.map((call) => call.gate.depth + call.modifiers.length));
  let once: { readonly unitary: Unitary; readonly size: number } | undefined;
  const build: Gate['build'] = (angles, budget, at) => {
    if (once !== undefined) {
      budget.operations(once.size, at);
      return once.unitary;
    }
    const before = budget.operationsLeft;
    budget.operations(1, at);
    const scope = new Scope(constants);
    parameters.forEach((parameter, index) => {
      scope.set(parameter, { angle: angles[index] ?? 0, integer: false });
    });
    const evaluator = new Evaluator(scope, budget);
    const steps = body.map((call) => {
      const given = call.arguments.map((argument) => evaluator.angle(argument));
      return { unitary: buildCall(call, given, evaluator), qubits: call.on };
    });
    const unitary: Unitary = { kind: 'sequence', steps };
    if (parameters.length === 0) once = { unitary, size: before - budget.operationsLeft };
    return unitary;
  };
  return { name, parameters: parameters.length, qubits, depth, build };
}

/** As written, without its angles: `ctrl @ x`. */
export function nameOfCall(call: GateCall): string {
  if (call.modifiers.length === 0) return call.name;
  const words = call.modifiers.map((one) =>
    one.kind === 'inverse' ? 'inv' : one.kind === 'power' ? 'pow' : one.state ? 'ctrl' : 'negctrl',
  );
  return [...words, call.name].join(' @ ');
}
