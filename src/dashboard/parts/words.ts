/** Times, sizes and numbers in the words of the dashboard. Pure. */

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
];

/** `820 ms`, `4.2 s`, `3m 12s`, `2h 05m`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, seconds);
  if (whole < 0.9995) return `${Math.round(whole * 1000)} ms`;
  if (whole < 9.95) return `${whole.toFixed(1)} s`;
  if (whole < 59.5) return `${Math.round(whole)} s`;
  const rounded = Math.round(whole);
  for (const [index, [size, name]] of UNITS.entries()) {
    if (rounded < size) continue;
    const [rest, restName] = UNITS[index + 1] ?? [1, 's'];
    const left = Math.floor((rounded % size) / rest);
    return `${Math.floor(rounded / size)}${name} ${String(left).padStart(2, '0')}${restName}`;
  }
  return `${rounded} s`;
}

export function milliseconds(ms: number | null | undefined): string {
  return ms == null ? '–' : duration(ms / 1000);
}

export function interval(eta: { readonly p10: number; readonly p90: number }): string {
  return `${duration(eta.p10)} – ${duration(eta.p90)}`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const DAY = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

export function clock(time: string | number | Date): string {
  return CLOCK.format(new Date(time));
}

export function day(time: string | number | Date): string {
  return DAY.format(new Date(time));
}

export function ago(time: string | number, now = Date.now()): string {
  const seconds = (now - new Date(time).getTime()) / 1000;
  if (seconds < 5) return 'just now';
  const text = duration(seconds);
  return `${text.includes('m ') && seconds < 3600 ? text.replace(/ \d+s$/, '') : text} ago`;
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB'];

export function bytes(count: number | null | undefined): string {
  if (count == null) return '–';
  let [size, unit] = [count, 0];
  while (size >= 1000 && unit < SIZES.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${SIZES[unit]}`;
}

const COUNT = new Intl.NumberFormat('en');

export function count(value: number): string {
  return COUNT.format(value);
}

export function percent(share: number | null | undefined, digits = 0): string {
  return share == null ? '–' : `${(share * 100).toFixed(digits)} %`;
}

/** Three figures, as they tell something. */
export function figure(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1000) return COUNT.format(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

export function plural(amount: number, noun: string): string {
  return `${count(amount)} ${noun}${amount === 1 ? '' : noun.endsWith('sh') ? 'es' : 's'}`;
}

/** `UPSTREAM_FAILED` → `upstream failed`. */
export function lower(name: string): string {
  return name.toLowerCase().replaceAll('_', ' ');
}

export function sentence(name: string): string {
  const text = lower(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
