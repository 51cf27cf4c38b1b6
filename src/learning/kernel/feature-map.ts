/**
 * The ZZ feature map (Havlíček et al., Nature 567, 2019) of six numbers on six qubits, twice: Hadamard gates, then phases
 * 2x of each qubit and 2(π − x)(π − y) of the parity of each pair. Once as a circuit for the engine, and once in closed form
 * for one state at a time: 64 amplitudes are too few for the engine's calls to pay. A test holds the two together.
 */
import { circuit } from '../../quantum/builder.js';
import type { Circuit } from '../../quantum/circuit.js';

export const QUBITS = 6;
export const AMPLITUDES = 2 ** QUBITS;
const PAIRS = (QUBITS * (QUBITS - 1)) / 2;
export const ANGLES = QUBITS + PAIRS;
const REPEATS = 2;

/** Its parameters: the phase of each qubit, then of each pair (0,1), (0,2), … (4,5). */
export function featureMap(): Circuit {
  const builder = circuit(QUBITS);
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (let qubit = 0; qubit < QUBITS; qubit++) builder.h(qubit);
    for (let qubit = 0; qubit < QUBITS; qubit++) builder.p(builder.parameter(`x${qubit}`), qubit);
    for (let a = 0; a < QUBITS; a++)
      for (let b = a + 1; b < QUBITS; b++)
        builder
          .cx(a, b)
          .p(builder.parameter(`x${a}x${b}`), b)
          .cx(a, b);
  }
  return builder.build();
}

/** Of the circuit for six numbers. */
export function writeAngles(from: Float64Array, into: Float64Array): void {
  for (let a = 0, pair = QUBITS; a < QUBITS; a++) {
    into[a] = 2 * (from[a] as number);
    for (let b = a + 1; b < QUBITS; b++, pair++)
      into[pair] = 2 * (Math.PI - (from[a] as number)) * (Math.PI - (from[b] as number));
  }
}

/** One state at a time, in arrays of its own: real parts and imaginary parts of the 64 amplitudes. */
export class MappedState {
  readonly re = new Float64Array(AMPLITUDES);
  readonly im = new Float64Array(AMPLITUDES);
  readonly #phases = new Float64Array(AMPLITUDES);
  readonly #angles = new Float64Array(ANGLES);
  readonly #cos = new Float64Array(AMPLITUDES);
  readonly #sin = new Float64Array(AMPLITUDES);

  map(from: Float64Array): void {
    const { re, im } = this;
    writeAngles(from, this.#angles);
    this.#sumPhases();
    const cos = this.#cos;
    const sin = this.#sin;
    // After the first Hadamard gates all amplitudes are alike, so that the phases are the state.
    const scale = 1 / AMPLITUDES;
    for (let z = 0; z < AMPLITUDES; z++) {
      const phase = this.#phases[z] as number;
      cos[z] = Math.cos(phase);
      sin[z] = Math.sin(phase);
      re[z] = (cos[z] as number) * scale;
      im[z] = (sin[z] as number) * scale;
    }
    hadamards(re);
    hadamards(im);
    for (let z = 0; z < AMPLITUDES; z++) {
      const a = re[z] as number;
      const b = im[z] as number;
      const c = cos[z] as number;
      const s = sin[z] as number;
      re[z] = a * c - b * s;
      im[z] = a * s + b * c;
    }
  }

  /** Each string adds to that without its highest bit what this bit brings: 64 sums, not 64 times 21. */
  #sumPhases(): void {
    const phases = this.#phases;
    const angles = this.#angles;
    phases[0] = 0;
    for (let bit = 0; bit < QUBITS; bit++) {
      const high = 1 << bit;
      for (let z = 0; z < high; z++) {
        let phase = (phases[z] as number) + (angles[bit] as number);
        // Pairs with lower bits: parity 1 where the lower bit is 0, and back to 0 where it was 1 alone.
        for (let low = 0; low < bit; low++) {
          const angle = angles[pairAt(low, bit)] as number;
          phase += (z >> low) & 1 ? -angle : angle;
        }
        // Pairs with higher bits, which are 0: parity 1.
        for (let up = bit + 1; up < QUBITS; up++) phase += angles[pairAt(bit, up)] as number;
        phases[high | z] = phase;
      }
    }
  }
}

function pairAt(a: number, b: number): number {
  return QUBITS + (a * (2 * QUBITS - a - 1)) / 2 + (b - a - 1);
}

/** All six, without their factor 1/8. */
function hadamards(values: Float64Array): void {
  for (let half = 1; half < AMPLITUDES; half *= 2)
    for (let block = 0; block < AMPLITUDES; block += 2 * half)
      for (let z = block; z < block + half; z++) {
        const a = values[z] as number;
        const b = values[z + half] as number;
        values[z] = a + b;
        values[z + half] = a - b;
      }
}
