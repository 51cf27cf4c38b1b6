/**
 * Makes a program of a circuit: lowers and fuses the gates between two interruptions, and writes all passes on one tape once
 * the size of the state is known and allowed. For a density matrix every primitive comes twice, for kets and for bras.
 */
import type { ParameterValues } from '../angle.js';
import type { Circuit, Condition, Operation } from '../circuit.js';
import { conjugate, kronecker, sum } from '../gates/matrix.js';
import type { Matrix } from '../gates/matrix.js';
import { TAPE } from '../kernels/machine.js';
import { TapeWriter } from '../kernels/tape.js';
import { encode, Layout } from './encode.js';
import { finalMeasurements } from './final-measurements.js';
import { Fuser } from './fuse.js';
import type { Fused } from './fuse.js';
import { lower } from './lower.js';
import type { Pass } from './pass.js';
import { linesOf } from './pass.js';
import { onBras } from './primitive.js';
import type { Primitive } from './primitive.js';
import type { FinalBit, Item, Place, Program } from './program.js';

/** What noise does at one place: operators on qubits. A single operator happens for certain. */
export interface NoiseStep {
  readonly qubits: readonly number[];
  readonly operators: readonly Matrix[];
}

export interface ProgramOptions {
  readonly values: ParameterValues;
  readonly isFusing?: boolean;
  readonly isDensity?: boolean;
  /** What noise follows an operation; asked once for each gate, in order. */
  readonly noise?: (operation: Extract<Operation, { kind: 'gate' }>) => readonly NoiseStep[];
  /** Called with the size of the state before anything of that size is made; throws where it is too large. */
  readonly allow?: (size: number) => void;
}

type Part =
  | { readonly kind: 'passes'; readonly passes: readonly Pass[]; readonly condition: Condition | null }
  | {
      readonly kind: 'item';
      readonly make: (placeOf: (name: number) => Place) => Item;
      readonly enters: readonly number[];
    };

const RESET: readonly Matrix[] = [
  Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0),
  Float64Array.of(0, 0, 1, 0, 0, 0, 0, 0),
];

export function makeProgram(circuit: Circuit, options: ProgramOptions): Program {
  return new ProgramMaker(circuit, options).make();
}

class ProgramMaker {
  readonly #circuit: Circuit;
  readonly #options: ProgramOptions;
  readonly #isDensity: boolean;
  readonly #parts: Part[] = [];
  #fuser: Fuser;
  #re = 1;
  #im = 0;

  constructor(circuit: Circuit, options: ProgramOptions) {
    this.#circuit = circuit;
    this.#options = options;
    this.#isDensity = options.isDensity ?? false;
    const lines = circuit.qubits * (this.#isDensity ? 2 : 1);
    const names = Array.from({ length: lines }, (_, line) => line);
    this.#fuser = this.#nextFuser({ names, known: new Map(names.map((line) => [line, 0])) });
  }

  make(): Program {
    const { final, skipped } = finalMeasurements(this.#circuit);
    for (const operation of this.#circuit.operations) if (!skipped.has(operation)) this.#operation(operation);
    const fused = this.#break();
    return this.#placed(fused, final);
  }

  #nextFuser(from: Pick<Fused, 'names' | 'known'>): Fuser {
    return new Fuser({ names: from.names, known: from.known, isFusing: this.#options.isFusing ?? true });
  }

  /** Ends the run of passes; a new one begins with what is known. */
  #break(condition: Condition | null = null): Fused {
    const fused = this.#fuser.finish();
    if (fused.passes.length > 0) this.#parts.push({ kind: 'passes', passes: fused.passes, condition });
    if (condition === null) {
      const [re, im] = fused.global;
      [this.#re, this.#im] = [this.#re * re - this.#im * im, this.#re * im + this.#im * re];
    }
    this.#fuser = this.#nextFuser(fused);
    return fused;
  }

  #emit(primitive: Primitive): void {
    this.#fuser.add(primitive);
    if (this.#isDensity) this.#fuser.add(onBras(primitive, this.#circuit.qubits));
  }

  #linesOf(qubits: readonly number[]): number[] {
    return this.#isDensity
      ? [...qubits, ...qubits.map((qubit) => qubit + this.#circuit.qubits)]
      : [...qubits];
  }

  #operation(operation: Operation): void {
    switch (operation.kind) {
      case 'barrier':
        return;
      case 'gate':
        return operation.condition === null ? this.#gate(operation) : this.#conditionalGate(operation);
      case 'measure':
        return this.#interrupt([operation.qubit], operation.condition !== null, ([place]) => ({
          kind: 'measure',
          place: place as Place,
          bit: operation.bit,
          condition: operation.condition,
        }));
      case 'reset':
        return this.#reset(operation.qubit, operation.condition);
    }
  }

  #gate(operation: Extract<Operation, { kind: 'gate' }>): void {
    lower(operation.unitary, operation.qubits, this.#options.values, (primitive) => this.#emit(primitive));
    for (const step of this.#options.noise?.(operation) ?? []) this.#noise(step, null);
  }

  /** All its qubits enter first, so that the layout is the same whether it happens or not. */
  #conditionalGate(operation: Extract<Operation, { kind: 'gate' }>): void {
    this.#fuser.enter(this.#linesOf(operation.qubits));
    this.#break();
    const { condition } = operation;
    lower(operation.unitary, operation.qubits, this.#options.values, (primitive) => {
      for (const part of withoutSwap(primitive)) this.#emit(part);
    });
    this.#break(condition);
    for (const step of this.#options.noise?.(operation) ?? []) {
      this.#noise(step, condition);
      this.#break(condition);
    }
  }

