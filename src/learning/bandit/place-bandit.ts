/**
 * REINFORCEMENT_LEARNING: chooses layer and node by what they cost, learning from the outcome at the chosen place only. Greedy
 * by default, as on steady machines every look costs more than it finds; after an alarm optimistic about places for some
 * choices (upper confidence bounds), so that it finds out what changed; and random for a share that the exploration budget
 * allows. What cannot run a task is masked and never learned. Every choice tells its propensity, so that other policies can be
 * judged by the log (`off-policy.ts`). Deterministic for one seed; not called by the orchestrator itself but by the advisor.
 */
import { assert } from '../../kit/assert.js';
import type { Json } from '../../kit/json.js';
import { SeededRandom } from '../../kit/random.js';
import { CostEffects } from './cost-effects.js';
import type { CostContext } from './cost-effects.js';

export interface PlaceOption {
  readonly place: string;
  /** Advertised relative run time; smaller is faster. */
  readonly nominal: number;
  /** Seconds beside the run time: wait, transfer, overhead. */
  readonly fixedSeconds: number;
  /** False: it must not run there, whatever it would cost. */
  readonly allowed: boolean;
}

export interface RatedOption {
  readonly place: string;
  /** Of run time and fixed seconds, the median. */
  readonly expectedSeconds: number;
  /** With optimism, where it was in force: what the choice went by. */
  readonly score: number;
  readonly propensity: number;
}

export interface PlaceChoice {
  readonly place: string;
  readonly propensity: number;
  readonly policy: 'GREEDY' | 'OPTIMISTIC' | 'RANDOM';
  /** The allowed ones, in the order given. */
  readonly options: readonly RatedOption[];
}

/** Standard deviations of optimism, and choices after an alarm for which it is in force. */
const OPTIMISM = 1;
const ALARM_CHOICES = 60;

export class PlaceBandit {
  readonly #effects = new CostEffects();
  readonly #seed: number;
  #choices = 0;
  #alarmed = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Null: no option is allowed. `share`: of choices that are made at random. */
  choose(context: CostContext, options: readonly PlaceOption[], share = 0): PlaceChoice | null {
    const open = options.filter(({ allowed }) => allowed);
    if (open.length === 0) return null;
    const isOptimistic = this.#alarmed > 0;
    const rated = open.map((option) => this.#rated(context, option, isOptimistic));
    const best = rated.reduce((least, one) => (one.score < least.score ? one : least));
    const propensityOf = (place: string): number =>
      (place === best.place ? 1 - share : 0) + share / open.length;
    // Of the number of the choice alone, so that what was asked in between does not matter.
    const random = new SeededRandom(`${this.#seed}/${this.#choices}`);
    const isRandom = share > 0 && random.next() < share;
    const { place } = isRandom ? (open[random.int(open.length)] as PlaceOption) : best;
    this.#choices += 1;
    this.#alarmed = Math.max(0, this.#alarmed - 1);
    return {
      place,
      propensity: propensityOf(place),
      policy: isRandom ? 'RANDOM' : isOptimistic ? 'OPTIMISTIC' : 'GREEDY',
      options: rated.map((one) => ({ ...one, propensity: propensityOf(one.place) })),
    };
  }

  /** `seconds` of run time, without what is fixed. */
  learn(
    context: CostContext,
    { place, nominal }: Pick<PlaceOption, 'place' | 'nominal'>,
    seconds: number,
  ): void {
    assert(seconds > 0 && Number.isFinite(seconds), 'a run time is positive and finite');
    this.#effects.learn(context, place, nominal, seconds);
  }

  /** Expected run time, the median. */
  expectedSeconds(context: CostContext, { place, nominal }: Pick<PlaceOption, 'place' | 'nominal'>): number {
    return Math.exp(this.#effects.expect(context, place, nominal).mean);
  }

  /** That place is no longer what it was. */
  alarm(place: string): void {
    this.#effects.doubt(place);
    this.#alarmed = ALARM_CHOICES;
  }

  snapshot(): Json {
    return { effects: this.#effects.snapshot(), choices: this.#choices, alarmed: this.#alarmed };
  }

  restore(state: Json): void {
    const saved = state as unknown as { effects: Json; choices: number; alarmed: number };
    this.#effects.restore(saved.effects);
    this.#choices = saved.choices;
    this.#alarmed = saved.alarmed;
  }

  #rated(
    context: CostContext,
    { place, nominal, fixedSeconds }: PlaceOption,
    isOptimistic: boolean,
  ): RatedOption {
    const { mean } = this.#effects.expect(context, place, nominal);
    const optimism = isOptimistic ? OPTIMISM * Math.sqrt(this.#effects.doubtOf(context, place)) : 0;
    const expectedSeconds = fixedSeconds + Math.exp(mean);
    return { place, expectedSeconds, score: fixedSeconds + Math.exp(mean - optimism), propensity: 0 };
  }
}
