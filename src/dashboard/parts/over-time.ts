/**
 * Samples of metrics as rows of a chart: gauges as they were, counters as what they grew by each second, those of several
 * servers added up. Pure; a counter that fell began anew.
 */
export interface Sample {
  readonly at: string;
  readonly server: string;
  readonly metrics: Readonly<Record<string, unknown>>;
}

export interface Pick {
  readonly of: (metrics: Sample['metrics']) => number | undefined;
  /** It only grows: the chart shows its growth each second. */
  readonly counts?: boolean;
  /** Not added up over servers: the highest of them. */
  readonly highest?: boolean;
}

const ROWS = 180;
const SECONDS_MIN = 5;

interface Known {
  readonly at: number;
  readonly value: number;
}

class Row {
  readonly #last = new Map<string, Known>();
  /** By bucket and server. */
  readonly #found = new Map<number, Map<string, number>>();

  constructor(private readonly pick: Pick) {}

  add(bucket: number, at: number, { server, metrics }: Sample): void {
    const value = this.pick.of(metrics);
    if (value === undefined) return;
    const shown = this.pick.counts ? this.#growth(server, { at, value }) : value;
    if (shown === undefined) return;
    const servers = this.#found.get(bucket) ?? new Map<string, number>();
    this.#found.set(bucket, servers.set(server, shown));
  }

  #growth(server: string, now: Known): number | undefined {
    const before = this.#last.get(server);
    this.#last.set(server, now);
    if (before === undefined || now.at <= before.at) return undefined;
    const grown = now.value >= before.value ? now.value - before.value : now.value;
    return grown / (now.at - before.at);
  }

  at(bucket: number): number | null {
    const found = this.#found.get(bucket);
    if (found === undefined) return null;
    const values = [...found.values()];
    return this.pick.highest ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
  }
}

/** The first row are seconds since 1970. */
export function overTime(samples: readonly Sample[], picks: readonly Pick[]): (number | null)[][] {
  const times = samples.map(({ at }) => Date.parse(at) / 1000);
  const span = times.length === 0 ? 0 : (times.at(-1) as number) - (times[0] as number);
  const width = Math.max(SECONDS_MIN, span / ROWS);
  const rows = picks.map((pick) => new Row(pick));
  const buckets = new Set<number>();
  for (const [index, sample] of samples.entries()) {
    const time = times[index] as number;
    const bucket = Math.round(time / width);
    buckets.add(bucket);
    for (const row of rows) row.add(bucket, time, sample);
  }
  const order = [...buckets].sort((a, b) => a - b);
  return [order.map((bucket) => bucket * width), ...rows.map((row) => order.map((bucket) => row.at(bucket)))];
}

/** A number of a family, by its name or by the labels of one of its values. */
export function picked(name: string, field?: string): Pick['of'] {
  return (metrics) => {
    const family = metrics[name];
    const value = field === undefined ? family : (family as Record<string, unknown> | undefined)?.[field];
    return typeof value === 'number' ? value : undefined;
  };
}

/** The sum of the values of a family whose labels are these. */
export function summed(name: string, labels: Readonly<Record<string, string>> = {}): Pick['of'] {
  return (metrics) => {
    const family = metrics[name];
    if (!Array.isArray(family)) return typeof family === 'number' ? family : undefined;
    let sum = 0;
    for (const one of family as Record<string, unknown>[])
      if (Object.entries(labels).every(([label, value]) => one[label] === value))
        sum += Number(one['value'] ?? 0);
    return sum;
  };
}
