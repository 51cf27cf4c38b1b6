/**
 * A family of metrics as its series, each with all of its labels: what a rule over metrics looks at. Histograms keep their
 * buckets, so that what came between two looks can be told from what came before.
 */
import type { Bucket } from './instrument/quantile.js';
import type { Family } from './snapshot.js';

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Of a histogram the sum. */
  readonly value: number;
  /** Of a histogram alone; ascending, the last is +Inf. */
  readonly buckets: readonly Bucket[];
}

export interface SeriesFamily {
  /** As in `metrics`: without the prefix. */
  readonly name: string;
  readonly type: string;
  readonly series: readonly Series[];
}

interface Gathered {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
  readonly buckets: Bucket[];
}

export function seriesOf({ name, type, values }: Family): SeriesFamily {
  const found = new Map<string, Gathered>();
  for (const { value, labels: all, metricName = '' } of values) {
    const { le, ...rest } = all;
    const labels = Object.fromEntries(Object.entries(rest).map(([label, one]) => [label, String(one)]));
    const key = JSON.stringify(labels);
    const one = found.get(key) ?? { labels, value: 0, buckets: [] };
    found.set(key, one);
    if (metricName.endsWith('_bucket'))
      one.buckets.push({ le: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), cumulative: value });
    else if (!metricName.endsWith('_count')) one.value = value;
  }
  return { name: name.replace(/^taskmesh_/, ''), type, series: [...found.values()] };
}