  #noise({ qubits, operators }: NoiseStep, condition: Condition | null): void {
    const [first, ...others] = operators as readonly [Matrix, ...Matrix[]];
    if (this.#isDensity) {
      const whole = operators.map((k) => kronecker(conjugate(k), k)).reduce(sum);
      return this.#fuser.add({ kind: 'matrix', lines: this.#linesOf(qubits), matrix: whole });
    }
    if (others.length === 0) return this.#fuser.add({ kind: 'matrix', lines: qubits, matrix: first });
    this.#interrupt(qubits, true, (places) => ({ kind: 'kraus', places, operators, condition }));
  }

  #reset(qubit: number, condition: Condition | null): void {
    if (this.#isDensity) {
      this.#fuser.enter(this.#linesOf([qubit]));
      if (condition !== null) this.#break();
      this.#noise({ qubits: [qubit], operators: RESET }, condition);
      if (condition !== null) this.#break(condition);
      return;
    }
    this.#interrupt([qubit], true, ([place]) => ({ kind: 'reset', place: place as Place, condition }));
  }

  #interrupt(qubits: readonly number[], enters: boolean, make: (places: readonly Place[]) => Item): void {
    if (enters) this.#fuser.enter(this.#linesOf(qubits));
    const { names, known } = this.#break();
    const count = this.#circuit.qubits;
    const isDensity = this.#isDensity;
    const own = this.#linesOf(qubits).map((line) => names[line] as number);
    this.#parts.push({
      kind: 'item',
      enters: own.filter((name) => !known.has(name)),
      make: (placeOf) =>
        make(
          qubits.map((qubit) => {
            const name = names[qubit] as number;
            const value = known.get(name);
            if (value !== undefined) return { kind: 'known', value };
            const bra = isDensity ? placeOf(names[qubit + count] as number) : placeOf(name);
            return joined(placeOf(name), bra);
          }),
        ),
    });
  }

  #placed(fused: Fused, final: ReadonlyMap<number, number>): Program {
    const entered = new Set(
      this.#parts.flatMap((part) => (part.kind === 'passes' ? part.passes.flatMap(linesOf) : part.enters)),
    );
    const unknown = fused.names.filter((name) => !fused.known.has(name));
    for (const name of unknown) entered.add(name);
    this.#options.allow?.(entered.size);
    const layout = new Layout();
    const tape = new TapeWriter(TAPE);
    const clear = tape.clear(entered.size, true);
    const items = this.#items(layout, tape);
    const place = (qubit: number): Place => this.#finalPlace(qubit, fused, layout);
    const places = Array.from({ length: this.#circuit.qubits }, (_, qubit) => place(qubit));
    tape.clearOnly(clear, layout.clearSize);
    const measures = this.#circuit.operations.some((operation) => operation.kind === 'measure');
    const finalBits: readonly FinalBit[] = measures
      ? [...final].map(([bit, qubit]) => ({ bit, place: places[qubit] as Place }))
      : places.map((of, qubit) => ({ bit: qubit, place: of }));
    return {
      items,
      tape,
      size: entered.size,
      isDensity: this.#isDensity,
      places,
      finalBits: finalBits.toSorted((a, b) => a.bit - b.bit),
      width: measures ? this.#circuit.bits : this.#circuit.qubits,
      global: [this.#re, this.#im],
    };
  }

  #items(layout: Layout, tape: TapeWriter): Item[] {
    const items: Item[] = [{ kind: 'run', from: 0, count: 1, condition: null }];
    const isStatic = this.#parts.every((part) => part.kind === 'passes' && part.condition === null);
    const placeOf = (name: number): Place => ({ kind: 'state', position: layout.enter(name), bra: -1 });
    for (const part of this.#parts) {
      if (part.kind === 'item') {
        items.push(part.make(placeOf));
        continue;
      }
      const from = tape.count;
      for (const pass of part.passes) encode(pass, layout, tape, isStatic);
      items.push({ kind: 'run', from, count: tape.count - from, condition: part.condition });
    }
    return items;
  }

  #finalPlace(qubit: number, { names, known }: Fused, layout: Layout): Place {
    const name = names[qubit] as number;
    const value = known.get(name);
    if (value !== undefined) return { kind: 'known', value };
    const bra = this.#isDensity ? layout.enter(names[qubit + this.#circuit.qubits] as number) : -1;
    return { kind: 'state', position: layout.enter(name), bra };
  }
}

function joined(ket: Place, bra: Place): Place {
  return ket.kind === 'state' && bra.kind === 'state' ? { ...ket, bra: bra.position } : ket;
}

/** A gate that may not happen cannot rename lines. */
function withoutSwap(primitive: Primitive): readonly Primitive[] {
  if (primitive.kind !== 'swap') return [primitive];
  const { a, b } = primitive;
  return [
    { kind: 'flip', controls: [a], target: b },
    { kind: 'flip', controls: [b], target: a },
    { kind: 'flip', controls: [a], target: b },
  ];
}
