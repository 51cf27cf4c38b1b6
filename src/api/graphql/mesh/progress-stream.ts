/**
 * When to look at the progress of a mesh: at the start, after its events with a pause in between, and now and then
 * because an estimate changes as time passes. Ends with the mesh.
 */
import type { Clock } from '../../../kit/clock.js';
import { isMeshOpen } from '../../../lifecycle/vocabulary.js';
import type { EventFeed, MeshProgress } from '../../../orchestrator/watch.js';
import { pause } from '../stream/gathered.js';

export const PROGRESS_PAUSE_MS = 250;
const LOOK_AGAIN_MS = 2000;

export interface ProgressFaces {
  readonly feed: EventFeed;
  readonly clock: Clock;
  readonly progress: () => Promise<MeshProgress | undefined>;
}

/** Tells that something happened since it was last asked, and wakes whoever waits for that. */
class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async heard(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    if (!this.#rung) await Promise.race([woken, pause(clock, ms, signal)]);
    this.#rung = false;
    this.#wake = undefined;
  }
}

async function ringOnEvents(meshId: string, feed: EventFeed, bell: Bell, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of feed.events({ meshId }, undefined, signal)) bell.ring();
  } finally {
    bell.ring();
  }
}

export async function* progressStream(
  meshId: string,
  faces: ProgressFaces,
  signal: AbortSignal,
): AsyncGenerator<MeshProgress> {
  const over = new AbortController();
  try {
    yield* changes(meshId, faces, AbortSignal.any([signal, over.signal]));
  } finally {
    // However it ends: the event feed behind it must not listen on.
    over.abort();
  }
}

async function* changes(
  meshId: string,
  faces: ProgressFaces,
  signal: AbortSignal,
): AsyncGenerator<MeshProgress> {
  const bell = new Bell();
  let failure: unknown;
  ringOnEvents(meshId, faces.feed, bell, signal).catch((error: unknown) => (failure = error));
  let shown = '';
  while (!signal.aborted) {
    if (failure !== undefined) throw failure;
    const progress = await faces.progress();
    if (progress === undefined) return;
    const text = JSON.stringify(progress);
    if (text !== shown) yield progress;
    shown = text;
    if (!isMeshOpen(progress.status)) return;
    await pause(faces.clock, PROGRESS_PAUSE_MS, signal);
    await bell.heard(faces.clock, LOOK_AGAIN_MS, signal);
  }
}
