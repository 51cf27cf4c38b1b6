/**
 * What may be spent on looking: after an alarm of drift, places are tried because they may have become better, though another is
 * believed to be best. Each such look costs what it was expected to take more, out of a credit that grows with every attempt
 * by a share; without credit nothing but the best is chosen. The share itself follows what looks were worth, between 0 and
 * 2 %: what came of them against what was expected of the best. Part of the live side, fed by the log of predictions.
 */
import type { TuningChange } from '../../store/learning.js';
import type { DriftUse, DriftWish, MayHeedDrift } from '../drift/drift-use.js';

/** Shares of all attempts' time. */
const SHARE_MAX = 0.02;
const SHARE_MIN = 0.0025;
/** In attempts' worth: at first, and at most. */
const CREDIT_FIRST = 20;
const CREDIT_MAX = 40;
/** Looks whose outcome is known, after which the share is looked at. */
const ROUND = 16;
/** A look that took more than twice as long as the best, or saved nearly all, counts as this much. */
const GAIN_MIN = -1;
const GAIN_MAX = 0.9;
export const LOOKS = 'looks at places, share of run time';

/** Seconds until done, as believed. */
export interface Look {
  readonly chosen: number;
  /** What was believed to be best. */
  readonly best: number;
}

interface Change {
  readonly id: string;
  readonly at: Date;
  readonly before: number;
  readonly after: number;
  readonly predictedGain: number;
  /** Of all attempts' time, what looks brought when it was made. */
  readonly value: number;
}

export class ExplorationBudget implements DriftUse {
  readonly #isTuned: boolean;
  readonly #mayHeed: MayHeedDrift;
  #share = SHARE_MAX;
  #credit = CREDIT_FIRST;
  /** Of this round. */
  #looks = 0;
  #gain = 0;
  #attempts = 0;
  #change: Change | undefined;
  #news: TuningChange[] = [];

  /** `isTuned`: `learning.tuning`; else all that is hoped for is tried. `mayHeed`: may drift change where work starts? Else it may. */
  constructor({ isTuned, mayHeed }: { readonly isTuned: boolean; readonly mayHeed?: MayHeedDrift }) {
    this.#isTuned = isTuned;
    this.#mayHeed = mayHeed ?? (() => true);
  }

  heeds(wish: DriftWish): boolean {
    return this.#mayHeed(wish);
  }

  /** By how much of what may be hoped for places are compared: all of it, or none. */
  get hope(): number {
    return !this.#isTuned || (this.#share > 0 && this.#credit > 0) ? 1 : 0;
  }

  get share(): number {
    return this.#share;
  }

  /** From the account of changes, the newest first. */
  remember(changes: readonly TuningChange[]): void {
    const last = changes.find(({ parameter }) => parameter === LOOKS);
    if (last !== undefined) this.#share = last.after;
  }

  /** So many attempts have ended. */
  ran(count: number): void {
    this.#attempts += count;
    this.#credit = Math.min(CREDIT_MAX, this.#credit + this.#share * count);
  }

  /** A machine has changed: it is worth looking again. */
  alarmed(): void {
    this.#share = Math.max(this.#share, SHARE_MIN);
  }

  looked({ chosen, best }: Look): void {
    this.#credit -= Math.min(1, chosen / best - 1);
  }

  /** What came of a look: `seconds` until it was done. `seq`: of the event that tells of its end. */
  came({ best }: Look, seconds: number, { seq, at }: { readonly seq: number; readonly at: number }): void {
    this.#looks++;
    this.#gain += Math.max(GAIN_MIN, Math.min(GAIN_MAX, 1 - seconds / best));
    if (this.#looks < ROUND) return;
    this.#judge(seq, new Date(at));
    this.#looks = 0;
    this.#gain = 0;
    this.#attempts = 0;
  }

  /** Changes since this was last asked; to be written. */
  takeNews(): TuningChange[] {
    return this.#news.splice(0);
  }

  #judge(seq: number, at: Date): void {
    if (!this.#isTuned) return;
    const value = this.#gain / Math.max(this.#looks, this.#attempts);
    const before = this.#share;
    const less = before / 2 < SHARE_MIN ? 0 : before / 2;
    const after = value > 0 ? Math.min(SHARE_MAX, Math.max(SHARE_MIN, 2 * before)) : less;
    if (this.#change !== undefined) this.#tell(this.#change, value - this.#change.value, after, at);
    this.#change = undefined;
    if (after === before) return;
    this.#share = after;
    // half as many losing looks lose half, twice as many winning ones win as much again
    const predictedGain = value > 0 ? value : -value / 2;
    this.#change = { id: `${seq} ${LOOKS}`, at, before, after, predictedGain, value };
    this.#tell(this.#change, null, after, at);
  }

  /** `now`: the share from now on; a change that it goes back on is taken back. */
  #tell(
    { id, at, before, after, predictedGain }: Change,
    realisedGain: number | null,
    now: number,
    when: Date,
  ): void {
    const isTakenBack = now === before && now !== after;
    this.#news.push({
      ...{ id, at, parameter: LOOKS, scope: 'all', before, after, predictedGain, realisedGain },
      revertedAt: isTakenBack ? when : null,
    });
  }
}
