/**
 * What running a task of some type at some place costs, as a sum of effects on the logarithm of seconds: the type itself, how
 * it grows with the input, the place, the tool at the place, and the type at the place. Every effect has a mean and a
 * variance, and an observation is shared among those it touches by their variances (assumed density filtering: a Kalman
 * filter that keeps no covariances), so that a type seen nowhere borrows from its tool, and that from the place.
 */
import type { Json } from '../../kit/json.js';
import { BoundedMap } from '../bounded-map.js';

export interface Effect {
  mean: number;
  variance: number;
}

export interface CostContext {
  readonly typeKey: string;
  readonly toolKey: string;
  readonly inputBytes: number | null;
}

/** Standard deviations before anything is seen. */
const TYPE_SD = 2.5;
const SLOPE = { mean: 0.3, sd: 0.4 };
const PLACE_SD = 0.2;
const TOOL_SD = 0.1;
const PAIR_SD = 0.2;
/** Of what no effect explains: at the start, and how fast it is followed. */
const NOISE_START = 0.3;
const NOISE_GAIN = 0.01;
const NOISE_MIN = 0.03;
/** In standard deviations: a wilder observation pulls no harder. */
const WILD = 3;
const KEYS_MAX = 20_000;
/** Bytes at which an input has no effect of its own. */
const SIZE_LOG = Math.log(1e6);

export class CostEffects {
  readonly #effects = new BoundedMap<Effect>(KEYS_MAX);
  #noise = NOISE_START ** 2;

  /** Mean and variance of the logarithm of seconds; `nominal` is the advertised relative run time of the place. */
  expect(context: CostContext, place: string, nominal: number): Effect {
    let [mean, variance] = [Math.log(nominal), 0];
    for (const { key, prior, weight } of partsOf(context, place)) {
      const effect = this.#effects.get(key) ?? prior;
      mean += weight * effect.mean;
      variance += weight * weight * effect.variance;
    }
    return { mean, variance };
  }

  /** Has anything been learned that bears on such a task? */
  knows({ typeKey }: CostContext): boolean {
    return this.#effects.get(`type\n${typeKey}`) !== undefined;
  }

  /** Variance of what no effect explains. */
  get noise(): number {
    return this.#noise;
  }

  /** `value`: the logarithm of seconds. */
  learn(context: CostContext, place: string, nominal: number, value: number): void {
    const parts = partsOf(context, place);
    const expected = this.expect(context, place, nominal);
    const total = expected.variance + this.#noise;
    const rest = value - expected.mean;
    const far = WILD * Math.sqrt(total);
    const error = Math.max(-far, Math.min(far, rest));
    for (const { key, prior, weight } of parts) {
      const effect = this.#effects.touch(key, () => ({ ...prior }));
      const gain = (effect.variance * weight) / total;
      effect.mean += gain * error;
      effect.variance -= gain * weight * effect.variance;
    }
    // What was expected to be uncertain is no noise.
    const noise = Math.max(0, error * error - expected.variance);
    this.#noise = Math.max(NOISE_MIN ** 2, this.#noise + NOISE_GAIN * (noise - this.#noise));
  }

  snapshot(): Json {
    const effects = [...this.#effects.entries()].map(([key, { mean, variance }]) => [key, mean, variance]);
    return { effects, noise: this.#noise };
  }

  restore(state: Json): void {
    const { effects, noise } = state as unknown as { effects: [string, number, number][]; noise: number };
    this.#effects.clear();
    for (const [key, mean, variance] of effects) this.#effects.set(key, { mean, variance });
    this.#noise = noise;
  }
}

interface Part {
  readonly key: string;
  readonly prior: Effect;
  readonly weight: number;
}

function partsOf({ typeKey, toolKey, inputBytes }: CostContext, place: string): Part[] {
  const at = (key: string, sd: number): Part => ({
    key,
    prior: { mean: 0, variance: sd * sd },
    weight: 1,
  });
  const parts = [
    at(`type\n${typeKey}`, TYPE_SD),
    at(`place\n${place}`, PLACE_SD),
    at(`tool\n${toolKey}\n@${place}`, TOOL_SD),
    at(`pair\n${typeKey}\n@${place}`, PAIR_SD),
  ];
  if (inputBytes === null) return parts;
  const prior = { mean: SLOPE.mean, variance: SLOPE.sd ** 2 };
  const weight = Math.log(Math.max(1, inputBytes)) - SIZE_LOG;
  return [...parts, { key: `size\n${typeKey}`, prior, weight }];
}
