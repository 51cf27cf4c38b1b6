/** What a circuit answers, as JSON: the output of its task, and the answer of the API to who asks at once. */
import type { SimulationResult } from '../quantum/engine/request.js';

function pairs(statevector: Float64Array): number[][] {
  const amplitudes: number[][] = [];
  for (let i = 0; i < statevector.length; i += 2)
    amplitudes.push([statevector[i] as number, statevector[i + 1] as number]);
  return amplitudes;
}

export interface CircuitAnswer {
  readonly qubits: number;
  readonly method: string;
  readonly seed: number;
  readonly shots: number;
  readonly counts?: Readonly<Record<string, number>>;
  /** The most probable first. */
  readonly probabilities?: readonly { readonly bits: string; readonly probability: number }[];
  /** [real part, imaginary part]; bit k of the index is qubit k. */
  readonly statevector?: readonly (readonly number[])[];
  readonly expectations?: Readonly<Record<string, number>>;
}

export function answerOf({
  counts,
  probabilities,
  statevector,
  expectations,
  meta,
}: SimulationResult): CircuitAnswer {
  return {
    qubits: meta.qubits,
    method: meta.method,
    seed: Number(meta.seed),
    shots: meta.shots,
    ...(counts !== undefined && { counts }),
    ...(probabilities !== undefined && { probabilities }),
    ...(statevector !== undefined && { statevector: pairs(statevector) }),
    ...(expectations !== undefined && { expectations }),
  };
}
