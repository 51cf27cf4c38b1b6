/** The report of the demo: lines for the terminal, and a page with the chart and the same figures. */
import { chartOf, percent } from './chart.js';
import { type Calibration, etasAt, type RunFigures } from './figures.js';
import type { DemoPlace } from './places.js';
import type { DemoWorkflow } from './workflow.js';

export interface DemoReport {
  readonly workflow: DemoWorkflow;
  readonly places: readonly DemoPlace[];
  readonly runs: readonly RunFigures[];
  readonly calibration: Calibration;
  readonly alarms: readonly Alarm[];
}

/** A machine was found to be otherwise than learned: factors of run time. */
export interface Alarm {
  readonly machine: string;
  readonly factorBefore: number;
  readonly factorAfter: number;
}

const HEAD = ['run', 'makespan', 'least possible', 'ratio', 'median error', 'predicted'];
/** Of a run, when its expected end is told. */
const MOMENTS = [0, 0.25, 0.5, 0.75, 0.95];

export const HEAD_LINE = lineOf(HEAD);

export function runLine(run: RunFigures): string {
  return lineOf(cellsOf(run));
}

function cellsOf({ run, slowed, makespan, least, ratio, medianError, predicted }: RunFigures): string[] {
  return [
    `${run}${slowed ? ' slowed' : ''}`,
    `${makespan.toFixed(1)} s`,
    `${least.toFixed(1)} s`,
    ratio.toFixed(2),
    medianError === null ? '-' : percent(medianError),
    String(predicted),
  ];
}

function lineOf(cells: readonly string[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(10) : cell.padStart(15))).join('');
}

/** How the expected end of a run narrowed. */
export function etaLines(run: RunFigures): string[] {
  const told = etasAt(run, MOMENTS);
  if (told.length === 0) return [`run ${run.run}: nothing was known, no end was expected`];
  return [
    `run ${run.run}, expected to take in all (p10 – p50 – p90), as told while it ran:`,
    ...told.map(
      ({ at, p10, p50, p90 }) =>
        `  after ${at.toFixed(1).padStart(5)} s  ${[p10, p50, p90].map((end) => end.toFixed(1)).join(' – ')} s`,
    ),
    `  it took     ${run.makespan.toFixed(1)} s`,
  ];
}

export function calibrationLines({ count, below, inside }: Calibration): string[] {
  return [
    `calibration over ${count} predictions: ${percent(inside)} came between p05 and p95 (should be 90 %)`,
    `  below p05 ${percent(below.p05)}, below p50 ${percent(below.p50)}, below p95 ${percent(below.p95)}`,
  ];
}

export function alarmLines(alarms: readonly Alarm[]): string[] {
  if (alarms.length === 0) return ['no machine was found to have changed'];
  return alarms.map(
    ({ machine, factorBefore, factorAfter }) =>
      `${machine} was found to take ${factorAfter.toFixed(2)} times what was learned of it (before: ${factorBefore.toFixed(2)})`,
  );
}

/** Of the runs before the change, the last: what most was known of. */
export function toldRun(runs: readonly RunFigures[]): RunFigures {
  return (runs.findLast(({ slowed }) => !slowed) ?? runs.at(-1)) as RunFigures;
}

export function pageOf({ workflow, places, runs, calibration, alarms }: DemoReport): string {
  const rows = runs.map((run) => `<tr><td>${cellsOf(run).join('</td><td>')}</td></tr>`);
  const told = toldRun(runs);
  const lines = [...alarmLines(alarms), '', ...etaLines(told), '', ...calibrationLines(calibration)];
  const where = places.map(({ name, slots }) => `${escaped(name)} (${slots} at once)`).join(' and ');
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Learning</title>
<style>
body { font: 15px system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1f2937; background: #fff }
td, th { padding: 0.2rem 1rem; text-align: right } td:first-child, th:first-child { text-align: left }
</style>
<h1>What learning did to ${escaped(workflow.name)}</h1>
<p>${workflow.tasks.length} tasks on ${where}. The least possible is a bound that knows every time beforehand: the longest
path, or all work shared out.</p>
${chartOf(runs, told)}
<table><tr><th>${HEAD.join('</th><th>')}</th></tr>
${rows.join('\n')}
</table>
<pre>${escaped(lines.join('\n'))}</pre>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
