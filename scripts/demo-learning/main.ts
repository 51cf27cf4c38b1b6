/**
 * `npm run demo:learning`: a workflow runs again and again on two places of different speed, each a process of its own that
 * starts real ones; then one becomes slower. What was learned shows in the makespan and the errors, run by run.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { calibrationOf, figuresOf, type RunFigures } from './figures.js';
import { type LearningDemoOptions, readOptions, USAGE } from './options.js';
import { type DemoPlace, leastSeconds, timesAt, writeTimes } from './places.js';
import {
  type Alarm,
  alarmLines,
  calibrationLines,
  etaLines,
  HEAD_LINE,
  pageOf,
  runLine,
  toldRun,
} from './report.js';
import { type Prediction, runOnce } from './run.js';
import { DemoSite } from './site.js';
import { type DemoWorkflow, workflowOf } from './workflow.js';

const BUILT = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const SLOTS = 3;

function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** At first `swift` is the better place for most programs. */
function twoPlaces(): [DemoPlace, DemoPlace] {
  return [
    { name: 'swift', slots: SLOTS, pace: 1 },
    { name: 'steady', slots: SLOTS, pace: 1.6 },
  ];
}

/** So that it takes so long at best. */
function scaled(workflow: DemoWorkflow, places: readonly DemoPlace[], seconds: number): DemoWorkflow {
  const factor = seconds / leastSeconds(places, workflow.tasks, timesAt(places, workflow.tasks, 0));
  return { ...workflow, tasks: workflow.tasks.map((task) => ({ ...task, seconds: factor * task.seconds })) };
}

async function runs(
  site: DemoSite,
  workflow: DemoWorkflow,
  places: [DemoPlace, DemoPlace],
  options: LearningDemoOptions,
) {
  const figures: RunFigures[] = [];
  const predictions: Prediction[] = [];
  say('', HEAD_LINE);
  for (let run = 1; run <= 2 * options.runs; run++) {
    const slowed = run > options.runs;
    if (run === options.runs + 1) {
      places[0].pace *= options.slower;
      say(`${places[0].name} takes ${options.slower} times as long from now on; nobody tells the server`);
    }
    const times = timesAt(places, workflow.tasks, run);
    await Promise.all(places.map((place, at) => writeTimes(site.timesOf(place), times[at] as number[])));
    const done = await runOnce(site.door, workflow);
    predictions.push(...done.predictions);
    const own = figuresOf(done, { run, slowed, least: leastSeconds(places, workflow.tasks, times) });
    figures.push(own);
    say(runLine(own));
  }
  return { runs: figures, predictions };
}

async function demonstrate(options: LearningDemoOptions): Promise<void> {
  const places = twoPlaces();
  const workflow = scaled(await workflowOf(options.file), places, options.seconds);
  const site = new DemoSite(options.stateDir);
  const stop = (): void => void site.close().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await site.start(places);
    say(
      `${workflow.name}: ${workflow.tasks.length} tasks on ${places.map(({ name }) => name).join(' and ')}, ${SLOTS} at once on each`,
    );
    const { predictions, ...done } = await runs(site, workflow, places, options);
    const { driftAlarms: alarms } = await site.door.ask<{ driftAlarms: Alarm[] }>(
      '{ driftAlarms(first: 10) { machine factorBefore factorAfter } }',
    );
    const calibration = calibrationOf(predictions);
    say('', ...alarmLines(alarms), '', ...etaLines(toldRun(done.runs)), '', ...calibrationLines(calibration));
    const report = resolve(options.report);
    await mkdir(dirname(report), { recursive: true });
    await writeFile(report, pageOf({ workflow, places, calibration, alarms, ...done }));
    say('', `report: ${options.report}`);
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
    await site.close();
  }
}

/** Answers the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let options: LearningDemoOptions | undefined;
  try {
    options = readOptions(argv);
    if (options !== undefined && !existsSync(BUILT)) throw new Error('run `npm run build` first');
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    return 2;
  }
  if (options === undefined) {
    say(USAGE);
    return 0;
  }
  try {
    await demonstrate(options);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}
