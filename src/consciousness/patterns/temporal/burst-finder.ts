/**
 * Sees that events come much faster than they used to, one event at a time: a CUSUM on the gaps between them (Page 1954;
 * for Poisson, Lucas 1985) against five times the rate. The rate before is not known but estimated from few gaps, and
 * the ratio of likelihoods takes that into account. Called by the recogniser of patterns with times from the history.
 */

/** What counts as a burst. */
const FACTOR = 5;
/** Gaps of quiet times that the rate is estimated from: at least, and the latest at most. */
const BASELINE_MIN = 20;
const BASELINE_MAX = 128;
/** A gap becomes part of the baseline when this many more events came without alarm. */
const SETTLING = 16;
/** Where the sum alarms. Measured: 0.1 false alarms per 1,000 Poisson events, see the test. */
const ALARM = 8;
/** The burst is over when the same sum for the opposite reaches this. */
const OVER = 4;

export interface Burst {
  /** The event with which it probably began, and the one with which it was seen. */
  readonly sinceMs: number;
  readonly atMs: number;
  readonly events: number;
  /** Per second. */
  readonly rateBefore: number;
  readonly rate: number;
}

export interface BurstState {
  readonly baseline: readonly number[];
  readonly settling: readonly number[];
  readonly sum: number;
  readonly lastMs: number | null;
  /** Of the rise of the sum that is under way: its first event and their number. */
  readonly sinceMs: number;
  readonly events: number;
  readonly bursting: boolean;
}

const START: BurstState = {
  ...{ baseline: [], settling: [], sum: 0, lastMs: null, sinceMs: 0, events: 0 },
  bursting: false,
};

/** States: quiet, with a sum that rises with short gaps; bursting, with a sum that rises with long ones. */
export class BurstFinder {
  #state: BurstState;

  constructor(state: BurstState = START) {
    this.#state = state;
  }

  snapshot(): BurstState {
    return this.#state;
  }

  get bursting(): boolean {
    return this.#state.bursting;
  }

  /** In ascending order of time. Answers the burst with the event that makes it known, else null. */
  event(atMs: number): Burst | null {
    const { lastMs, baseline, bursting } = this.#state;
    this.#state = { ...this.#state, lastMs: atMs };
    if (lastMs === null) return null;
    const gap = Math.max(atMs - lastMs, 1);
    if (baseline.length < BASELINE_MIN) this.#settle(gap);
    else if (bursting) this.#wait(gap);
    else return this.#watch(gap, lastMs, atMs);
    return null;
  }

  #watch(gap: number, lastMs: number, atMs: number): Burst | null {
    const before = this.#state;
    const sum = Math.max(0, before.sum + this.#evidence(gap));
    const rising = before.sum > 0;
    const sinceMs = rising ? before.sinceMs : lastMs;
    const events = sum === 0 ? 0 : (rising ? before.events : 1) + 1;
    this.#state = { ...before, sum, sinceMs, events };
    this.#settle(gap);
    if (sum < ALARM) return null;
    const { baseline } = before;
    this.#state = { ...this.#state, baseline, settling: [], sum: 0, events: 0, bursting: true };
    const rate = (1000 * (events - 1)) / Math.max(1, atMs - sinceMs);
    return { sinceMs, atMs, events, rate, rateBefore: (1000 * baseline.length) / sumOf(baseline) };
  }

  #wait(gap: number): void {
    const sum = Math.max(0, this.#state.sum - this.#evidence(gap));
    this.#state = { ...this.#state, sum, bursting: sum < OVER };
    if (sum >= OVER) this.#state = { ...this.#state, sum: 0 };
  }

  /**
   * ln of the density of the gap at five times the rate over that at the rate, the rate having the Gamma distribution
   * that the baseline leaves it: with n gaps of b ms together, ln 5 + (n+1) ln((b+g) / (b+5g)).
   */
  #evidence(gap: number): number {
    const total = sumOf(this.#state.baseline);
    const n = this.#state.baseline.length;
    return Math.log(FACTOR) + (n + 1) * Math.log((total + gap) / (total + FACTOR * gap));
  }

  #settle(gap: number): void {
    const settling = [...this.#state.settling, gap];
    let baseline = this.#state.baseline;
    if (settling.length > SETTLING || baseline.length < BASELINE_MIN)
      baseline = [...baseline, settling.shift() as number].slice(-BASELINE_MAX);
    this.#state = { ...this.#state, settling, baseline };
  }
}

function sumOf(gaps: readonly number[]): number {
  return gaps.reduce((sum, gap) => sum + gap, 0);
}
