/** The program of one thread of the crew. Started by the coordinator; its orders come as messages. */
import { parentPort } from 'node:worker_threads';
import { Machine } from '../kernels/machine.js';

export interface HelpOrder {
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
  readonly part: number;
}

parentPort?.on('message', ({ memory, module, part }: HelpOrder) => new Machine(memory, module).help(part));
