/**
 * One attempt that a layer runs, as the dispatcher keeps it: how it is told to stop, and what becomes of what it says
 * meanwhile. One object with its methods on the prototype, because every attempt of a task that does nothing makes one.
 */
import type { Clock } from '../kit/clock.js';
import { keepShape } from '../kit/keep-shape.js';
import { Stop } from '../kit/stop.js';
import type { LiveAttempt } from '../lifecycle/mesh-state.js';
import type { AttemptKey, Outcome } from '../lifecycle/task.js';
import type { AttemptSink, LogLine } from '../work/attempt.js';
import type { LogWriter } from './log-writer.js';

/** Who hears of attempts; there may be no leader for a while. One for all attempts of a dispatcher. */
export interface Listeners {
  readonly clock: Clock;
  readonly logs: LogWriter;
  leader: AttemptListener | undefined;
}

export interface AttemptListener {
  progressed(key: AttemptKey, fraction: number, message: string | null): void;
  /** `withinMs`: how long whoever passes this on may keep it, or it looks like silence. */
  alive(key: AttemptKey, withinMs: number): void;
}

/** Progress and signs of life reach the core at most this often per attempt. */
const REPORT_MS = 250;

export class RunningAttempt implements AttemptSink {
  readonly key: AttemptKey;
  /** As the present leader, or the last one, remembers it. */
  live: LiveAttempt;
  readonly stop = new Stop();
  /** Kept until a commit has recorded it. */
  outcome: Outcome | undefined = undefined;
  /** A leadership has heard the outcome, and may have ended before it knew its commit. */
  told = false;
  readonly #listeners: Listeners;
  readonly #aliveMs: number;
  #line = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #progressedAt = Number.NEGATIVE_INFINITY;

  /** Told every third of the silence that is allowed, where that is short: thinned reports must not look like silence. */
  constructor(key: AttemptKey, live: LiveAttempt, listeners: Listeners, heartbeatTimeoutMs: number | null) {
    this.key = key;
    this.live = live;
    this.#listeners = listeners;
    this.#aliveMs = heartbeatTimeoutMs === null ? REPORT_MS : Math.min(REPORT_MS, heartbeatTimeoutMs / 3);
  }

  log(line: LogLine): void {
    const { taskId, attempt } = this.key;
    this.#listeners.logs.add({ taskId, attempt, line: ++this.#line, ...line });
    this.heartbeat();
  }

  heartbeat(): void {
    const now = this.#listeners.clock.monotonic();
    if (now - this.#toldAt < this.#aliveMs) return;
    this.#toldAt = now;
    this.#listeners.leader?.alive(this.key, this.#aliveMs);
  }

  progress(fraction: number, message: string | null): void {
    this.heartbeat();
    const now = this.#listeners.clock.monotonic();
    if (now - this.#progressedAt < REPORT_MS && fraction < 1) return;
    this.#progressedAt = now;
    this.#listeners.leader?.progressed(this.key, Math.min(Math.max(fraction, 0), 1), message);
  }
}

keepShape(new RunningAttempt({ taskId: '', attempt: 0, token: 0 }, {} as LiveAttempt, {} as Listeners, null));
