/** The machine of this thread for small simulations, made on first use and kept; a larger one takes its place when needed. */
import { Machine, newMemory, PAGE } from '../kernels/machine.js';

/** Kept between simulations; what is larger goes with the simulation that needed it. */
const KEPT_BYTES_MAX = 64 * 2 ** 20;
const FIRST_BYTES = 16 * PAGE;

export class LocalMachine {
  #machine: Machine | undefined;

  readonly of = (bytes: number): Machine => {
    const kept = this.#machine;
    if (kept !== undefined && kept.memory.buffer.byteLength >= bytes) return kept;
    const machine = new Machine(newMemory(Math.max(bytes, FIRST_BYTES)));
    if (bytes <= KEPT_BYTES_MAX) this.#machine = machine;
    return machine;
  };
}
