/** Metrics as rows of charts: read from their JSON, whose families are numbers, objects by one label, or lists. Pure. */

export interface Sample {
  /** Ms since 1970. */
  readonly at: number;
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** The sum over all labels; counts of histograms. Null where there is no such family. */
export function sumOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (Array.isArray(value))
    return value.reduce<number>(
      (sum, point: { value?: number; count?: number }) => sum + (point.value ?? point.count ?? 0),
      0,
    );
  if (typeof value !== 'object' || value === null) return null;
  if ('count' in value && 'sum' in value) return Number(value.count);
  return Object.values(value).reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : 0), 0);
}

export function quantileOf(value: unknown, quantile: 'p50' | 'p95' | 'p99'): number | null {
  const found = (value as Record<string, unknown> | undefined)?.[quantile];
  return typeof found === 'number' ? found : null;
}

export function labelled(value: unknown, label: string): number {
  return Number((value as Record<string, unknown> | undefined)?.[label] ?? 0);
}

/** How much a counter grows in a second, from sample to sample; a restart counts as nothing. */
export function ratesOf(samples: readonly Sample[], family: string): (number | null)[] {
  return samples.map((sample, index) => {
    const before = samples[index - 1];
    if (before === undefined) return null;
    const grown = (sumOf(sample.metrics[family]) ?? 0) - (sumOf(before.metrics[family]) ?? 0);
    return grown < 0 ? null : grown / Math.max(0.001, (sample.at - before.at) / 1000);
  });
}

export function timesOf(samples: readonly Sample[]): number[] {
  return samples.map(({ at }) => at / 1000);
}
