/**
 * The last words about a mesh: how it ended, and of each task that failed its failure, its last lines and what to do
 * next. Called by the verbs that waited for the end. It reads, and changes nothing.
 */
import { counted } from '../output/counted.js';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Client } from '../client/client.js';
import { allTasks, logPages } from '../client/pages.js';
import type { LogLine, TaskSummary } from '../client/nouns.js';
import { showSeconds } from '../output/duration.js';
import { plainText } from '../output/plain-text.js';
import { looks, type Style } from '../output/style.js';
import { showCounts } from './frame.js';
import type { MeshState } from './mesh-state.js';

const FAILURES_SHOWN_MAX = 10;
const LINES_SHOWN_MAX = 10;
const MESSAGE_LINES_MAX = 5;
/** A log of 10 MB has some 100,000 lines; its end is worth this many requests and no more. */
const LOG_PAGES_MAX = 50;

export interface FailedTask {
  readonly task: TaskSummary;
  readonly lines: readonly LogLine[];
}

export interface Report {
  readonly state: MeshState;
  readonly failed: readonly FailedTask[];
}

async function lastLines(client: Client, task: TaskSummary): Promise<LogLine[]> {
  let lines: LogLine[] = [];
  let pages = 0;
  for await (const page of logPages(client, task.id, task.attempt === 0 ? null : task.attempt)) {
    lines = [...lines, ...page].slice(-LINES_SHOWN_MAX);
    if (++pages >= LOG_PAGES_MAX) break;
    await breathe();
  }
  return lines;
}

export async function reportOn(client: Client, state: MeshState): Promise<Report> {
  if (state.counts.FAILED === 0) return { state, failed: [] };
  const tasks = (await allTasks(client, state.id, ['FAILED'])).slice(0, FAILURES_SHOWN_MAX);
  const failed = await Promise.all(
    tasks.map(async (task) => ({ task, lines: await lastLines(client, task) })),
  );
  return { state, failed };
}

/** For programs. */
export function reportValue({ state, failed }: Report): object {
  const { id: meshId, name, status, counts, createdAt, finishedAt } = state;
  const failures = failed.map(({ task, lines }) => ({
    taskId: task.id,
    key: task.key,
    attempt: task.attempt,
    failure: task.failure,
    log: lines.map((line) => line.text),
  }));
  const seconds = finishedAt === undefined ? null : (finishedAt - createdAt) / 1000;
  return { type: 'result', meshId, name, status, seconds, counts, failures };
}

/** A message may have several lines: the command's last words. */
function showFailure(task: TaskSummary): string {
  const text =
    task.failure === null
      ? (task.reason ?? 'no reason was given')
      : `${task.failure.code}: ${task.failure.message}`;
  return text.split('\n').slice(0, MESSAGE_LINES_MAX).map(plainText).join('\n    ');
}

function showFailed({ task, lines }: FailedTask, style: Style): string {
  const attempts = task.attempt > 1 ? `, after ${task.attempt} attempts` : '';
  const head = `${style.icon(task.status)} ${style.paint(plainText(task.key), 'bold')} failed${attempts}: ${showFailure(task)}\n`;
  const log = lines.map((line) => `    ${style.paint('|', 'grey')} ${plainText(line.text)}\n`);
  return `\n${head}${log.join('')}`;
}

/** A server in this process ends with the command: reading logs needs another one, running again brings its own. */
function nextSteps({ state, failed }: Report, inProcess: boolean): string {
  if (state.status === 'COMPLETED' || !state.ended) return '';
  const serve = inProcess ? ' (while `taskmesh serve` runs)' : '';
  const log = failed[0] === undefined ? '' : `  taskmesh logs ${failed[0].task.id}   its whole log${serve}\n`;
  return `\nNext:\n  taskmesh rerun ${state.id} --from-failure   run again what did not complete\n${log}`;
}

/** For people. */
export function showReport(report: Report, style: Style, inProcess: boolean): string {
  const { state, failed } = report;
  const seconds =
    state.finishedAt === undefined
      ? ''
      : ` after ${showSeconds((state.finishedAt - state.createdAt) / 1000)}`;
  const head = `${style.icon(state.status)} ${plainText(state.name)} ${looks[state.status].word}${seconds}: ${showCounts(state.counts)}\n`;
  const hidden = state.counts.FAILED - failed.length;
  const more =
    hidden > 0 ? `\nand ${counted(hidden, 'more failed task')}: taskmesh status ${state.id}\n` : '';
  return `${head}${failed.map((one) => showFailed(one, style)).join('')}${more}${nextSteps(report, inProcess)}`;
}
