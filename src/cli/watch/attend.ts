/**
 * Staying with a mesh until it ends or the person leaves: view, Ctrl-C, report, exit code. Called by `run`, `rerun`
 * and `watch`. Ctrl-C leaves a mesh that a server runs to that server; a mesh that runs in this process is cancelled,
 * because nobody else would go on with it, and a second Ctrl-C does not wait for its end.
 */
import { CliCancelMeshDocument } from '../../generated/graphql/graphql.js';
import type { Client } from '../client/client.js';
import { CliError, EXIT } from '../cli-error.js';
import { styleFor } from '../output/style.js';
import type { InterruptSignal } from '../shell.js';
import type { Verb } from '../verb.js';
import { followMesh } from './follow-mesh.js';
import { type MeshState } from './mesh-state.js';
import { reportOn, reportValue, showReport } from './report.js';
import { viewFor } from './view-for.js';

export interface Attendance {
  readonly verb: Verb;
  readonly client: Client;
  readonly meshId: string;
  readonly after: number;
  readonly fromStart: boolean;
  /** The server lives in this process and ends with the command. */
  readonly inProcess: boolean;
}

function exitCodeOf(signal: InterruptSignal | undefined, state: MeshState): number {
  if (signal !== undefined) return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  return state.status === 'COMPLETED' ? EXIT.ok : EXIT.failed;
}

function detached(meshId: string): string {
  return `\nThe mesh goes on without you.\n  taskmesh watch ${meshId}\n  taskmesh cancel ${meshId}`;
}

async function cancel({ verb, client, meshId }: Attendance): Promise<void> {
  verb.note('\ncancelling (Ctrl-C again to stop at once)');
  try {
    await client.request(CliCancelMeshDocument, { id: meshId });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    verb.note(`cancelling failed: ${error.message}`);
  }
}

export async function attend(attendance: Attendance): Promise<number> {
  const { verb, client, meshId, after, fromStart, inProcess } = attendance;
  const leaving = new AbortController();
  let received: InterruptSignal | undefined;
  let cancelled: Promise<void> | undefined;
  const stopListening = verb.shell.onInterrupt((signal) => {
    if (received !== undefined || !inProcess) leaving.abort();
    else cancelled = cancel(attendance);
    received ??= signal;
  });
  try {
    const state = await followMesh({
      client,
      meshId,
      after,
      fromStart,
      view: viewFor(verb),
      signal: leaving.signal,
    });
    await cancelled;
    if (!leaving.signal.aborted) await tell(attendance, state);
    else if (!inProcess) verb.note(detached(meshId));
    return exitCodeOf(received, state);
  } finally {
    stopListening();
  }
}

async function tell({ verb, client, inProcess }: Attendance, state: MeshState): Promise<void> {
  const report = await reportOn(client, state);
  verb.answer(reportValue(report), () => showReport(report, styleFor(verb.shell), inProcess));
}
