/**
 * Keeps a mesh live: a snapshot, then every event behind it, applied once a frame. What changes its shape, and what the
 * stream refuses to go on from, is answered by one new snapshot. Made by the mesh page for as long as it is open.
 */
import { signal, type Signal } from '@preact/signals';
import {
  MeshEventsDocument,
  MeshGraphDocument,
  MeshOutlookDocument,
  MeshPathDocument,
  type MeshEventsSubscription,
  type MeshOutlookQuery,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { listen } from '../api/socket.js';
import { MeshState, type MeshEvent } from './mesh-state.js';

type Eta = NonNullable<NonNullable<MeshOutlookQuery['meshOutlook']>['eta']>;

/** Events of a burst that reshape come together; one snapshot answers them. */
const RESHAPE_MS = 150;
const RETRY_MS = 1000;
/** The server runs the rest of the mesh ahead for every look; a tenth of its time may go there. */
const OUTLOOK_MS_MIN = 1000;
const OUTLOOK_FACTOR = 10;
const HIDDEN_MS = 1000;

export interface CriticalPath {
  readonly places: readonly number[];
  readonly seconds: number | null;
  readonly unknown: number;
}

export class LiveMesh {
  readonly id: string;
  /** Another object whenever the shape changed. */
  readonly state: Signal<MeshState | undefined> = signal(undefined);
  /** Counts frames in which something of the state changed. */
  readonly version = signal(0);
  readonly eta: Signal<Eta | null> = signal(null);
  readonly path: Signal<CriticalPath | undefined> = signal(undefined);
  readonly fault = signal('');
  readonly isMissing = signal(false);
  /** Events that came by the stream. */
  received = 0;
  #pending: MeshEvent[] = [];
  #isPlanned = false;
  #stop: () => void = () => undefined;
  #reshape: ReturnType<typeof setTimeout> | undefined;
  #outlook: ReturnType<typeof setTimeout> | undefined;
  readonly #over = new AbortController();

  constructor(id: string) {
    this.id = id;
    void this.#load();
  }

  close(): void {
    this.#over.abort();
    this.#stop();
    clearTimeout(this.#reshape);
    clearTimeout(this.#outlook);
  }

  /** What a person asked for is shown at once; the event that confirms it, or the answer that refuses it, follows. */
  assume(taskId: string, status: number): () => void {
    const state = this.state.peek();
    const place = state?.places.get(taskId);
    if (state === undefined || place === undefined) return () => undefined;
    const before = state.status[place] as number;
    state.set(place, status);
    this.version.value++;
    return () => {
      if (state.status[place] !== status) return;
      state.set(place, before);
      this.version.value++;
    };
  }

  async #load(): Promise<void> {
    this.#stop();
    this.#pending = [];
    try {
      const { meshGraph } = await ask(MeshGraphDocument, { id: this.id }, this.#over.signal);
      this.fault.value = '';
      if (meshGraph === null) {
        this.isMissing.value = true;
        return;
      }
      this.state.value = new MeshState(meshGraph);
      this.version.value++;
      this.#listen(meshGraph.seq);
      this.#look();
    } catch (error) {
      if (this.#over.signal.aborted) return;
      this.fault.value = wordsOf(error);
      this.#reshape = setTimeout(() => void this.#load(), RETRY_MS);
    }
  }

  #listen(seq: number): void {
    const variables = { meshId: this.id, after: seq };
    this.#stop = listen(MeshEventsDocument, variables, {
      next: ({ meshEventBatches: batch }: MeshEventsSubscription) => {
        if (batch.lastSeq <= variables.after) return;
        variables.after = batch.lastSeq;
        this.received += batch.events.length;
        for (const event of batch.events) this.#pending.push(event);
        this.#plan();
      },
      failed: () => this.#loadSoon(RETRY_MS),
    });
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    if (document.hidden) setTimeout(() => this.#apply(), HIDDEN_MS);
    else requestAnimationFrame(() => this.#apply());
  }

  #apply(): void {
    this.#isPlanned = false;
    const state = this.state.peek();
    if (state === undefined || this.#over.signal.aborted) return;
    const wasOpen = state.isOpen;
    let isKnown = true;
    for (const event of this.#pending) isKnown = state.apply(event) && isKnown;
    this.#pending = [];
    this.version.value++;
    if (!isKnown) this.#loadSoon(RESHAPE_MS);
    else if (wasOpen && !state.isOpen) this.#look();
  }

  #loadSoon(ms: number): void {
    clearTimeout(this.#reshape);
    this.#reshape = setTimeout(() => void this.#load(), ms);
  }

  /** What is expected, now and again while the mesh is open. A courtesy: without it the rest goes on. */
  #look(): void {
    clearTimeout(this.#outlook);
    const began = performance.now();
    void Promise.allSettled([this.#readOutlook(), this.#readPath()]).then(() => {
      const state = this.state.peek();
      if (this.#over.signal.aborted || state === undefined || !state.isOpen) return;
      const pauseMs = Math.max(OUTLOOK_MS_MIN, OUTLOOK_FACTOR * (performance.now() - began));
      this.#outlook = setTimeout(() => this.#look(), document.hidden ? pauseMs * 5 : pauseMs);
    });
  }

  async #readOutlook(): Promise<void> {
    const { meshOutlook } = await ask(MeshOutlookDocument, { id: this.id }, this.#over.signal);
    if (meshOutlook === null) return;
    this.state.peek()?.expect(meshOutlook);
    this.eta.value = meshOutlook.eta;
    this.version.value++;
  }

  async #readPath(): Promise<void> {
    const { criticalPath } = await ask(MeshPathDocument, { id: this.id }, this.#over.signal);
    const state = this.state.peek();
    if (criticalPath === null || state === undefined) return;
    const places = criticalPath.taskIds.flatMap((id) => state.places.get(id) ?? []);
    const before = this.path.peek();
    if (before?.places.join() === places.join() && before.seconds === criticalPath.seconds) return;
    this.path.value = { places, seconds: criticalPath.seconds, unknown: criticalPath.unknown };
  }
}
