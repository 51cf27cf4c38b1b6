/**
 * The threads that help the coordinator with the passes in its memory. They sleep in the memory until there is something to
 * do; when the memory changes they are called back to their event loops, and sent into the new one. Used inside the
 * coordinator's thread only: it waits, which the server's own thread never does.
 */
import { Worker } from 'node:worker_threads';
import { ownProgram } from '../../kit/own-program.js';
import { header, kernelsModule, Machine } from '../kernels/machine.js';
import type { HelpOrder } from './crew-thread.js';

export class Crew {
  readonly #members: Worker[] = [];
  readonly #size: number;
  #machine: Machine | undefined;

  /** `threads` counts the coordinator itself. */
  constructor(threads: number) {
    this.#size = threads - 1;
  }

  /** A machine over the memory that all threads work on. Nobody is waited for: who comes late helps from then on. */
  share(memory: WebAssembly.Memory): Machine {
    this.dismiss();
    const machine = new Machine(memory);
    machine.hasHelpers = this.#size > 0;
    while (this.#members.length < this.#size)
      this.#members.push(new Worker(ownProgram('./crew-thread', import.meta.url), { execArgv: [] }));
    for (const [k, member] of this.#members.entries()) {
      const order: HelpOrder = { memory, module: kernelsModule(), part: k + 1 };
      member.postMessage(order);
    }
    this.#machine = machine;
    return machine;
  }

  /** Calls the threads back; the memory is then nobody's but the caller's. */
  dismiss(): void {
    const words = this.#machine?.words;
    this.#machine = undefined;
    if (words === undefined) return;
    Atomics.store(words, header.leave, 1);
    Atomics.add(words, header.generation, 1);
    Atomics.notify(words, header.generation);
  }
}
