/**
 * The H-test for periodicity (de Jager, Swanepoel and Raubenheimer 1989, A&A 221): are phases uniform, or do they gather
 * somewhere? It needs no choice of bin or of harmonics, and is strong for narrow peaks, which is what a failing nightly
 * job is. Called by the finder of periods.
 */

const HARMONICS_MAX = 20;

export interface PhaseTest {
  /** H: the largest of Z²_m - 4m + 4 over m harmonics. */
  readonly statistic: number;
  /** The m at which it was largest: about 1 / (4 x the width of the peak). */
  readonly harmonics: number;
  /** Length of the mean vector of the phases, 0..1. */
  readonly coherence: number;
}

/** Phases in turns: only their fraction counts. */
export function phaseTest(phases: ArrayLike<number>, count = phases.length): PhaseTest {
  const cosines = new Float64Array(HARMONICS_MAX);
  const sines = new Float64Array(HARMONICS_MAX);
  for (let i = 0; i < count; i++) addHarmonics(2 * Math.PI * (phases[i] as number), cosines, sines);
  let power = 0;
  let statistic = Number.NEGATIVE_INFINITY;
  let harmonics = 1;
  for (let m = 1; m <= HARMONICS_MAX; m++) {
    power += (2 / count) * ((cosines[m - 1] as number) ** 2 + (sines[m - 1] as number) ** 2);
    if (power - 4 * m + 4 <= statistic) continue;
    statistic = power - 4 * m + 4;
    harmonics = m;
  }
  return { statistic, harmonics, coherence: Math.hypot(cosines[0] as number, sines[0] as number) / count };
}

/** cos and sin of k times the angle by the recurrence of rotations: two calls of Math instead of forty. */
function addHarmonics(angle: number, cosines: Float64Array, sines: Float64Array): void {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  let x = c;
  let y = s;
  for (let k = 0; k < HARMONICS_MAX; k++) {
    cosines[k] = (cosines[k] as number) + x;
    sines[k] = (sines[k] as number) + y;
    [x, y] = [x * c - y * s, x * s + y * c];
  }
}

/** ln P(H > h) of uniform phases: -0.4 h (de Jager and Büsching, A&A 517, 2010). */
export function logSurprise(statistic: number): number {
  return Math.min(0, -0.4 * statistic);
}
