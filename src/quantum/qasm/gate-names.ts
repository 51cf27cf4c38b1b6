/**
 * Which gate a name means: one that the text defines, or one of the libraries it includes. Called by `circuit-writer.ts`.
 * A gate that is not known is a fault, never skipped.
 */
import { didYouMean } from '../../kit/nearest-word.js';
import { builtins2, builtins3, qelib1, stdgates } from '../gates/gate-library.js';
import type { LibraryGate } from '../gates/gate-library.js';
import { Evaluator } from './evaluate.js';
import type { Version } from './expressions.js';
import { EarlierFault, TextFault, quoted } from './fault.js';
import { controlsOf, defineGate, fromLibrary, settleModifiers } from './gate.js';
import type { BodyCall, Gate } from './gate.js';
import { type Budget, LIMITS } from './limits.js';
import { Scope } from './scope.js';
import type { Expression, GateCall, NameAt, Statement } from './syntax.js';

type GateDefinition = Extract<Statement, { kind: 'gate definition' }>;

const libraries: Readonly<Record<Version, Readonly<Record<string, ReadonlyMap<string, LibraryGate>>>>> = {
  2: { 'qelib1.inc': qelib1 },
  3: { 'stdgates.inc': stdgates, 'qelib1.inc': qelib1 },
};

/** A mistyped one reads as the name of a gate. */
const declaringWords = ['qreg', 'creg', 'measure', 'reset', 'barrier', 'opaque', 'include'];

function firstRepeated(names: readonly NameAt[]): NameAt | undefined {
  const seen = new Set<string>();
  return names.find(({ name }) => seen.size === seen.add(name).size);
}

export class GateNames {
  readonly #defined = new Map<string, Gate>();
  readonly #included = new Map<string, Gate>();
  /** Names whose definition was faulty. */
  readonly #lost = new Set<string>();

  constructor(
    private readonly version: Version,
    private readonly constants: Scope,
    private readonly budget: Budget,
  ) {
    this.#take(version === 2 ? builtins2 : builtins3);
  }

  include(file: string, at: number): void {
    const known = libraries[this.version];
    const library = Object.hasOwn(known, file) ? known[file] : undefined;
    if (library === undefined)
      throw new TextFault(
        'UNSUPPORTED',
        at,
        `the file ${quoted(file)} cannot be included: ${Object.keys(known).join(' and ')} can, put other definitions into the text`,
      );
    this.#take(library);
  }

  #take(library: ReadonlyMap<string, LibraryGate>): void {
    for (const [name, gate] of library)
      if (!this.#included.has(name)) this.#included.set(name, fromLibrary(gate));
  }

  lose(name: string): void {
    this.#lost.add(name);
  }

