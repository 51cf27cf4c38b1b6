/** The figures of the demo as one SVG: times and errors by run, and how the expected end of one run narrows. */
import type { RunFigures } from './figures.js';

const WIDTH = 960;
const HEIGHT = 300;
const PANEL = { width: 250, height: 190, top: 60, gap: 70, left: 50 };
const INK = '#1f2937';
const FAINT = '#d1d5db';
const STEADY = '#2563eb';
const SLOWED = '#c2410c';

interface Scale {
  x(value: number): number;
  y(value: number): number;
}

export function chartOf(runs: readonly RunFigures[], told: RunFigures): string {
  const panels = [
    bars(
      0,
      'makespan / least possible',
      runs,
      ({ ratio }) => ratio,
      (value) => value.toFixed(2),
    ),
    bars(1, 'median error of predictions', runs, ({ medianError }) => medianError, percent),
    fan(2, told),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...panels,
    '</svg>',
  ].join('\n');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function leftOf(panel: number): number {
  return PANEL.left + panel * (PANEL.width + PANEL.gap);
}

function scaleOf(panel: number, [xMax, yMax]: readonly [number, number]): Scale {
  const [left, bottom] = [leftOf(panel), PANEL.top + PANEL.height];
  return {
    x: (value) => round(left + (value / xMax) * PANEL.width),
    y: (value) => round(bottom - (value / yMax) * PANEL.height),
  };
}

function frame(panel: number, title: string, below: string): string {
  const [left, bottom] = [leftOf(panel), PANEL.top + PANEL.height];
  return [
    `<text x="${left}" y="${PANEL.top - 24}" font-weight="600">${title}</text>`,
    `<path d="M${left} ${PANEL.top}V${bottom}H${left + PANEL.width}" fill="none" stroke="${FAINT}"/>`,
    `<text x="${left + PANEL.width / 2}" y="${bottom + 36}" text-anchor="middle">${below}</text>`,
  ].join('\n');
}

function bars(
  panel: number,
  title: string,
  runs: readonly RunFigures[],
  valueOf: (run: RunFigures) => number | null,
  written: (value: number) => string,
): string {
  const top = Math.max(...runs.map((run) => valueOf(run) ?? 0)) * 1.1;
  const { x, y } = scaleOf(panel, [runs.length, top]);
  const columns = runs.map((run, at) => {
    const value = valueOf(run);
    const middle = x(at + 0.5);
    const name = `<text x="${middle}" y="${y(0) + 16}" text-anchor="middle">${run.run}</text>`;
    if (value === null) return name;
    const [left, width, height] = [x(at + 0.15), round(x(0.85) - x(0.15)), round(y(0) - y(value))];
    const color = run.slowed ? SLOWED : STEADY;
    return [
      `<rect x="${left}" y="${y(value)}" width="${width}" height="${height}" fill="${color}"/>`,
      `<text x="${middle}" y="${y(value) - 5}" text-anchor="middle">${written(value)}</text>`,
      name,
    ].join('\n');
  });
  const below = runs.some(({ slowed }) => slowed) ? 'run (red: one place is slower)' : 'run';
  return [frame(panel, title, below), ...columns].join('\n');
}

/** p10 to p90 as an area, p50 as a line, and when it was really over. */
function fan(panel: number, { run, etas, makespan }: RunFigures): string {
  const title = `expected end of run ${run}, s`;
  if (etas.length === 0) return frame(panel, title, 'nothing was expected');
  const top = Math.max(makespan, ...etas.map(({ p90 }) => p90)) * 1.1;
  const { x, y } = scaleOf(panel, [makespan, top]);
  const along = etas.filter(({ at }) => at <= makespan);
  const upper = along.map(({ at, p90 }) => `${x(at)},${y(p90)}`);
  const lower = along.map(({ at, p10 }) => `${x(at)},${y(p10)}`).reverse();
  const middle = along.map(({ at, p50 }) => `${x(at)},${y(p50)}`);
  const end = y(makespan);
  return [
    frame(panel, title, `seconds since it began, ${makespan.toFixed(1)} in all`),
    `<polygon points="${[...upper, ...lower].join(' ')}" fill="${STEADY}" fill-opacity="0.2"/>`,
    `<polyline points="${middle.join(' ')}" fill="none" stroke="${STEADY}" stroke-width="2"/>`,
    `<path d="M${x(0)} ${end}H${x(makespan)}" stroke="${SLOWED}" stroke-dasharray="4 3"/>`,
    `<text x="${x(0) + 4}" y="${end + 14}" fill="${SLOWED}">it took ${makespan.toFixed(1)} s</text>`,
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
