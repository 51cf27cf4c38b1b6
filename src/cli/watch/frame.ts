/**
 * One picture of a mesh for a terminal, as lines: what it is, how far it is, its longest chain, its tasks. Called by
 * `live-view.ts` ten times a second. It fits any width, and folds what does not fit the height: what failed and what
 * runs is shown, of the rest only counts.
 */
import { counted } from '../output/counted.js';
import type { TaskStatus } from '../../lifecycle/vocabulary.js';
import { showSeconds } from '../output/duration.js';
import { columnsOf, cut, fit, plainText } from '../output/plain-text.js';
import { looks, type Style } from '../output/style.js';
import type { MeshState, PathView, TaskState } from './mesh-state.js';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Lines above and below the tasks, and one for the cursor. */
const LINES_AROUND = 7;
const KEY_COLUMNS_MAX = 48;
const BAR_COLUMNS_MAX = 30;

/** In the order in which they matter to somebody who watches. */
const urgency: readonly TaskStatus[] = [
  'FAILED',
  'RUNNING',
  'RETRYING',
  'HELD',
  'UPSTREAM_FAILED',
  'CANCELLED',
  'QUEUED',
  'PENDING',
  'SKIPPED',
  'COMPLETED',
];

export function progressBar(fraction: number, columns: number, unicode: boolean): string {
  const full = Math.floor(Math.min(1, Math.max(0, fraction)) * columns);
  return (unicode ? '█' : '#').repeat(full) + (unicode ? '░' : '-').repeat(columns - full);
}

export function showEta({ eta, ended, status }: Pick<MeshState, 'eta' | 'ended' | 'status'>): string {
  if (ended) return '';
  if (status === 'PAUSED') return 'paused';
  if (eta === null) return 'ETA unknown';
  return `ETA ${showSeconds(eta.p50)} (${showSeconds(eta.p10)} to ${showSeconds(eta.p90)})`;
}

export function showCounts(counts: MeshState['counts']): string {
  const present = urgency.filter((status) => counts[status] > 0);
  return present.map((status) => `${counts[status]} ${looks[status].word}`).join(', ');
}

export function showPath({ keys, seconds, unknown }: PathView, columns: number): string {
  const tasks = counted(keys.length, 'task');
  const time =
    seconds === null ? `unknown time, ${unknown} of ${tasks} never ran` : `${showSeconds(seconds)}, ${tasks}`;
  const head = `critical path (${time}): `;
  return cut(head + keys.map(plainText).join(' → '), columns);
}

function heading(state: MeshState, now: number, style: Style): string {
  const elapsed = ((state.finishedAt ?? now) - state.createdAt) / 1000;
  const lost = state.lost ? '  connection lost, trying again' : '';
  return `${style.icon(state.status)} ${style.paint(plainText(state.name), 'bold')}  ${looks[state.status].word}  ${showSeconds(elapsed)}${lost}`;
}

function progressLine(state: MeshState, columns: number, style: Style): string {
  const fraction = state.tasks.size === 0 ? 1 : state.finished / state.tasks.size;
  const bar = progressBar(
    fraction,
    Math.max(5, Math.min(BAR_COLUMNS_MAX, Math.floor(columns / 3))),
    style.unicode,
  );
  const eta = showEta(state);
  const rest = ` ${Math.floor(fraction * 100)} %  ${state.finished}/${state.tasks.size}${eta === '' ? '' : `  ${eta}`}`;
  return (
    style.paint(bar, state.counts.FAILED > 0 ? 'red' : 'green') +
    cut(rest, Math.max(0, columns - columnsOf(bar)))
  );
}

function timeOf(task: TaskState, now: number): string {
  if (task.startedAt === undefined) return '';
  if (task.status === 'RUNNING') return showSeconds((now - task.startedAt) / 1000);
  return task.finishedAt === undefined ? '' : showSeconds((task.finishedAt - task.startedAt) / 1000);
}

/** Of a line: icon, spaces, status and time. */
const FIXED_COLUMNS = 31;

function taskLine(
  task: TaskState,
  { width, keyColumns }: { width: number; keyColumns: number },
  now: number,
  style: Style,
): string {
  const { word, colour } = looks[task.status];
  const room = width - keyColumns - FIXED_COLUMNS - 2;
  const said = [task.node, task.message].filter((part) => part !== undefined).join('  ');
  const message = said === '' || room < 4 ? '' : `  ${cut(plainText(said), room)}`;
  return `${style.icon(task.status)} ${fit(plainText(task.key), keyColumns)}  ${style.paint(fit(word, 15), colour)}  ${timeOf(task, now)}${message}`;
}

/** Those that are shown one by one: all of them if they fit, else the most urgent. */
function shownTasks(state: MeshState, room: number): readonly TaskState[] {
  const all = [...state.tasks.values()];
  if (all.length <= room) return all;
  const shown: TaskState[] = [];
  for (const status of urgency.slice(0, 3)) {
    if (state.counts[status] === 0) continue;
    for (const task of all) if (task.status === status && shown.length < room - 1) shown.push(task);
  }
  return shown;
}

function restLine(state: MeshState, shown: readonly TaskState[]): string | undefined {
  if (shown.length === state.tasks.size) return undefined;
  const rest = { ...state.counts };
  for (const task of shown) rest[task.status]--;
  return `  and ${showCounts(rest)}`;
}

/** No line is wider than the terminal; colours and icons do not count. */
export function frame(state: MeshState, { columns, rows }: Size, style: Style, now: number): string[] {
  const width = Math.max(10, columns - 1);
  const shown = shownTasks(state, Math.max(3, rows - LINES_AROUND));
  const longest = shown.reduce((most, task) => Math.max(most, columnsOf(plainText(task.key))), 0);
  const keyColumns = Math.max(1, Math.min(longest, KEY_COLUMNS_MAX, width - FIXED_COLUMNS));
  const narrow = width < 34;
  const lines = shown.map((task) => {
    return narrow
      ? `${style.icon(task.status)} ${cut(plainText(task.key), width - 2)}`
      : taskLine(task, { width, keyColumns }, now, style);
  });
  const rest = restLine(state, shown);
  const name = plainText(state.name);
  const title =
    columnsOf(name) + 60 <= width
      ? heading(state, now, style)
      : `${style.icon(state.status)} ${cut(`${name}  ${looks[state.status].word}`, width - 2)}`;
  return [
    title,
    progressLine(state, width, style),
    ...(state.path === undefined || state.path.keys.length === 0
      ? []
      : [style.paint(showPath(state.path, width), 'grey')]),
    '',
    ...lines,
    ...(rest === undefined ? [] : [cut(rest, width)]),
  ];
}
