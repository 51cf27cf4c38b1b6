/**
 * Percentiles estimated from histogram buckets, for people who read JSON rather than PromQL. Same rule as Prometheus'
 * `histogram_quantile`: linear within a bucket, and the highest finite bound for whatever lies beyond it.
 */

export interface Bucket {
  /** Upper bound; Infinity for the last. */
  readonly le: number;
  /** Observations up to the bound. */
  readonly cumulative: number;
}

/** Null when nothing was observed. `buckets` ascend and end with +Inf; `q` in [0, 1]. */
export function quantile(q: number, buckets: readonly Bucket[]): number | null {
  const total = buckets.at(-1)?.cumulative ?? 0;
  if (total === 0) return null;
  const rank = q * total;
  const index = buckets.findIndex((bucket) => bucket.cumulative >= rank && bucket.cumulative > 0);
  const bucket = buckets[index] as Bucket;
  const lower = index === 0 ? { le: 0, cumulative: 0 } : (buckets[index - 1] as Bucket);
  if (bucket.le === Number.POSITIVE_INFINITY) return lower.le;
  const inside = bucket.cumulative - lower.cumulative;
  return lower.le + (bucket.le - lower.le) * ((rank - lower.cumulative) / inside);
}
