/**
 * All metrics as one JSON value, for `GET /metrics` and the GraphQL `metrics` query. A family without labels is a
 * number, one with a single label an object by its values, one with more a list; a histogram is count, sum and
 * estimated percentiles in the place of the number.
 */
import type { Json, JsonObject } from '../kit/json.js';
import { quantile, type Bucket } from './instrument/quantile.js';

/** As prom-client's `getMetricsAsJSON` answers; only what is read here. */
export interface Family {
  readonly name: string;
  readonly type: string;
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Partial<Record<string, string | number>>>;
    readonly metricName?: string;
  }[];
}

interface Point {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: Json;
}

interface Distribution {
  readonly labels: Readonly<Record<string, string>>;
  readonly buckets: Bucket[];
  count: number;
  sum: number;
}

const PREFIX = /^taskmesh_/;

export function snapshotOf(families: readonly Family[]): JsonObject {
  const entries = families.map((family) => {
    const points = family.type === 'histogram' ? distributions(family) : plain(family);
    return [family.name.replace(PREFIX, ''), shape(points)] as const;
  });
  return Object.fromEntries(entries);
}

function plain(family: Family): Point[] {
  return family.values.map(({ labels, value }) => ({ labels: asText(labels), value: finite(value) }));
}

function distributions(family: Family): Point[] {
  const found = new Map<string, Distribution>();
  for (const { labels, value, metricName = '' } of family.values) {
    const { le, ...rest } = labels;
    const key = JSON.stringify(rest);
    const known = found.get(key) ?? { labels: asText(rest), buckets: [], count: 0, sum: 0 };
    found.set(key, known);
    if (metricName.endsWith('_bucket')) known.buckets.push({ le: boundOf(le), cumulative: value });
    else if (metricName.endsWith('_sum')) known.sum = value;
    else if (metricName.endsWith('_count')) known.count = value;
  }
  return [...found.values()].map(({ labels, buckets, count, sum }) => ({
    labels,
    value: summary(buckets, count, sum),
  }));
}

function summary(buckets: readonly Bucket[], count: number, sum: number): JsonObject {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => quantile(q, buckets));
  return { count, sum, p50: p50 ?? null, p95: p95 ?? null, p99: p99 ?? null };
}

function shape(points: readonly Point[]): Json {
  const names = Object.keys(points[0]?.labels ?? {});
  if (points.length === 0) return {};
  if (names.length === 0) return points[0]?.value ?? null;
  if (names.length > 1)
    return points.map(({ labels, value }) => ({ ...labels, ...(isObject(value) ? value : { value }) }));
  return Object.fromEntries(points.map(({ labels, value }) => [labels[names[0] as string] as string, value]));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asText(labels: Readonly<Partial<Record<string, string | number>>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
}

function boundOf(le: string | number | undefined): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
