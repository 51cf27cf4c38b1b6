/**
 * The coordinator's program: one simulation after another, on a memory that it shares with its crew. Started by the engine
 * with the number of threads; everything that takes long or waits happens here, never in the server's thread.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { CircuitError } from '../circuit-error.js';
import { newMemory } from '../kernels/machine.js';
import type { Machine } from '../kernels/machine.js';
import { QuantumFault } from '../quantum-fault.js';
import { carryOut } from './carry-out.js';
import type { FromCoordinator, Order } from './coordinator-messages.js';
import { Crew } from './crew.js';

/** A memory up to this size is kept for the next simulation: 22 qubits and a tape. */
const KEPT_BYTES_MAX = 96 * 2 ** 20;

const crew = new Crew((workerData as { readonly threads: number }).threads);
let machine: Machine | undefined;

function say(message: FromCoordinator): void {
  parentPort?.postMessage(message);
}

function tell({ memory }: Machine): void {
  say({ kind: 'memory', buffer: memory.buffer as unknown as SharedArrayBuffer });
}

function machineOf(bytes: number): Machine {
  if (machine !== undefined && machine.memory.buffer.byteLength >= bytes) return machine;
  crew.dismiss();
  machine = undefined;
  machine = crew.share(newMemory(bytes));
  tell(machine);
  return machine;
}

function told(error: unknown): FromCoordinator {
  if (error instanceof CircuitError) return { kind: 'circuitFault', faults: error.faults };
  if (error instanceof QuantumFault) {
    const { code, message, line, column } = error;
    const place = line === undefined || column === undefined ? undefined : { line, column };
    return { kind: 'fault', code, message, place };
  }
  return { kind: 'crash', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function answer(order: Order): void {
  if (machine !== undefined) {
    machine.reset();
    tell(machine);
  }
  try {
    say({ kind: 'result', result: carryOut(order, machineOf) });
  } catch (error) {
    say(told(error));
  }
  if (machine !== undefined && machine.memory.buffer.byteLength > KEPT_BYTES_MAX) {
    crew.dismiss();
    machine = undefined;
  }
}

parentPort?.on('message', answer);
