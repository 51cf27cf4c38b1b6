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
  prior: SavedGaussian;
  epoch: number;
  rebuildAt: number;
}

export function gaussianSnapshot({ mean, covariance }: Gaussian): Json {
  return { mean: [...mean], covariance: [...covariance] };
}

export function gaussianRestored({ mean, covariance }: SavedGaussian): Gaussian {
  return gaussianFrom(Float64Array.from(mean), Float64Array.from(covariance));
}

export function typeSnapshot({ statistics, moments, prior, epoch, rebuildAt }: TypeState): Json {
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
    prior: gaussianSnapshot(prior),
    epoch,
    rebuildAt,
  };
}

export function typeRestored({ statistics, moments, prior, epoch, rebuildAt }: SavedType): TypeState {
  return {
    statistics: {
      ...statistics,
      matrix: Float64Array.from(statistics.matrix),
      vector: Float64Array.from(statistics.vector),
      signatures: new Map(statistics.signatures),
    },
    moments,
    prior: gaussianRestored(prior),
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
  prior: SavedGaussian;
  epoch: number;
  members: [string, string[]][];
  toolPriors: [string, SavedGaussian][];
  variances: Variances;
  count: number;
  priorAt: number;
  unnamed: number;
}