  find(name: string, at: number): Gate {
    const found = this.#defined.get(name) ?? this.#included.get(name);
    // A faulty definition may have meant to replace a gate of a library.
    if (this.#lost.has(name)) throw new EarlierFault();
    if (found !== undefined) return found;
    throw new TextFault('UNKNOWN_GATE', at, `there is no gate ${quoted(name)}${this.#hint(name)}`);
  }

  #hint(name: string): string {
    for (const [file, library] of Object.entries(libraries[this.version]))
      if (library.has(name)) return `: write include "${file}"; before it`;
    const other: Version = this.version === 2 ? 3 : 2;
    if (
      this.version === 2 &&
      ['qubit', 'bit', 'const', 'input', 'for', 'ctrl', 'inv', 'gphase'].includes(name)
    )
      return `: it is a word of OpenQASM ${other}, whose texts begin with OPENQASM ${other};`;
    const hint = didYouMean(name, [...this.#defined.keys(), ...this.#included.keys(), ...declaringWords]);
    return hint === undefined ? ', neither defined here nor in an included library' : `: ${hint}`;
  }

  /** Counts only: angles and qubits are looked at by whoever builds the gate. */
  checkCall(call: GateCall, gate: Gate, controls: number): void {
    const { name, at } = call;
    if (gate.build === null)
      throw new TextFault(
        'OPAQUE_GATE',
        at,
        `${quoted(name)} is opaque: it has no definition that could be simulated`,
      );
    const [given, wanted] = [call.arguments.length, gate.parameters];
    if (given !== wanted)
      throw new TextFault(
        'WRONG_PARAMETER_COUNT',
        at,
        `${quoted(name)} takes ${wanted} parameters and is given ${given}`,
      );
    const [has, needs] = [call.operands.length, gate.qubits + controls];
    if (has === needs) return;
    const why = controls === 0 ? '' : ` (${controls} of them as controls)`;
    throw new TextFault(
      'WRONG_ARITY',
      at,
      `${quoted(name)} acts on ${needs} qubits${why} and is given ${has}`,
    );
  }

  define({ declared, parameters, qubits, body }: GateDefinition): void {
    const { name, at } = declared;
    const builtin = (this.version === 2 ? builtins2 : builtins3).has(name);
    if (this.#defined.has(name) || builtin)
      throw new TextFault('REDECLARED_NAME', at, `the gate ${quoted(name)} is defined already`);
    const repeated = firstRepeated([...parameters, ...qubits]);
    if (repeated !== undefined)
      throw new TextFault(
        'REDECLARED_NAME',
        repeated.at,
        `${quoted(repeated.name)} is used twice in this definition`,
      );
    const gate = this.#gateOf(name, parameters, qubits, body);
    if (gate.depth > LIMITS.gateDepth)
      throw new TextFault('LIMIT', at, `gates are defined by gates more than ${LIMITS.gateDepth} deep`);
    this.#defined.set(name, gate);
    this.#lost.delete(name);
  }

  #gateOf(
    name: string,
    parameters: readonly NameAt[],
    qubits: readonly NameAt[],
    body: readonly GateCall[] | null,
  ): Gate {
    if (body === null)
      return { name, parameters: parameters.length, qubits: qubits.length, depth: 1, build: null };
    const names = new Map(qubits.map((qubit, index) => [qubit.name, index]));
    const known = new Scope(this.constants);
    for (const parameter of parameters) known.set(parameter.name, { angle: 0, integer: false });
    return defineGate({
      name,
      parameters: parameters.map((parameter) => parameter.name),
      qubits: qubits.length,
      body: body.map((call) => this.#settle(call, names, known)),
      constants: this.constants,
    });
  }

  #settle(call: GateCall, qubits: ReadonlyMap<string, number>, known: Scope): BodyCall {
    const gate = this.find(call.name, call.at);
    const modifiers = settleModifiers(call.modifiers, new Evaluator(this.constants, this.budget));
    this.checkCall(call, gate, controlsOf(modifiers));
    const names = [...call.arguments];
    for (const modifier of call.modifiers) if (modifier.kind === 'power') names.push(modifier.exponent);
    for (const expression of names) checkNames(expression, known);
    const on = call.operands.map(({ name, at }) => {
      const qubit = qubits.get(name);
      if (qubit !== undefined) return qubit;
      const hint = didYouMean(name, qubits.keys());
      const more = hint === undefined ? '' : `: ${hint}`;
      throw new TextFault('UNDECLARED_REGISTER', at, `the gate has no qubit ${quoted(name)}${more}`);
    });
    const twice = firstRepeated(call.operands);
    if (twice !== undefined)
      throw new TextFault(
        'REPEATED_QUBIT',
        twice.at,
        `${quoted(call.name)} is applied to ${quoted(twice.name)} twice`,
      );
    return { gate, modifiers, arguments: call.arguments, at: call.at, on };
  }
}

/** Names without values: those come with each call. */
function checkNames(expression: Expression, known: Scope): void {
  switch (expression.kind) {
    case 'number':
      return;
    case 'name':
      if (known.find(expression.name) !== undefined) return;
      throw new TextFault('UNDECLARED_NAME', expression.at, unknownName(expression.name, known));
    case 'negate':
      return checkNames(expression.of, known);
    case 'binary':
      checkNames(expression.left, known);
      return checkNames(expression.right, known);
    case 'call':
      for (const argument of expression.arguments) checkNames(argument, known);
  }
}

function unknownName(name: string, known: Scope): string {
  const hint = didYouMean(name, known.names());
  return hint === undefined
    ? `${quoted(name)} is no parameter of the gate and no constant`
    : `${quoted(name)} is no parameter of the gate: ${hint}`;
}
