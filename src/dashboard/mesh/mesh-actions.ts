/** What a person does to a mesh: paused, resumed, ended, run again. Says what came of it. */
import {
  CancelMeshDocument,
  PauseMeshDocument,
  RerunMeshDocument,
  ResumeMeshDocument,
  type RerunStrategy,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { go, linkTo } from '../address/address.js';
import { say } from '../shell/toasts.jsx';
import { later } from './later.js';

async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    say({ text: wordsOf(error), isFault: true });
    return false;
  }
}

export async function pauseMesh(id: string): Promise<void> {
  if (await attempt(() => ask(PauseMeshDocument, { id })))
    say({ text: 'Paused: what runs goes on, nothing new starts', undo: () => void resumeMesh(id) });
}

export async function resumeMesh(id: string): Promise<void> {
  if (await attempt(() => ask(ResumeMeshDocument, { id })))
    say({ text: 'Resumed', undo: () => void pauseMesh(id) });
}

/** Ending is final, so it waits a moment for a change of mind. */
export function cancelMesh(id: string, name: string): void {
  const undo = later(() => void attempt(() => ask(CancelMeshDocument, { id })));
  say({ text: `Ending ${name} in a moment`, undo });
}

export async function rerunMesh(id: string, strategy: RerunStrategy, fromTaskId?: string): Promise<void> {
  await attempt(async () => {
    const { rerunMesh: mesh } = await ask(RerunMeshDocument, {
      id,
      strategy,
      fromTaskId: fromTaskId ?? null,
    });
    say({
      text: `Runs again as a new mesh`,
      link: { href: linkTo({ page: 'mesh', mesh: id }), text: 'Back to the first' },
    });
    go({ page: 'mesh', mesh: mesh.id });
  });
}
