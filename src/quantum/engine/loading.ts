/** Puts programs into machines. Called by everything that runs them. */
import type { Program } from '../compile/program.js';
import { PAGE, TAPE } from '../kernels/machine.js';
import type { Machine } from '../kernels/machine.js';
import { stateBytes } from './limits.js';

/** Answers a machine with at least so many bytes of memory. */
export type MachineOf = (bytes: number) => Machine;

/** The state stands behind the tape, on a page of its own. */
export function loaded(
  program: Program,
  machineOf: MachineOf,
  runs = 1,
): { machine: Machine; state: number } {
  const state = TAPE + Math.ceil(program.tape.bytes / PAGE) * PAGE;
  const machine = machineOf(state + stateBytes(program.size));
  machine.load(program.tape, runs);
  return { machine, state };
}
