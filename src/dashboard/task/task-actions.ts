/**
 * What a person does to a task. Shown at once, confirmed or taken back by the server's answer; what can be undone offers
 * to, and what cannot waits a moment.
 */
import {
  CancelTaskDocument,
  HoldTaskDocument,
  ReleaseTaskDocument,
  RetryTaskDocument,
  SetPriorityDocument,
  type Priority,
  type TaskStatus,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { later } from '../mesh/later.js';
import { openMesh } from '../mesh/open-mesh.js';
import { PLACE_OF } from '../parts/statuses.js';
import { lower } from '../parts/words.js';
import { go, linkTo } from '../address/address.js';
import { say } from '../shell/toasts.jsx';

export interface Acted {
  readonly id: string;
  readonly name: string;
  readonly meshId: string;
}

function assume({ id }: Acted, status: TaskStatus): () => void {
  return openMesh.peek()?.assume(id, PLACE_OF[status]) ?? (() => undefined);
}

/** Takes back what was assumed where the server refuses. */
async function attempt(takeBack: () => void, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    takeBack();
    say({ text: wordsOf(error), isFault: true });
    return false;
  }
}

export async function holdTask(task: Acted): Promise<void> {
  if (await attempt(assume(task, 'HELD'), () => ask(HoldTaskDocument, { id: task.id })))
    say({ text: `${task.name} is held`, undo: () => void releaseTask(task) });
}

export async function releaseTask(task: Acted): Promise<void> {
  const takeBack = assume(task, 'PENDING');
  if (await attempt(takeBack, () => ask(ReleaseTaskDocument, { id: task.id })))
    say({ text: `${task.name} is released`, undo: () => void holdTask(task) });
}

export function cancelTask(task: Acted): void {
  const takeBack = assume(task, 'CANCELLED');
  const undo = later(() => void attempt(takeBack, () => ask(CancelTaskDocument, { id: task.id })));
  say({
    text: `Cancelling ${task.name}`,
    undo: () => {
      undo();
      takeBack();
    },
  });
}

/** Where it has ended, it runs again in a new mesh, with all that hangs on it. */
export async function retryTask(task: Acted): Promise<void> {
  await attempt(
    () => undefined,
    async () => {
      const { retryTask: again } = await ask(RetryTaskDocument, { id: task.id });
      if (again.meshId === task.meshId) return say({ text: `${task.name} is tried again now` });
      say({
        text: `${task.name} runs again in a new mesh`,
        link: { href: linkTo({ page: 'mesh', mesh: task.meshId, task: task.id }), text: 'Back' },
      });
      go({ page: 'mesh', mesh: again.meshId, task: again.id });
    },
  );
}

export async function setPriority(task: Acted, before: Priority, priority: Priority): Promise<void> {
  const done = await attempt(
    () => undefined,
    () => ask(SetPriorityDocument, { id: task.id, priority }),
  );
  if (done)
    say({
      text: `${task.name} has priority ${lower(priority)}`,
      undo: () => void setPriority(task, priority, before),
    });
}
