/**
 * A weighted sum of fidelities with many states is the expectation value of one observable: Σ wₘ|⟨ψₘ|ψ⟩|² = ⟨ψ|A|ψ⟩ with
 * A = Σ wₘ|ψₘ⟩⟨ψₘ|. So a prediction costs what 32 landmarks would, whatever their number (200 took 97 µs one by one).
 */
import { AMPLITUDES } from './feature-map.js';
import type { MappedState } from './feature-map.js';

/** Hermitian. Of pairs i > j, row by row; then the diagonal, which is real. */
export interface StateObservable {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly diagonal: Float64Array;
}

const PAIRS = (AMPLITUDES * (AMPLITUDES - 1)) / 2;

/** `states`: interleaved amplitudes, as the engine gives them. */
export function observableOf(states: readonly Float64Array[], weights: Float64Array): StateObservable {
  const observable = {
    re: new Float64Array(PAIRS),
    im: new Float64Array(PAIRS),
    diagonal: new Float64Array(AMPLITUDES),
  };
  const { re, im, diagonal } = observable;
  for (const [m, state] of states.entries()) {
    const weight = weights[m] as number;
    for (let i = 0, pair = 0; i < AMPLITUDES; i++) {
      const [ir, ii] = [state[2 * i] as number, state[2 * i + 1] as number];
      for (let j = 0; j < i; j++, pair++) {
        const [jr, ji] = [state[2 * j] as number, state[2 * j + 1] as number];
        re[pair] = (re[pair] as number) + weight * (ir * jr + ii * ji);
        im[pair] = (im[pair] as number) + weight * (ii * jr - ir * ji);
      }
      diagonal[i] = (diagonal[i] as number) + weight * (ir * ir + ii * ii);
    }
  }
  return observable;
}

/** Arrays are not taken apart here: in the innermost loop that costs three times the arithmetic. */
export function expectation({ re, im, diagonal }: StateObservable, state: MappedState): number {
  const stateRe = state.re;
  const stateIm = state.im;
  let total = 0;
  let pair = 0;
  for (let i = 0; i < AMPLITUDES; i++) {
    let rowRe = 0;
    let rowIm = 0;
    for (let j = 0; j < i; j++) {
      const a = re[pair] as number;
      const b = im[pair] as number;
      const c = stateRe[j] as number;
      const d = stateIm[j] as number;
      rowRe += a * c - b * d;
      rowIm += a * d + b * c;
      pair += 1;
    }
    const c = stateRe[i] as number;
    const d = stateIm[i] as number;
    total += 2 * (c * rowRe + d * rowIm) + (diagonal[i] as number) * (c * c + d * d);
  }
  return total;
}
