/**
 * A parameter that is tuned by its curve, with the account of it: which value is held to be best, when that changed, what was
 * predicted and what came of it. Windows at other values are looks, not changes. After a change some windows go back to the
 * value before, so that both are measured at the same time; what evidence speaks against is taken back. Where looks find
 * nothing they become rare, until the system is another one.
 */
import { Change, type ChangeState } from '../change.js';
import { type CurveBounds, CurveTuner, type CurveWindow } from './curve-tuner.js';

const GAIN_MIN = 0.02;
/** Windows under a change after which it is no longer looked at, and which of them go back to the value before. */
const SETTLED = 14;
const CROSSED: ReadonlySet<number> = new Set([3, 6, 9]);
/** What is expected to be so much worse is not gone back to. */
const CROSSED_GAIN_MAX = 0.15;
/** A rate at the value before tells of the windows that follow it closely. */
const FRESH = 8;
/** Windows without news after which looks become rare, and how rare they get. */
const RESTS_AFTER = 20;
const LOOK_EACH_MAX = 16;

/**
 * What looks may lose, in windows of the held value: so much at first and in another system, and a share of every window on top.
 * Where everything fluctuates, looking would otherwise never end.
 */
const CREDIT = { first: 2, anew: 1, each: 0.04, most: 2 } as const;

export class TunedValue {
  readonly #bounds: CurveBounds;
  #tuner: CurveTuner;
  #held: number;
  #windows = 0;
  /** Since the held value or the system changed. */
  #quiet = 0;
  #credit: number = CREDIT.first;
  #change: Change | null = null;
  #underChange = 0;
  /** The latest rate by value, and in which window. */
  readonly #rates = new Map<number, { readonly rate: number; readonly window: number }>();

  constructor(bounds: CurveBounds) {
    this.#bounds = bounds;
    this.#tuner = new CurveTuner(bounds);
    this.#held = this.#tuner.next;
  }

  /** To be in force in the next window. */
  get next(): number {
    const open = this.#open;
    if (open !== null && this.#isCrossed(open)) return open.before;
    const isQuiet = this.isAtRest && this.#quiet % this.#lookEach !== 0;
    return isQuiet || this.#credit <= 0 ? this.#held : this.#tuner.next;
  }

  /** Held to be best. */
  get held(): number {
    return this.#held;
  }

  /** The latest. */
  get change(): ChangeState | null {
    return this.#change?.state ?? null;
  }

  /** It has looked around for long, and found nothing better than what is held. */
  get isAtRest(): boolean {
    return this.#quiet >= RESTS_AFTER;
  }

  /** By which share the best value is expected to be better than the held one. */
  get gainLeft(): number {
    return Math.max(0, this.#tuner.gain(this.#tuner.best, this.#held));
  }

  /** Windows that were observed. */
  get windows(): number {
    return this.#windows;
  }

  observe(window: CurveWindow): void {
    this.#windows += 1;
    this.#quiet += 1;
    this.#charge(window);
    const resets = this.#tuner.resets;
    this.#tuner.observe(window);
    if (this.#tuner.resets > resets) {
      this.#forget();
      this.#credit = Math.max(this.#credit, CREDIT.anew);
    }
    const isAgainst = this.#isAgainst(window);
    this.#rates.set(window.value, { rate: window.rate, window: this.#windows });
    if (isAgainst) this.#revert();
    else this.#consider();
  }

  #charge({ value, rate }: CurveWindow): void {
    const held = this.#rates.get(this.#held);
    const lost = value === this.#held || held === undefined ? 0 : Math.max(0, 1 - rate / held.rate);
    this.#credit = Math.min(CREDIT.most, this.#credit + CREDIT.each - lost);
  }

  get #open(): ChangeState | null {
    const state = this.#change?.state;
    return state === undefined || state.reverted || this.#underChange >= SETTLED ? null : state;
  }

  #isCrossed({ before, after }: ChangeState): boolean {
    return CROSSED.has(this.#underChange) && this.#tuner.gain(after, before) < CROSSED_GAIN_MAX;
  }

  get #lookEach(): number {
    return Math.min(LOOK_EACH_MAX, 2 ** Math.floor(this.#quiet / RESTS_AFTER));
  }

  /** Rates of a system that is gone tell nothing about a change. */
  #forget(): void {
    this.#rates.clear();
    this.#underChange = SETTLED;
    this.#quiet = 0;
  }

  /** A window at the new value, beside the latest one at the old. */
  #isAgainst({ value, rate }: CurveWindow): boolean {
    const open = this.#open;
    if (open === null) return false;
    this.#underChange += 1;
    const before = this.#rates.get(open.before);
    if (value !== open.after || before === undefined || this.#windows - before.window > FRESH) return false;
    return this.#change?.observe(rate / before.rate - 1) ?? false;
  }

  #revert(): void {
    this.#held = this.#change?.state.before ?? this.#held;
    this.#tuner = new CurveTuner({ ...this.#bounds, start: this.#held });
    this.#forget();
  }

  #consider(): void {
    const { best } = this.#tuner;
    const gain = this.#tuner.gain(best, this.#held);
    if (best === this.#held || gain < GAIN_MIN || !this.#rates.has(best)) return;
    this.#change = new Change({ before: this.#held, after: best, predictedGain: gain, since: this.#windows });
    this.#underChange = 0;
    this.#quiet = 0;
    this.#held = best;
  }
}
