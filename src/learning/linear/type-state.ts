/** What the hierarchical model keeps of one type, and how it is written down and read again. */
import type { Json } from '../../kit/json.js';
import { gaussianFrom } from './coefficient-prior.js';
import type { Gaussian, Moments } from './coefficient-prior.js';
import type { Signature, TypeStatistics, Variances } from './mixed-statistics.js';

export interface TypeState {
  readonly statistics: TypeStatistics;
  /** Sums of expected squares behind the variances. */
  readonly moments: { within: number; withinCount: number; between: number; betweenCount: number };
  prior: Gaussian;
  /** When the prior was renewed. */
  epoch: number;
  posterior: Moments | undefined;
  rebuildAt: number;
}

interface SavedGaussian {
  mean: number[];
  covariance: number[];
}

interface SavedType {
  statistics: {
    matrix: number[];
    vector: number[];
    count: number;
    signatures: [string, Signature][];
    variances: Variances;
  };
  moments: TypeState['moments'];
  /** Index of the priors. */
  prior: number;
  epoch: number;
  rebuildAt: number;
}

export function gaussianRestored({ mean, covariance }: SavedGaussian): Gaussian {
  return gaussianFrom(Float64Array.from(mean), Float64Array.from(covariance));
}

/** Priors that many types share are written once. */
export class SavedPriors {
  readonly all: Json[] = [];
  readonly #indexes = new Map<Gaussian, number>();

  indexOf(prior: Gaussian): number {
    const known = this.#indexes.get(prior);
    if (known !== undefined) return known;
    this.#indexes.set(prior, this.all.length);
    return this.all.push({ mean: [...prior.mean], covariance: [...prior.covariance] }) - 1;
  }
}

export function typeSnapshot(
  { statistics, moments, prior, epoch, rebuildAt }: TypeState,
  priors: SavedPriors,
): Json {
  const { matrix, vector, count, signatures, variances } = statistics;
  return {
    statistics: {
      matrix: [...matrix],
      vector: [...vector],
      count,
      signatures: [...signatures] as unknown as Json,
      variances: { ...variances },
    },
    moments: { ...moments },
    prior: priors.indexOf(prior),
    epoch,
    rebuildAt,
  };
}

export function typeRestored(
  { statistics, moments, prior, epoch, rebuildAt }: SavedType,
  priors: readonly Gaussian[],
): TypeState {
  return {
    statistics: {
      ...statistics,
      matrix: Float64Array.from(statistics.matrix),
      vector: Float64Array.from(statistics.vector),
      signatures: new Map(statistics.signatures),
    },
    moments,
    prior: priors[prior] as Gaussian,
    epoch,
    posterior: undefined,
    rebuildAt,
  };
}

/** The whole model. */
export interface Saved {
  machines: Json;
  groups: Json;
  types: [string, SavedType][];
  prior: number;
  epoch: number;
  members: [string, string[]][];
  toolPriors: [string, number][];
  priors: SavedGaussian[];
  nextPrior: Json;
  variances: Variances;
  count: number;
  priorAt: number;
  unnamed: number;
}
