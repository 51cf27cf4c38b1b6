/**
 * Circuits without a text: the builder's calls as JSON, for mesh files and requests. Called when a mesh is checked and when a
 * circuit runs; the shape has been checked before, what it means is checked here.
 */
import { type CircuitBuilder, circuit } from './builder.js';
import { CircuitError } from './circuit-error.js';
import type { Angle, Circuit } from './circuit.js';
import type { MatrixRows } from './noise/noise-model.js';

/** Exactly one of `gate`, `measure`, `reset` and `barrier`. */
export interface CircuitStep {
  /** Of qelib1.inc; any name where there is a `matrix`. */
  readonly gate?: string;
  readonly qubits?: readonly number[];
  /** Radians; a text is the name of a parameter. */
  readonly angles?: readonly (number | string)[];
  /** Unitary, on up to 3 qubits, the first being the least significant. */
  readonly matrix?: MatrixRows;
  /** Qubit; its bit is `bit`, or the one of the same number. */
  readonly measure?: number;
  readonly bit?: number;
  readonly reset?: number;
  /** Qubits; none means all. */
  readonly barrier?: readonly number[];
  /** The step happens where the `size` bits from `start` on hold the value. */
  readonly when?: { readonly start: number; readonly size?: number; readonly value: number };
}

export interface CircuitForm {
  readonly qubits: number;
  readonly operations: readonly CircuitStep[];
}

/** Throws CircuitError; its message begins with the place: `operations[2]: …`. */
export function circuitOfForm({ qubits, operations }: CircuitForm): Circuit {
  const builder = circuit(qubits);
  for (const [index, step] of operations.entries()) {
    try {
      add(builder, step);
    } catch (error) {
      if (!(error instanceof CircuitError)) throw error;
      throw new CircuitError({ code: error.code, message: `operations[${index}]: ${error.message}` });
    }
  }
  return builder.build();
}

function add(builder: CircuitBuilder, step: CircuitStep): void {
  const { when } = step;
  if (when === undefined) return addPlain(builder, step);
  builder.when({ start: when.start, size: when.size ?? 1 }, when.value, () => addPlain(builder, step));
}

function addPlain(
  builder: CircuitBuilder,
  { gate, qubits = [], angles = [], matrix, measure, bit, reset, barrier }: CircuitStep,
): void {
  const given = [gate ?? matrix, measure, reset, barrier].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new CircuitError({
      code: 'BAD_VALUE',
      message: 'a step has exactly one of gate, measure, reset and barrier',
    });
  if (matrix !== undefined) builder.gate(interleaved(matrix), qubits, gate);
  else if (gate !== undefined)
    builder.apply(
      gate,
      angles.map((angle) => angleOf(builder, angle)),
      ...qubits,
    );
  else if (measure !== undefined) builder.measure(measure, bit);
  else if (reset !== undefined) builder.reset(reset);
  else builder.barrier(...(barrier ?? []));
}

function angleOf(builder: CircuitBuilder, angle: number | string): Angle {
  return typeof angle === 'number' ? angle : builder.parameter(angle);
}

function interleaved(rows: MatrixRows): number[] {
  return rows.flatMap((row) =>
    row.flatMap((entry) => (typeof entry === 'number' ? [entry, 0] : [entry[0], entry[1]])),
  );
}
