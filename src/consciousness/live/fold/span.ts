/** Lengths and points of time as people read them. Called by the texts of patterns, decisions and insights. */

const UNITS = [
  [86_400_000, 'days'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** `12.3 s`, `5 min`, `1.5 h`. */
export function span(ms: number): string {
  const [size, unit] = UNITS.find(([one]) => ms >= one) ?? [1, 'ms'];
  return `${Number((ms / size).toPrecision(3))} ${unit}`;
}

export function utcTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
