/** A state that a program left in a machine's memory, and what tells how to read it. */
import type { Program } from '../compile/program.js';
import type { Machine } from '../kernels/machine.js';

export interface StateInMemory {
  readonly machine: Machine;
  readonly program: Program;
  /** Its address. */
  readonly state: number;
}
