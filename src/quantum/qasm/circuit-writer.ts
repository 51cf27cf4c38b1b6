/**
 * Statements become operations of a circuit: names are looked up, loops run, registers broadcast. Called by `read.ts` with
 * one statement at a time; a fault leaves the circuit as it was enough to go on and find further ones.
 */
import { parameterAngle } from '../angle-arithmetic.js';
import type { Circuit, Condition, Operation } from '../circuit.js';
import { Evaluator } from './evaluate.js';
import type { Version } from './expressions.js';
import { TextFault, quoted } from './fault.js';
import type { Place } from './fault.js';
import { buildCall, controlsOf, nameOfCall, settleModifiers } from './gate.js';
import { GateNames } from './gate-names.js';
import { Budget, LIMITS } from './limits.js';
import type { Cost } from './limits.js';
import { Registers, selectedIndices } from './registers.js';
import type { Selected } from './registers.js';
import { Scope, constantsOf } from './scope.js';
import type { ConditionText, GateCall, NameAt, Operand, Statement } from './syntax.js';

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

export class CircuitWriter {
  readonly #budget: Budget;
  readonly #registers: Registers;
  readonly #operations: Operation[] = [];
  readonly #parameters: string[] = [];
  readonly #constants = new Scope();
  readonly #gates: GateNames;
  #loops = 0;
  /** Constants and inputs; loops put theirs before it. */
  #evaluator: Evaluator;
  #condition: Condition | null = null;

  constructor(version: Version, place: (at: number) => Place, cost: Cost) {
    this.#budget = new Budget(cost);
    this.#registers = new Registers(this.#budget, place);
    for (const [name, angle] of Object.entries(constantsOf[version]))
      this.#constants.set(name, { angle, integer: false });
    this.#gates = new GateNames(version, this.#constants, this.#budget);
    this.#evaluator = new Evaluator(new Scope(this.#constants), this.#budget);
  }

  circuit(): Circuit {
    return {
      qubits: this.#registers.size('qubits'),
      bits: this.#registers.size('bits'),
      qubitRegisters: this.#registers.qubits,
      bitRegisters: this.#registers.bits,
      parameters: this.#parameters,
      operations: this.#operations,
    };
  }

  /** Remembers what a faulty statement would have declared, so that its users are not called faulty too. */
  lose(kind: 'register' | 'gate', name: string): void {
    if (kind === 'register') this.#registers.lose(name);
    else this.#gates.lose(name);
  }

  write(statement: Statement): void {
    switch (statement.kind) {
      case 'gate call':
        return this.#gateCall(statement);
      case 'include':
        return this.#gates.include(statement.file, statement.at);
      case 'qubits':
      case 'bits':
        return this.#register(statement);
      case 'gate definition':
        return this.#gates.define(statement);
      case 'measure':
        return this.#measure(statement.source, statement.target, statement.at);
      case 'reset':
        return this.#reset(statement);
      case 'barrier':
        return this.#barrier(statement);
      case 'if':
        return this.#conditional(statement);
      case 'for':
        return this.#loop(statement);
      case 'constant':
        return this.#constant(statement);
      case 'input':
        return this.#input(statement);
    }
  }

