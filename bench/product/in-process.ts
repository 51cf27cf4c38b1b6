/** Submits tasks to the product inside its own process, as its doors do, without HTTP and GraphQL before it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Idle } from '../idle.js';
import { built } from './built.js';
import { now } from './clock.js';

type DeskModule = typeof import('../../src/orchestrator/command-desk.js');
type Desk = InstanceType<DeskModule['CommandDesk']>;

const CALLER = { id: 'bench', trusted: true };
const DEFAULTS = { maxAttempts: 3, executionTimeoutMs: 300_000 };

/** The composition root keeps the desk to itself; this gets hold of it at the first command that comes in. */
export class InProcess {
  #desk: Desk | undefined;

  static async prepare(): Promise<InProcess> {
    const { CommandDesk } = await built<DeskModule>('orchestrator/command-desk');
    const made = new InProcess();
    const { submitMesh } = CommandDesk.prototype;
    CommandDesk.prototype.submitMesh = function (this: Desk, ...given) {
      made.#desk = this;
      return submitMesh.apply(this, given);
    };
    return made;
  }

  /** When each of the tasks was handed in. */
  async submitOneByOne({ count, warmUp, pauseMs }: Idle): Promise<number[]> {
    const desk = this.#desk;
    if (desk === undefined) throw new Error('no command has come in yet');
    const { checkTask } = await built<typeof import('../../src/orchestrator/definition/check-mesh.js')>(
      'orchestrator/definition/check-mesh',
    );
    const submittedAt: number[] = [];
    for (let task = 0; task < warmUp + count; task++) {
      submittedAt.push(now());
      const input = { name: `t${task}`, work: { wait: { durationMs: 0 } } };
      const checked = checkTask(input, DEFAULTS);
      if (!checked.ok) throw new Error(checked.refusal.message);
      await desk.createTask(CALLER, null, checked.value);
      await pause(pauseMs[task % pauseMs.length]);
    }
    return submittedAt;
  }
}
