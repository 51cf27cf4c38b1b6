/**
 * A mesh as plain lines, one per change that matters, for logs of build servers and for pipes. Made by `viewFor`.
 * Queueing is left out: it would double the lines and says little.
 */
import { counted } from '../output/counted.js';
import { isTerminal, type TaskStatus } from '../../lifecycle/vocabulary.js';
import { showSeconds } from '../output/duration.js';
import { plainText } from '../output/plain-text.js';
import { looks, type Style } from '../output/style.js';
import type { Output } from '../shell.js';
import { showPath } from './frame.js';
import type { MeshState, TaskChange, TaskWord } from './mesh-state.js';
import type { View } from './view.js';

const quiet: ReadonlySet<TaskStatus> = new Set(['PENDING', 'QUEUED']);
const PATH_COLUMNS = 200;

function sinceOf({ createdAt }: MeshState, at: number): string {
  return showSeconds((at - createdAt) / 1000).padStart(8);
}

export class LineView implements View {
  #state: MeshState | undefined;

  constructor(
    private readonly output: Output,
    private readonly style: Style,
  ) {}

  started(state: MeshState): void {
    this.#state = state;
    this.output.write(`${plainText(state.name)} (${state.id}): ${counted(state.tasks.size, 'task')}\n`);
    if (state.path !== undefined && state.path.keys.length > 0)
      this.output.write(`${showPath(state.path, PATH_COLUMNS)}\n`);
  }

  changed({ task, from, to, at }: TaskChange): void {
    const isTakenBack = from === 'RUNNING' && to === 'QUEUED';
    if (this.#state === undefined || (quiet.has(to) && !isTakenBack)) return;
    const since = sinceOf(this.#state, at);
    const ran =
      task.finishedAt === undefined || task.startedAt === undefined
        ? ''
        : ` (${showSeconds((task.finishedAt - task.startedAt) / 1000)})`;
    const place =
      task.node === undefined || isTerminal(to)
        ? ''
        : ` ${isTakenBack ? 'again, was ' : ''}on ${plainText(task.node)}`;
    const done = `${this.#state.finished}/${this.#state.tasks.size}`;
    this.output.write(
      `${since}  ${this.style.icon(to)} ${plainText(task.key)} ${looks[to].word}${place}${ran}  [${done}]\n`,
    );
  }

  said({ task, message, at }: TaskWord): void {
    if (this.#state === undefined) return;
    this.output.write(`${sinceOf(this.#state, at)}    ${plainText(`${task.key}: ${message}`)}\n`);
  }

  connection(lost: boolean): void {
    this.output.write(lost ? 'connection lost, trying again\n' : 'connected again\n');
  }

  finished(): void {}
}