  #register({ kind, declared, size, measured, at }: Of<'qubits' | 'bits'>): void {
    this.#unused(declared);
    const count = size === null ? 1 : this.#evaluator.integer(size, 'the size of a register');
    this.#registers.declare(kind, declared, count, size?.at ?? declared.at);
    if (measured !== null) this.#measure(measured, { ...declared, selection: null }, at);
  }

  #unused({ name, at }: NameAt): void {
    if (this.#registers.has(name) || this.#evaluator.scope.find(name) !== undefined)
      throw new TextFault('REDECLARED_NAME', at, `${quoted(name)} is declared already`);
  }

  #constant({ declared, integer, value: expression }: Of<'constant'>): void {
    this.#unused(declared);
    const { angle, integer: whole } = this.#evaluator.value(expression);
    if (typeof angle !== 'number')
      throw new TextFault('BAD_VALUE', expression.at, 'a constant cannot depend on an input');
    if (integer && !whole && !Number.isSafeInteger(angle))
      throw new TextFault(
        'BAD_VALUE',
        expression.at,
        `${quoted(declared.name)} has to be a whole number and is ${angle}`,
      );
    const scope = this.#loops === 0 ? this.#constants : this.#evaluator.scope;
    scope.set(declared.name, { angle, integer });
  }

  #input({ declared }: Of<'input'>): void {
    this.#unused(declared);
    if (this.#parameters.length >= LIMITS.parameters)
      throw new TextFault('LIMIT', declared.at, `a circuit has at most ${LIMITS.parameters} parameters`);
    const angle = parameterAngle(this.#parameters.length);
    this.#evaluator.scope.set(declared.name, { angle, integer: false });
    this.#parameters.push(declared.name);
  }

  #qubits(operands: readonly Operand[]): Selected[] {
    return operands.map((operand) => this.#registers.select('qubits', operand, this.#evaluator));
  }

  #gateCall(call: GateCall): void {
    const gate = this.#gates.find(call.name, call.at);
    const modifiers = settleModifiers(call.modifiers, this.#evaluator);
    this.#gates.checkCall(call, gate, controlsOf(modifiers));
    const operands = this.#qubits(call.operands);
    const times = this.#times(operands, call);
    if (times === 0) return;
    const angles = call.arguments.map((argument) => this.#evaluator.angle(argument));
    const before = this.#budget.operationsLeft;
    const unitary = buildCall({ gate, modifiers, at: call.at }, angles, this.#evaluator);
    const size = before - this.#budget.operationsLeft;
    this.#budget.operations((times - 1) * Math.max(1, size), call.at);
    const name = nameOfCall(call);
    for (let time = 0; time < times; time++) {
      const qubits = operands.map(({ numbers, many }) => numbers[many ? time : 0] as number);
      this.#distinct(qubits, call);
      this.#operations.push({ kind: 'gate', name, unitary, qubits, angles, condition: this.#condition });
    }
  }

  /** How often a call is applied: once for single qubits, else for each member of its registers. */
  #times(operands: readonly Selected[], call: GateCall): number {
    let times: number | undefined;
    for (const { many, numbers } of operands) {
      if (!many) continue;
      if (times !== undefined && times !== numbers.length)
        throw new TextFault(
          'SIZE_MISMATCH',
          call.at,
          `${quoted(call.name)} is applied to registers of different sizes: ${times} and ${numbers.length}`,
        );
      times = numbers.length;
    }
    return times ?? 1;
  }

  #distinct(qubits: readonly number[], { name, operands, at }: GateCall): void {
    for (let later = 1; later < qubits.length; later++) {
      const earlier = qubits.indexOf(qubits[later] as number);
      if (earlier === later) continue;
      throw new TextFault(
        'REPEATED_QUBIT',
        operands[later]?.at ?? at,
        `${quoted(name)} is applied to one qubit twice: its qubits ${earlier + 1} and ${later + 1} are the same`,
      );
    }
  }

  #measure(source: Operand, target: Operand, at: number): void {
    const [{ numbers: qubits = [] } = {}] = this.#qubits([source]);
    const { numbers: bits } = this.#registers.select('bits', target, this.#evaluator);
    if (qubits.length !== bits.length)
      throw new TextFault(
        'SIZE_MISMATCH',
        at,
        `${qubits.length} qubits are measured into ${bits.length} bits`,
      );
    this.#budget.operations(qubits.length, at);
    qubits.forEach((qubit, index) => {
      const bit = bits[index] as number;
      this.#operations.push({ kind: 'measure', qubit, bit, condition: this.#condition });
    });
  }

  #reset({ operands, at }: Of<'reset'>): void {
    const qubits = this.#qubits(operands).flatMap(({ numbers }) => numbers);
    this.#budget.operations(qubits.length, at);
    for (const qubit of qubits) this.#operations.push({ kind: 'reset', qubit, condition: this.#condition });
  }

  /** Nothing happens in it, so a condition has nothing to say about it. */
  #barrier({ operands, at }: Of<'barrier'>): void {
    const selected =
      operands.length === 0 ? [this.#registers.all()] : this.#qubits(operands).map((one) => one.numbers);
    const qubits = selected.length === 1 ? (selected[0] ?? []) : [...new Set(selected.flat())];
    this.#budget.operations(Math.max(1, qubits.length), at);
    this.#operations.push({ kind: 'barrier', qubits });
  }

  #conditional({ condition, met, unmet, at }: Of<'if'>): void {
    if (this.#condition !== null)
      throw new TextFault('UNSUPPORTED', at, 'a condition inside of a condition is not supported');
    const settled = this.#settleCondition(condition);
    const start = this.#operations.length;
    this.#under(settled, met);
    if (unmet.length > 0) this.#under({ ...settled, negated: !settled.negated }, unmet);
    this.#checkUnmoved(settled, start, at);
  }

  #under(condition: Condition, statements: readonly Statement[]): void {
    this.#condition = condition;
    try {
      for (const statement of statements) this.write(statement);
    } finally {
      this.#condition = null;
    }
  }

  /** A condition is met or not before its block begins; operations ask anew, so nothing before the last may change it. */
  #checkUnmoved({ start, size }: Condition, from: number, at: number): void {
    for (let index = from; index < this.#operations.length - 1; index++) {
      const operation = this.#operations[index];
      if (operation?.kind === 'measure' && operation.bit >= start && operation.bit < start + size)
        throw new TextFault(
          'UNSUPPORTED',
          at,
          'a measurement that changes its own condition before the end of the block is not supported',
        );
    }
  }

  #settleCondition({ operand, value, negated, at }: ConditionText): Condition {
    const { numbers } = this.#registers.select('bits', operand, this.#evaluator);
    const [start = 0] = numbers;
    if (numbers.some((bit, index) => bit !== start + index) || numbers.length === 0)
      throw new TextFault('UNSUPPORTED', at, 'a condition takes bits that follow each other in one register');
    const size = numbers.length;
    if (value !== null) return { start, size, value, negated };
    return size === 1
      ? { start, size, value: 1n, negated: false }
      : { start, size, value: 0n, negated: true };
  }

  #loop({ variable, over, body, at }: Of<'for'>): void {
    if (over.kind === 'one') throw new TextFault('SYNTAX', at, 'a loop goes over a range or a set');
    const values = selectedIndices(over, this.#evaluator, null);
    const outer = this.#evaluator;
    this.#loops++;
    try {
      for (const value of values) {
        this.#budget.operations(1, at);
        const scope = new Scope(outer.scope);
        scope.set(variable.name, { angle: value, integer: true });
        this.#evaluator = new Evaluator(scope, this.#budget);
        for (const statement of body) this.write(statement);
      }
    } finally {
      this.#evaluator = outer;
      this.#loops--;
    }
  }
}
