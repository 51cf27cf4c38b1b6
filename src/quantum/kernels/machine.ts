/**
 * One memory with the kernels in it: header, scratch, slots, a place for the engine's own passes, the tape, and states. A
 * thread that shares the memory makes a machine of its own over it. States and cancel flag live in the memory, nothing else.
 */
import { assert } from '../../kit/assert.js';
import { kernelsBinary } from './kernels-binary.js';
import { TapeWriter } from './tape.js';
import type { Slots } from './tape.js';

export const PAGE = 65_536;
/** Two numbers for each chunk of a reduction, 4,096 chunks at most. */
export const SLOTS = 1 * PAGE;
const OWN_PASSES = 2 * PAGE;
export const TAPE = 3 * PAGE;

/** Words of the header; assembly/run.ts has the same, and those that are missing here. */
export const header = { cancelled: 0, passesDone: 1, generation: 2, leave: 8, passesTotal: 10 } as const;

interface Kernels {
  run(tape: number, count: number, state: number, hasHelpers: number): number;
  help(part: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** Compiled once in a process; handed to threads, for which it is then compiled already. */
export function kernelsModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(Buffer.from(kernelsBinary, 'base64'));
  return compiled;
}

export function newMemory(bytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: PAGE, shared: true });
}

export class Machine {
  readonly memory: WebAssembly.Memory;
  readonly words: Int32Array;
  readonly numbers: Float64Array;
  readonly #kernels: Kernels;
  readonly #own = new TapeWriter(OWN_PASSES);
  /** Whether other threads help with this memory: then runs may wait for them. */
  hasHelpers = false;

  constructor(memory: WebAssembly.Memory, module: WebAssembly.Module = kernelsModule()) {
    this.memory = memory;
    this.words = new Int32Array(memory.buffer);
    this.numbers = new Float64Array(memory.buffer);
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    this.#kernels = exports as unknown as Kernels;
  }

  /** `runs` is how often it is going to be run, for whoever watches the progress. */
  load(tape: TapeWriter, runs = 1): void {
    Atomics.add(this.words, header.passesTotal, tape.count * runs);
    this.numbers.set(tape.constants, TAPE / 8);
    this.words.set(tape.words, tape.wordsAddress / 4);
  }

  /** False when it was cancelled. */
  run(tape: number, count: number, state: number): boolean {
    return this.#kernels.run(tape, count, state, this.hasHelpers ? 1 : 0) === 0;
  }

  /** Helps the thread that runs passes in this memory until it is told to leave; `part` counts the helpers from 1. */
  help(part: number): void {
    this.#kernels.help(part);
  }

  /** Runs passes that are written now. */
  runOwn<T>(state: number, write: (tape: TapeWriter) => T): T {
    const tape = this.#own;
    tape.reset();
    const result = write(tape);
    assert(tape.bytes <= PAGE, 'the engine wrote more passes of its own than there is room for');
    this.numbers.set(tape.constants, OWN_PASSES / 8);
    this.words.set(tape.words, tape.wordsAddress / 4);
    this.run(tape.wordsAddress, tape.count, state);
    return result;
  }

  /** The sum of a reduction's parts, always in the same order. */
  sum({ address, count }: Slots): readonly [re: number, im: number] {
    let re = 0;
    let im = 0;
    const at = address / 8;
    for (let i = 0; i < count; i++) {
      re += this.numbers[at + 2 * i] as number;
      im += this.numbers[at + 2 * i + 1] as number;
    }
    return [re, im];
  }

  /** Before a new run: no flag is up, nothing has been done. */
  reset(): void {
    for (const word of [header.cancelled, header.passesDone, header.passesTotal])
      Atomics.store(this.words, word, 0);
  }

  amplitudes(state: number, size: number): Float64Array {
    return new Float64Array(this.memory.buffer, state, 2 * 2 ** size);
  }
}
