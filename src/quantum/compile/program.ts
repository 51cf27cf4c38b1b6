/**
 * A program: runs of passes between the things that need the engine (measurements in the middle, resets, conditions, noise
 * that depends on the state), and what the bits hold at the end. Pure data but for the tape; made by program-maker.ts.
 */
import type { Condition } from '../circuit.js';
import type { Matrix } from '../gates/matrix.js';
import type { TapeWriter } from '../kernels/tape.js';

/** Where a qubit is: a position in the state (and that of its bra in a density matrix), or a value that is known. */
export type Place =
  | { readonly kind: 'state'; readonly position: number; readonly bra: number }
  | { readonly kind: 'known'; readonly value: 0 | 1 };

export type Item =
  | {
      readonly kind: 'run';
      readonly from: number;
      readonly count: number;
      readonly condition: Condition | null;
    }
  | {
      readonly kind: 'measure';
      readonly place: Place;
      readonly bit: number;
      readonly condition: Condition | null;
    }
  | { readonly kind: 'reset'; readonly place: Place; readonly condition: Condition | null }
  /** One of the operators happens, with the probability that the state gives it. */
  | {
      readonly kind: 'kraus';
      readonly places: readonly Place[];
      readonly operators: readonly Matrix[];
      readonly condition: Condition | null;
    };

/** A bit of the result that is read from the final state. */
export interface FinalBit {
  readonly bit: number;
  readonly place: Place;
}

export interface Program {
  readonly items: readonly Item[];
  readonly tape: TapeWriter;
  /** Bits of the state's index at the end. */
  readonly size: number;
  readonly isDensity: boolean;
  readonly places: readonly Place[];
  readonly finalBits: readonly FinalBit[];
  /** Characters of a bit string: the bits, or the qubits of a circuit that measures nothing. */
  readonly width: number;
  readonly global: readonly [re: number, im: number];
}

export function isDynamic(program: Program): boolean {
  return program.items.some((item) => item.kind !== 'run');
}
