/**
 * Follows a mesh to its end: its state as it is, then every committed event behind that, each once, and beside them
 * the estimate and the critical path. Called by `run`, `rerun` and `watch`; the view shows, this file decides nothing.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { CliLastSeqDocument, CliMeshDocument, CliPathDocument } from '../../generated/graphql/graphql.js';
import type { Client } from '../client/client.js';
import { allTasks } from '../client/pages.js';
import { progressOf } from '../client/progress.js';
import { CliError } from '../cli-error.js';
import { MeshState } from './mesh-state.js';
import type { View } from './view.js';

const ETA_PAUSE_MS = 1000;
const ETA_PAUSE_FACTOR = 10;

/** Read before the mesh itself: what is committed in between is replayed, and nothing is missed. */
export async function lastSeq(client: Client): Promise<number> {
  return (await client.request(CliLastSeqDocument, {})).status.lastEventSeq;
}

async function load(client: Client, meshId: string): Promise<MeshState> {
  const { mesh } = await client.request(CliMeshDocument, { id: meshId });
  if (mesh === null) throw new CliError(`there is no mesh ${meshId}`, { code: 'NOT_FOUND' });
  const state = new MeshState(mesh);
  state.add(await allTasks(client, meshId));
  return state;
}

/** An estimate is a courtesy: without one the watching goes on. */
async function loadPath(client: Client, state: MeshState): Promise<void> {
  try {
    const { criticalPath } = await client.request(CliPathDocument, { meshId: state.id });
    if (criticalPath === null) return;
    const keys = criticalPath.taskIds.map((id) => state.tasks.get(id)?.key ?? id);
    state.path = { keys, seconds: criticalPath.seconds, unknown: criticalPath.unknown };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
  }
}

/**
 * Asked for, not subscribed to: the server runs the rest of the mesh ahead for every answer, which for 10,000 tasks
 * takes seconds of its processor. A tenth of its time is what a look at the clock may cost.
 */
async function followEta(client: Client, state: MeshState, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !state.ended) {
    const began = performance.now();
    state.eta = (await progressOf(client, state.id, signal))?.eta ?? null;
    const pauseMs = Math.max(ETA_PAUSE_MS, ETA_PAUSE_FACTOR * (performance.now() - began));
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Tasks that came into the mesh after it was read. */
async function meetNewTasks(client: Client, state: MeshState, taskId: string): Promise<void> {
  state.add(await allTasks(client, state.id));
  if (!state.tasks.has(taskId)) state.ignore(taskId);
}

async function followEvents(
  client: Client,
  state: MeshState,
  { after, view }: FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  for await (const { events } of client.events(state.id, after, signal, (lost) => view.connection(lost))) {
    for (const event of events) {
      const word = state.hear(event);
      if (word !== undefined) view.said(word);
      const change = state.apply(event);
      if (change === 'unknown') await meetNewTasks(client, state, event.taskId ?? '');
      else if (change !== undefined) view.changed(change);
    }
    if (state.ended) return;
  }
}

export interface FollowOptions {
  readonly client: Client;
  readonly meshId: string;
  /** From `lastSeq`, asked before the mesh was made or read. */
  readonly after: number;
  /** `after` lies before the mesh: everything that happened to it is shown, however fast it was. */
  readonly fromStart: boolean;
  readonly view: View;
  readonly signal: AbortSignal;
}

/** Resolves with the state when the mesh has ended or `signal` aborts. */
export async function followMesh(options: FollowOptions): Promise<MeshState> {
  const { client, meshId, fromStart, view, signal } = options;
  const state = await load(client, meshId);
  await loadPath(client, state);
  if (fromStart) state.rewind();
  view.started(state);
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const eta = state.ended ? undefined : followEta(client, state, stop);
  try {
    if (!state.ended) await followEvents(client, state, options, stop);
  } finally {
    over.abort();
    await eta;
    view.finished();
  }
  return state;
}
