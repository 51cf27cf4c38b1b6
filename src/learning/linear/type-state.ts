/** What the hierarchical model keeps of one type, and how it is written down and read again. */
import type { Json } from '../../kit/json.js';
import { gaussianFrom } from './coefficient-prior.js';
import type { Gaussian, Moments } from './coefficient-prior.js';
import type { Signature, TypeStatistics, Variances } from './mixed-statistics.js';

export interface TypeState {
  readonly tool: string;
  readonly statistics: TypeStatistics;
  /** Sums of expected squares behind the variances. */
  readonly moments: { within: number; withinCount: number; between: number; betweenCount: number };
  prior: Gaussian;
  posterior: Moments | undefined;
  rebuildAt: number;
}

export interface SavedGaussian {
  mean: number[];
  covariance: number[];
}

export interface SavedType {
  tool: string;
  statistics: {
    matrix: number[];
    vector: number[];
    count: number;
    signatures: [string, Signature][];
    variances: Variances;
  };
  moments: TypeState['moments'];
  prior: SavedGaussian;
  rebuildAt: number;
}

export function gaussianSnapshot({ mean, covariance }: Gaussian): Json {
  return { mean: [...mean], covariance: [...covariance] };
}

export function gaussianRestored({ mean, covariance }: SavedGaussian): Gaussian {
  return gaussianFrom(Float64Array.from(mean), Float64Array.from(covariance));
}

export function typeSnapshot({ tool, statistics, moments, prior, rebuildAt }: TypeState): Json {
  const { matrix, vector, count, signatures, variances } = statistics;
  return {
    tool,
    statistics: {
      matrix: [...matrix],
      vector: [...vector],
      count,
      signatures: [...signatures] as unknown as Json,
      variances: { ...variances },
    },
    moments: { ...moments },
    prior: gaussianSnapshot(prior),
    rebuildAt,
  };
}

export function typeRestored({ tool, statistics, moments, prior, rebuildAt }: SavedType): TypeState {
  return {
    tool,
    statistics: {
      ...statistics,
      matrix: Float64Array.from(statistics.matrix),
      vector: Float64Array.from(statistics.vector),
      signatures: new Map(statistics.signatures),
    },
    moments,
    prior: gaussianRestored(prior),
    posterior: undefined,
    rebuildAt,
  };
}
