/**
 * Where everything of a picture stands, the same for text and SVG: wires from top to bottom (qubits, then one for each
 * register of bits), columns from left to right. Operations move left until something they share a wire with, or cross,
 * is in the way.
 */
import type { Angle, Circuit, Condition, Operation, Unitary } from '../circuit.js';
import { angleLabel } from './angle-label.js';

export type MarkKind = 'box' | 'control' | 'open control' | 'target' | 'swap' | 'measure' | 'barrier' | 'bit';

export interface Mark {
  readonly wire: number;
  readonly kind: MarkKind;
  /** Empty where the shape says it all. */
  readonly label: string;
}

export interface Drawn {
  readonly column: number;
  readonly marks: readonly Mark[];
  /** The first and the last wire. */
  readonly from: number;
  readonly to: number;
  /** The wire from which on the line between the marks carries bits; -1 for none. */
  readonly classicalFrom: number;
}

export interface Wire {
  readonly label: string;
  readonly classical: boolean;
}

export interface Layout {
  readonly wires: readonly Wire[];
  readonly columns: number;
  readonly drawn: readonly Drawn[];
  /** Operations that are not in the picture. */
  readonly left: number;
}

/** More is no picture any more. */
const operationsMax = 5_000;

type GateOperation = Extract<Operation, { kind: 'gate' }>;

/** Names of custom gates may be any text. */
function shown(text: string): string {
  return text.replace(/[\p{C}\s]+/gu, ' ').slice(0, 40);
}

function withAngles(name: string, angles: readonly Angle[], parameters: readonly string[]): string {
  const list = angles.map((angle) => angleLabel(angle, parameters)).join(',');
  return list === '' ? shown(name) : `${shown(name)}(${list})`;
}

function targetMarks(
  of: Unitary,
  name: string,
  wires: readonly number[],
  parameters: readonly string[],
): Mark[] {
  const standard = of.kind === 'standard' ? of.gate : undefined;
  if (standard === 'swap') return wires.map((wire) => ({ wire, kind: 'swap', label: '' }));
  const label = of.kind === 'standard' ? withAngles(of.gate, of.angles, parameters) : shown(name);
  return boxes(label, wires);
}

function boxes(label: string, wires: readonly number[]): Mark[] {
  return wires.map((wire, index) => {
    const short = label.replace(/\(.*/, '');
    return {
      wire,
      kind: 'box',
      label: wires.length === 1 ? label : index === 0 ? `${label}·0` : `${short}·${index}`,
    };
  });
}

function gateMarks({ name, unitary, qubits, angles }: GateOperation, parameters: readonly string[]): Mark[] {
  if (unitary.kind === 'standard' && unitary.gate === 'swap')
    return targetMarks(unitary, name, qubits, parameters);
  if (unitary.kind !== 'controlled') return boxes(withAngles(name, angles, parameters), qubits);
  const { controls, of } = unitary;
  const dots = controls.map(
    (state, index): Mark => ({
      wire: qubits[index] ?? 0,
      kind: state ? 'control' : 'open control',
      label: '',
    }),
  );
  const targets = qubits.slice(controls.length);
  const [target = 0] = targets;
  if (of.kind === 'standard' && of.gate === 'x')
    return [...dots, { wire: target, kind: 'target', label: '' }];
  if (of.kind === 'standard' && of.gate === 'z')
    return [...dots, { wire: target, kind: 'control', label: '' }];
  return [...dots, ...targetMarks(of, name, targets, parameters)];
}

class LayoutWriter {
  readonly #levels: number[];
  readonly #drawn: Drawn[] = [];

  constructor(private readonly circuit: Circuit) {
    this.#levels = Array.from({ length: circuit.qubits + circuit.bitRegisters.length }, () => 0);
  }

  layout(): Layout {
    const { circuit } = this;
    const shownOperations = circuit.operations.slice(0, operationsMax);
    for (const operation of shownOperations) this.#place(operation);
    return {
      wires: wiresOf(circuit),
      columns: Math.max(0, ...this.#drawn.map(({ column }) => column + 1)),
      drawn: this.#drawn,
      left: circuit.operations.length - shownOperations.length,
    };
  }

  #place(operation: Operation): void {
    const marks = this.#marks(operation);
    if (marks.length === 0) return;
    const wires = marks.map(({ wire }) => wire);
    const [from, to] = [Math.min(...wires), Math.max(...wires)];
    let column = 0;
    for (let wire = from; wire <= to; wire++) column = Math.max(column, this.#levels[wire] ?? 0);
    for (let wire = from; wire <= to; wire++) this.#levels[wire] = column + 1;
    const quantum = marks.filter(({ kind }) => kind !== 'bit').map(({ wire }) => wire);
    const classicalFrom = to >= this.circuit.qubits && quantum.length > 0 ? Math.max(...quantum) : -1;
    this.#drawn.push({ column, marks, from, to, classicalFrom });
  }

  #marks(operation: Operation): Mark[] {
    switch (operation.kind) {
      case 'barrier':
        return operation.qubits.map((wire) => ({ wire, kind: 'barrier', label: '' }));
      case 'reset':
        return [
          { wire: operation.qubit, kind: 'box', label: '|0⟩' },
          ...this.#conditionMarks(operation.condition),
        ];
      case 'measure':
        return [
          { wire: operation.qubit, kind: 'measure', label: 'M' },
          this.#bitMark(operation.bit, operation.condition),
        ];
      case 'gate':
        return [
          ...gateMarks(operation, this.circuit.parameters),
          ...this.#conditionMarks(operation.condition),
        ];
    }
  }

  #registerOf(bit: number): number {
    return this.circuit.bitRegisters.findIndex(({ start, size }) => bit >= start && bit < start + size);
  }

  #bitMark(bit: number, condition: Condition | null): Mark {
    const index = this.#registerOf(bit);
    const register = this.circuit.bitRegisters[index];
    const only = register?.size === 1 ? '' : String(bit - (register?.start ?? 0));
    const asked = condition === null ? '' : ` if ${this.#conditionLabel(condition)}`;
    return { wire: this.circuit.qubits + index, kind: 'bit', label: `${only}${asked}` };
  }

  #conditionMarks(condition: Condition | null): Mark[] {
    if (condition === null) return [];
    const index = this.#registerOf(condition.start);
    return [{ wire: this.circuit.qubits + index, kind: 'bit', label: this.#conditionLabel(condition) }];
  }

  #conditionLabel({ start, size, value, negated }: Condition): string {
    const register = this.circuit.bitRegisters[this.#registerOf(start)];
    const first = start - (register?.start ?? 0);
    const whole = register?.start === start && register.size === size;
    const part = whole ? '' : size === 1 ? `[${first}]` : `[${first}:${first + size - 1}]`;
    return `${part}${negated ? '≠' : '='}${value}`.slice(0, 24);
  }
}

function wiresOf({ qubitRegisters, bitRegisters }: Circuit): Wire[] {
  const qubits = qubitRegisters.flatMap(({ name, size }) =>
    Array.from({ length: size }, (_, index) => ({
      label: size === 1 ? shown(name) : `${shown(name)}[${index}]`,
      classical: false,
    })),
  );
  const bits = bitRegisters.map(({ name, size }) => ({
    label: size === 1 ? shown(name) : `${shown(name)}/${size}`,
    classical: true,
  }));
  return [...qubits, ...bits];
}

export function layoutCircuit(circuit: Circuit): Layout {
  return new LayoutWriter(circuit).layout();
}
