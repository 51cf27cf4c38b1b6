/**
 * Finds the attempts in the committed events: entering the queue, starting, ending, each with its time and layer. Feeds
 * the attempt family, so that nobody has to be told twice what the history says already. It remembers tasks that are
 * queued or run, at most `tasksMax` of them; attempts of others are counted without their times.
 */
import type { CommittedEvent } from '../events/catalogue.js';
import type { JsonObject } from '../kit/json.js';
import type { AttemptMetrics } from './family/attempt.js';

/** What is known of a task's attempt; changed in place, because every attempt passes through. */
interface Seen {
  queuedAt: number | null;
  startedAt: number | null;
  layer: string;
}

const TASKS_MAX = 200_000;
/** It started before this process heard of it. */
const UNHEARD: Readonly<Seen> = { queuedAt: null, startedAt: null, layer: 'unknown' };
const BY_FAILURE: Readonly<Record<string, string>> = {
  TIMEOUT: 'timed_out',
  CRASHED: 'crashed',
  QUARANTINED: 'crashed',
};

export class AttemptWatch {
  readonly #attempts: AttemptMetrics;
  readonly #tasksMax: number;
  readonly #seen = new Map<string, Seen>();

  constructor(attempts: AttemptMetrics, tasksMax: number = TASKS_MAX) {
    this.#attempts = attempts;
    this.#tasksMax = tasksMax;
  }

  /** Queued or running tasks that it remembers. */
  get size(): number {
    return this.#seen.size;
  }

  record(event: CommittedEvent): void {
    const { taskId, from, to } = event;
    if (taskId === null || to === null) return;
    const seen = this.#seen.get(taskId);
    if (from === 'RUNNING') this.#ended(seen ?? UNHEARD, event);
    if (to === 'QUEUED') this.#queued(taskId, seen, event.at);
    else if (to === 'RUNNING') this.#started(taskId, seen, event);
    else if (seen !== undefined) this.#seen.delete(taskId);
  }

  #queued(taskId: string, seen: Seen | undefined, at: number): void {
    if (seen === undefined) {
      this.#remember(taskId, { queuedAt: at, startedAt: null, layer: UNHEARD.layer });
      return;
    }
    seen.queuedAt = at;
    seen.startedAt = null;
    seen.layer = UNHEARD.layer;
  }

  #started(taskId: string, seen: Seen | undefined, { at, payload }: CommittedEvent): void {
    const layer = String(payload.layer ?? UNHEARD.layer);
    this.#attempts.started(layer);
    if (seen === undefined) this.#remember(taskId, { queuedAt: null, startedAt: at, layer });
    else {
      seen.startedAt = at;
      seen.layer = layer;
    }
  }

  #ended({ queuedAt, startedAt, layer }: Readonly<Seen>, { at, to, payload }: CommittedEvent): void {
    const waitSeconds = queuedAt === null || startedAt === null ? null : (startedAt - queuedAt) / 1000;
    this.#attempts.ended({
      layer,
      outcome: outcomeOf(to, payload),
      waitSeconds,
      runSeconds: runOf(payload, startedAt, at),
    });
  }

  #remember(taskId: string, seen: Seen): void {
    if (this.#seen.size < this.#tasksMax) this.#seen.set(taskId, seen);
  }
}

/** RUNNING → QUEUED is an attempt that was lost; → RETRYING one that failed. */
function outcomeOf(to: string | null, payload: JsonObject): string {
  if (to === 'COMPLETED' || to === 'CANCELLED') return to;
  if (to === 'QUEUED') return 'crashed';
  const kind = (payload.failure as { readonly kind?: string } | undefined)?.kind;
  return BY_FAILURE[kind ?? ''] ?? 'failed';
}

/** As its layer measured it, else from commit to commit. */
function runOf({ runMs }: JsonObject, startedAt: number | null, at: number): number | null {
  if (typeof runMs === 'number') return runMs / 1000;
  return startedAt === null ? null : (at - startedAt) / 1000;
}
