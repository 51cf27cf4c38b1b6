/**
 * What rules over metrics see: the value of a series now, or what came since the last look (rates, means, percentiles). Keeps the
 * last look of every series that a rule watches. Called by the watch, once for each rule and look.
 */
import { type Bucket, quantile } from '../metrics/instrument/quantile.js';
import type { Series, SeriesFamily } from '../metrics/series.js';
import type { AlertRuleRow, MetricCondition } from '../store/alerts.js';
import type { Finding } from './judgement.js';

interface Reading {
  readonly at: number;
  readonly series: Series;
}

const QUANTILES = { P50: 0.5, P95: 0.95, P99: 0.99 } as const;
const SERIES_MAX = 1000;

export class Readings {
  #last = new Map<string, Reading>();
  #next = new Map<string, Reading>();

  begin(): void {
    this.#next = new Map();
  }

  /** What the look found is committed: the next begins behind it. What was not looked at is forgotten. */
  end(): void {
    this.#last = this.#next;
  }

  findings(
    { id }: Pick<AlertRuleRow, 'id'>,
    condition: MetricCondition,
    { family, now }: { readonly family: SeriesFamily; readonly now: number },
  ): Finding[] {
    const fitting = family.series.filter(({ labels }) => fits(condition, labels)).slice(0, SERIES_MAX);
    return fitting.flatMap((series) => {
      const subject = subjectOf(family.name, series.labels);
      const key = `${id} ${subject}`;
      const before = this.#last.get(key);
      this.#next.set(key, { at: now, series });
      const value = valueOf(condition, series, before, now);
      if (value === null || !breaks(condition, value)) return [];
      const { statistic, comparison, threshold } = condition;
      const what = statistic === 'VALUE' ? subject : `${statistic} of ${subject}`;
      const text = `${what} is ${rounded(value)}, ${comparison === 'ABOVE' ? 'above' : 'below'} ${threshold}`;
      return [{ subject, text, value, occurrences: 1 }];
    });
  }
}

function fits({ labels }: MetricCondition, has: Readonly<Record<string, string>>): boolean {
  return labels.every(({ name, value }) => Object.hasOwn(has, name) && has[name] === value);
}

function subjectOf(name: string, labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return entries.length === 0 ? name : `${name}{${entries.join(',')}}`;
}

function breaks({ comparison, threshold }: MetricCondition, value: number): boolean {
  return comparison === 'ABOVE' ? value > threshold : value < threshold;
}

/** Null: nothing is known yet, or nothing came. */
function valueOf(
  { statistic }: MetricCondition,
  series: Series,
  before: Reading | undefined,
  now: number,
): number | null {
  if (statistic === 'VALUE') return Number.isFinite(series.value) ? series.value : null;
  if (before === undefined) return null;
  if (statistic === 'RATE') {
    const seconds = (now - before.at) / 1000;
    return seconds > 0 ? Math.max(0, countOf(series) - countOf(before.series)) / seconds : null;
  }
  const since = between(before.series.buckets, series.buckets);
  const count = since.at(-1)?.cumulative ?? 0;
  if (count <= 0) return null;
  if (statistic === 'MEAN') return (series.value - before.series.value) / count;
  return quantile(QUANTILES[statistic], since);
}

/** Of a histogram how many there were, of a counter its value. */
function countOf({ buckets, value }: Series): number {
  return buckets.at(-1)?.cumulative ?? value;
}

function between(before: readonly Bucket[], now: readonly Bucket[]): Bucket[] {
  return now.map(({ le, cumulative }, index) => ({
    le,
    cumulative: cumulative - (before[index]?.cumulative ?? 0),
  }));
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}
