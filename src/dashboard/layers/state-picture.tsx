/**
 * A state vector drawn: a disc for each basis state, as wide as its amplitude, with a hand that points to its phase (to the
 * right: 0, upwards: π/2). Of large states the strongest amplitudes.
 */
import type { JSX } from 'preact';
import { figure, percent } from '../parts/words.js';

export interface Amplitude {
  readonly bits: string;
  readonly size: number;
  readonly phase: number;
}

const SHOWN_MAX = 32;
const RADIUS = 17;
const SMALLEST = 1e-6;

export function amplitudesOf(vector: readonly (readonly number[])[], qubits: number): Amplitude[] {
  return vector.map(([real = 0, imaginary = 0], index) => ({
    bits: index.toString(2).padStart(qubits, '0'),
    size: Math.hypot(real, imaginary),
    phase: Math.atan2(imaginary, real),
  }));
}

function shown(amplitudes: readonly Amplitude[]): readonly Amplitude[] {
  if (amplitudes.length <= SHOWN_MAX) return amplitudes;
  const strongest = amplitudes.filter(({ size }) => size > SMALLEST).sort((a, b) => b.size - a.size);
  return strongest.slice(0, SHOWN_MAX).sort((a, b) => (a.bits < b.bits ? -1 : 1));
}

function phaseWords(phase: number): string {
  const share = phase / Math.PI;
  return Math.abs(share) < 1e-9 ? '0' : `${figure(share)} π`;
}

function Disc({ amplitude: { bits, size, phase } }: { amplitude: Amplitude }): JSX.Element {
  const words = `${bits}: amplitude ${figure(size)}, phase ${phaseWords(phase)}, ${percent(size * size, 1)} likely`;
  const radius = size * RADIUS;
  const isThere = size > SMALLEST;
  return (
    <li class={isThere ? '' : 'is-empty'} title={words}>
      <svg viewBox="-20 -20 40 40" width="44" height="44" role="img" aria-label={words}>
        <circle class="is-rim" r={RADIUS} />
        {isThere && <circle class="is-size" r={radius} />}
        {isThere && (
          <path
            class="is-hand"
            d={`M0 0L${(Math.cos(phase) * RADIUS).toFixed(2)} ${(-Math.sin(phase) * RADIUS).toFixed(2)}`}
          />
        )}
      </svg>
      <span>{bits}</span>
    </li>
  );
}

export function StatePicture({
  vector,
  qubits,
}: {
  vector: readonly (readonly number[])[];
  qubits: number;
}): JSX.Element {
  const all = amplitudesOf(vector, qubits);
  const discs = shown(all);
  return (
    <>
      <ol class="state" aria-label="Amplitudes of the state">
        {discs.map((amplitude) => (
          <Disc key={amplitude.bits} amplitude={amplitude} />
        ))}
      </ol>
      <p class="muted">
        {discs.length < all.length ? `The ${discs.length} strongest of ${all.length} amplitudes. ` : ''}
        Width: amplitude. Hand: phase, 0 to the right, π/2 upwards. Qubit 0 is the last digit.
      </p>
    </>
  );
}
