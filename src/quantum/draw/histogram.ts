/**
 * Counts or probabilities of outcomes as bars, the largest first, in text and in SVG. Called by `taskmesh circuit run`.
 * What is left out is told, never hidden.
 */
import { LINE, decimal, escapeXml, svgDocument } from './svg.js';

export interface HistogramOptions {
  /** Bars at most. */
  readonly top?: number;
  /** Of the text, in characters. */
  readonly width?: number;
}

interface Bars {
  readonly bars: readonly (readonly [outcome: string, value: number])[];
  readonly total: number;
  /** Outcomes without a bar, and what they have together. */
  readonly others: number;
  readonly rest: number;
}

function barsOf(values: Readonly<Record<string, number>>, top: number): Bars {
  const sorted = Object.entries(values)
    .filter(([, value]) => value > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const sum = (list: typeof sorted): number => list.reduce((all, [, value]) => all + value, 0);
  return {
    bars: sorted.slice(0, top),
    total: sum(sorted),
    others: Math.max(0, sorted.length - top),
    rest: sum(sorted.slice(top)),
  };
}

function valueLabel(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

function percent(value: number, total: number): string {
  return `${((100 * value) / total).toFixed(1)} %`;
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function bar(share: number, width: number): string {
  const units = Math.max(1, Math.round(share * width * 8));
  return '█'.repeat(Math.floor(units / 8)) + (eighths[units % 8] ?? '');
}

/** A line for each outcome: bits, bar, value, share. */
export function histogramText(
  values: Readonly<Record<string, number>>,
  { top = 16, width = 80 }: HistogramOptions = {},
): string {
  const { bars, total, others, rest } = barsOf(values, top);
  const largest = bars[0]?.[1] ?? 1;
  const name = Math.max(0, ...bars.map(([outcome]) => outcome.length));
  const numbers = Math.max(0, ...bars.map(([, value]) => valueLabel(value).length));
  const room = Math.max(8, width - name - numbers - 12);
  const lines = bars.map(([outcome, value]) => {
    const drawn = bar(value / largest, room).padEnd(room);
    return `${outcome.padStart(name)} ${drawn} ${valueLabel(value).padStart(numbers)} ${percent(value, total).padStart(8)}`;
  });
  if (others > 0) lines.push(`… and ${others} more outcomes with ${percent(rest, total)} together`);
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

const STEP = 24;

export function histogramSvg(
  values: Readonly<Record<string, number>>,
  { top = 32 }: HistogramOptions = {},
  title = 'outcomes',
): string {
  const { bars, total, others, rest } = barsOf(values, top);
  const largest = bars[0]?.[1] ?? 1;
  const left = 24 + 8 * Math.max(2, ...bars.map(([outcome]) => outcome.length));
  const parts = bars.map(([outcome, value], index) => {
    const y = 16 + index * STEP;
    const width = Math.max(1, (400 * value) / largest);
    return [
      `<text x="${left - 8}" y="${y + 13}" class="right" font-family="monospace">${escapeXml(outcome)}</text>`,
      `<rect x="${left}" y="${y}" width="${decimal(width)}" height="${STEP - 6}" fill="#93c5fd" stroke="${LINE}"/>`,
      `<text x="${decimal(left + width + 8)}" y="${y + 13}" class="left">${valueLabel(value)} (${percent(value, total)})</text>`,
    ].join('');
  });
  const height = 24 + (bars.length + (others > 0 ? 1 : 0)) * STEP;
  if (others > 0)
    parts.push(
      `<text x="${left}" y="${height - 14}" class="left">… and ${others} more outcomes with ${percent(rest, total)} together</text>`,
    );
  return svgDocument({ width: left + 560, height }, title, parts);
}
