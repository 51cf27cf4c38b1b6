/**
 * A parameter that is tuned by its curve, with the account of it: which value is held to be best, when that changed, what was
 * predicted and what came of it. Windows at other values are looks, not changes. A change that evidence speaks against is
 * taken back, and what the tuner believed is forgotten with it.
 */
import type { Json } from '../../kit/json.js';
import { Change } from './change.js';
import type { ChangeState } from './change.js';
import { CurveTuner } from './curve-tuner.js';
import type { CurveBounds, CurveWindow } from './curve-tuner.js';

const GAIN_MIN = 0.02;
/** Windows under a change after which it is no longer looked at. */
const SETTLED = 12;
/** Of the rate at a value: about so many windows are remembered. */
const MEMORY = 8;

export class TunedValue {
  readonly #bounds: CurveBounds;
  #tuner: CurveTuner;
  #held: number;
  #windows = 0;
  #change: Change | null = null;
  #baseline = 0;
  #underChange = 0;
  /** Mean rate by value, of the latest windows. */
  #rates = new Map<number, number>();

  constructor(bounds: CurveBounds) {
    this.#bounds = bounds;
    this.#tuner = new CurveTuner(bounds);
    this.#held = this.#tuner.next;
  }

  /** To be in force in the next window. */
  get next(): number {
    return this.#tuner.next;
  }

  /** Held to be best. */
  get held(): number {
    return this.#held;
  }

  /** Whether the next window is to look at a value rather than to use the best one. */
  get looks(): boolean {
    return this.next !== this.#held;
  }

  /** The latest. */
  get change(): ChangeState | null {
    return this.#change?.state ?? null;
  }

  observe(window: CurveWindow): void {
    this.#windows += 1;
    const known = this.#rates.get(window.value);
    this.#rates.set(window.value, known === undefined ? window.rate : known + (window.rate - known) / MEMORY);
    const resets = this.#tuner.resets;
    this.#tuner.observe(window);
    if (this.#tuner.resets > resets) this.#forget();
    if (this.#isAgainst(window)) this.#revert();
    else this.#consider();
  }

  snapshot(): Json {
    return {
      tuner: this.#tuner.snapshot(),
      held: this.#held,
      windows: this.#windows,
      change: this.#change?.snapshot() ?? null,
      baseline: this.#baseline,
      underChange: this.#underChange,
      rates: [...this.#rates],
    };
  }

  restore(state: Json): void {
    const saved = state as unknown as Record<'held' | 'windows' | 'baseline' | 'underChange', number> & {
      tuner: Json;
      change: Json;
      rates: [number, number][];
    };
    this.#tuner.restore(saved.tuner);
    this.#held = saved.held;
    this.#windows = saved.windows;
    this.#change = saved.change === null ? null : Change.restored(saved.change);
    this.#baseline = saved.baseline;
    this.#underChange = saved.underChange;
    this.#rates = new Map(saved.rates);
  }

  /** Rates of a system that is gone tell nothing about a change. */
  #forget(): void {
    this.#rates.clear();
    this.#underChange = SETTLED;
  }

  #isAgainst({ value, rate }: CurveWindow): boolean {
    const change = this.#change;
    if (change === null || this.#underChange >= SETTLED || value !== change.state.after) return false;
    this.#underChange += 1;
    return change.observe(rate / this.#baseline - 1);
  }

  #revert(): void {
    this.#held = this.#change?.state.before ?? this.#held;
    this.#tuner = new CurveTuner({ ...this.#bounds, start: this.#held });
    this.#forget();
  }

  #consider(): void {
    const { best } = this.#tuner;
    const gain = this.#tuner.gain(best, this.#held);
    if (best === this.#held || gain < GAIN_MIN) return;
    const before = this.#held;
    this.#change = new Change({ before, after: best, predictedGain: gain, since: this.#windows });
    // Where the old value was never in force, its rate is what the curve says of it beside the newest window.
    const [value, rate] = [...this.#rates].at(-1) ?? [before, 1];
    this.#baseline = this.#rates.get(before) ?? rate * (1 + this.#tuner.gain(before, value));
    this.#underChange = 0;
    this.#held = best;
  }
}
