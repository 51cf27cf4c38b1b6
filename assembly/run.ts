/**
 * Runs tapes, alone or with the threads that share the memory. The entry of the module: `run` is called by the thread that
 * owns the memory, `help` by all others. A pass is cut into chunks, and whoever is awake takes the next one, so that nobody
 * waits for a thread that the system has put to sleep, unless it holds a chunk. Threads take from both ends: pass after pass
 * each meets the part of the state that is in its own cache (a state of 1 MiB took two threads as long as one without that).
 */
import {
  accumulate,
  clear,
  copy,
  dense1,
  dense2,
  dense2flip,
  denseMany,
  diagonal1,
  diagonalRun,
  element,
  flip1,
  flip2,
  flipIn,
  flipMany,
  phaseMany,
  real1,
  real2flip,
  squares,
} from './kernels';
import { CHUNK_LOG, CODE, COUNT_LOG, PASS_BYTES } from './pass';

// Exported, kernels are not inlined into the switch below: each is then optimised by itself, also while a long tape runs.
export * from './kernels';

/** Words of the header at address 0; src/quantum/kernels/machine.ts has the same. */
const CANCELLED: usize = 0;
const PASSES_DONE: usize = 4;
/** Grows with every shared pass: what helpers sleep on. */
const GENERATION: usize = 8;
/** Chunks of the shared pass that are not finished. */
const LEFT: usize = 12;
/** 64 bits: the chunks that were taken from the lower end (20 bits), from the upper end (20), and how many there are. */
const TICKETS: usize = 16;
const PASS: usize = 24;
const STATE: usize = 28;
const LEAVE: usize = 32;
const SLEEPERS: usize = 36;
/** 256 bytes for each thread, from here on. */
const SCRATCH: usize = 1024;

const UPPER: i64 = 20;
const TOTAL: i64 = 40;
const TAKEN: i64 = 0xfffff;
/** About 20 microseconds: one shared pass mostly follows another. */
const SPINS = 4000;

function apply(pass: usize, state: usize, from: u32, to: u32, part: u32): void {
  switch (load<u32>(pass, CODE)) {
    case 0:
      return dense1(pass, state, from, to);
    case 1:
      return real1(pass, state, from, to);
    case 2:
      return diagonal1(pass, state, from, to);
    case 3:
      return flip1(pass, state, from, to);
    case 4:
      return flip2(pass, state, from, to);
    case 5:
      return flipMany(pass, state, from, to);
    case 6:
      return phaseMany(pass, state, from, to);
    case 7:
      return dense2(pass, state, from, to);
    case 8:
      return dense2flip(pass, state, from, to);
    case 9:
      return real2flip(pass, state, from, to);
    case 10:
      return denseMany(pass, state, from, to, SCRATCH + (usize(part) << 8));
    case 11:
      return diagonalRun(pass, state, from, to);
    case 12:
      return clear(pass, state, from, to);
    case 13:
      return copy(pass, state, from, to);
    case 14:
      return squares(pass, state, from, to);
    case 15:
      return element(pass, state, from, to);
    case 16:
      return accumulate(pass, state, from, to);
    case 17:
      return flipIn(pass, state, from, to);
  }
}

/** Takes chunks of the shared pass until there are none. What a ticket refers to stays as it is until its chunk is done. */
function drain(part: u32): void {
  const isUpper = (part & 1) === 1;
  for (;;) {
    const ticket = atomic.add<i64>(TICKETS, isUpper ? 1 << UPPER : 1);
    const lower = ticket & TAKEN;
    const upper = (ticket >> UPPER) & TAKEN;
    const total = ticket >> TOTAL;
    if (lower + upper >= total) return;
    const chunk = isUpper ? total - 1 - upper : lower;
    const pass = load<usize>(PASS);
    const chunkLog = load<u32>(pass, CHUNK_LOG);
    const from = u32(chunk) << chunkLog;
    apply(pass, load<usize>(STATE), from, from + (1 << chunkLog), part);
    if (atomic.sub<i32>(LEFT, 1) === 1) atomic.notify(LEFT, 1);
  }
}

function share(pass: usize, state: usize, chunks: u32): void {
  store<usize>(PASS, pass);
  store<usize>(STATE, state);
  atomic.store<i32>(LEFT, chunks);
  atomic.store<i64>(TICKETS, i64(chunks) << TOTAL);
  atomic.add<i32>(GENERATION, 1);
  if (atomic.load<i32>(SLEEPERS) !== 0) atomic.notify(GENERATION, -1);
  drain(0);
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(LEFT) === 0) return;
  for (let left = atomic.load<i32>(LEFT); left !== 0; left = atomic.load<i32>(LEFT))
    atomic.wait<i32>(LEFT, left, -1);
}

/** A whole pass in chunks, so that a kernel that was optimised in the meantime comes into use at the next one. */
function alone(pass: usize, state: usize, chunks: u32, chunkLog: u32): void {
  for (let chunk: u32 = 0; chunk < chunks; chunk++)
    apply(pass, state, chunk << chunkLog, (chunk + 1) << chunkLog, 0);
}

/** Answers 1 when it was cancelled. With helpers it may wait: never in the server's own thread. */
export function run(tape: usize, count: i32, state: usize, hasHelpers: i32): i32 {
  for (let k = 0; k < count; k++) {
    const pass = tape + usize(k) * PASS_BYTES;
    const chunkLog = load<u32>(pass, CHUNK_LOG);
    const chunks = u32(1) << (load<u32>(pass, COUNT_LOG) - chunkLog);
    if (hasHelpers && chunks > 1) share(pass, state, chunks);
    else alone(pass, state, chunks, chunkLog);
    atomic.add<i32>(PASSES_DONE, 1);
    if (atomic.load<i32>(CANCELLED) !== 0) return 1;
  }
  return 0;
}

/** Helps with shared passes until it is told to leave. */
export function help(part: u32): void {
  for (;;) {
    const generation = atomic.load<i32>(GENERATION);
    drain(part);
    if (atomic.load<i32>(LEAVE) !== 0) return;
    let i = 0;
    while (i < SPINS && atomic.load<i32>(GENERATION) === generation) i++;
    if (i < SPINS) continue;
    atomic.add<i32>(SLEEPERS, 1);
    atomic.wait<i32>(GENERATION, generation, -1);
    atomic.sub<i32>(SLEEPERS, 1);
  }
}
