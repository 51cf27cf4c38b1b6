/** Refuses what is too large before anything is allocated, and says what it would have needed. */
import type { Circuit } from '../circuit.js';
import { QuantumFault } from '../quantum-fault.js';
import type { TextPlace } from '../quantum-fault.js';
import type { Limits } from './request.js';

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

export function bytesText(bytes: number): string {
  const unit = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** unit;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}

/** What a state of that many index bits takes. */
export function stateBytes(size: number): number {
  return 16 * 2 ** size;
}

/** `size` index bits are wanted: twice the qubits for a density matrix, fewer where qubits never leave 0 and 1. */
export function checkSize(size: number, circuit: Circuit, isDensity: boolean, limits: Limits): void {
  const { qubits } = circuit;
  const bytes = stateBytes(size);
  const most = Math.min(limits.memoryBytesMax, stateBytes(limits.qubitsMax));
  if (bytes <= most) return;
  const subject = isDensity
    ? `a density matrix of ${qubits} qubits needs`
    : size < qubits
      ? `${size} of ${qubits} qubits are in superposition and need`
      : `${qubits} qubits need`;
  const advice = isDensity ? '; the method TRAJECTORY needs less' : '';
  const message = `${subject} ${bytesText(bytes)}, the limit is ${bytesText(most)}${advice}`;
  throw new QuantumFault('CIRCUIT_TOO_LARGE', message, placeOf(circuit, Math.log2(most / 16)));
}

/** Of the register with which it becomes too large, where there is a text. */
function placeOf({ qubitRegisters }: Circuit, allowed: number): TextPlace | undefined {
  return qubitRegisters.find(({ start, size }) => start + size > allowed)?.place;
}
