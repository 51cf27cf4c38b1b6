/**
 * Carries committed starts to the layers and outcomes back. It outlives a leadership: when the database is away for a
 * moment, attempts go on, and the next leadership of this same process finds them here. It decides nothing.
 */
import { Stop, type StopSignal } from '../kit/stop.js';
import { backoffMs } from '../kit/backoff.js';
import type { Clock } from '../kit/clock.js';
import type { Json } from '../kit/json.js';
import type { AbortReason } from '../lifecycle/abort-reason.js';
import type { AttemptKey, Outcome } from '../lifecycle/task.js';
import type { LiveAttempt, TaskState } from '../lifecycle/mesh-state.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { Layer } from '../layers/layer.js';
import type { Store } from '../store/store.js';
import type { AttemptSink, AttemptStart } from '../work/attempt.js';
import type { LogWriter } from './log-writer.js';

export interface Reports {
  settled(key: AttemptKey, outcome: Outcome): void;
  progressed(key: AttemptKey, fraction: number, message: string | null): void;
  alive(key: AttemptKey): void;
}

interface Running {
  readonly key: AttemptKey;
  readonly stop: Stop;
  /** Kept until a commit has recorded it. */
  outcome: Outcome | undefined;
  /** A leadership has heard the outcome, and may have ended before it knew its commit. */
  told: boolean;
}

/** Progress and signs of life reach the core at most this often per attempt. */
const REPORT_MS = 250;
const AGAIN = { initialIntervalMs: 50, backoffCoefficient: 2, maxIntervalMs: 2000, jitter: false };

export class Dispatcher {
  readonly #layers: ReadonlyMap<LayerName, Layer>;
  readonly #store: Pick<Store, 'inputsOf'>;
  readonly #logs: LogWriter;
  readonly #clock: Clock;
  readonly #running = new Map<number, Running>();
  #reports: Reports | undefined;

  constructor(options: {
    layers: ReadonlyMap<LayerName, Layer>;
    store: Pick<Store, 'inputsOf'>;
    logs: LogWriter;
    clock: Clock;
  }) {
    this.#layers = options.layers;
    this.#store = options.store;
    this.#logs = options.logs;
    this.#clock = options.clock;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  has(token: number): boolean {
    return this.#running.has(token);
  }

  /** A leader takes over: hears everything from now on, and at once what was settled while nobody led. */
  report(to: Reports | undefined): void {
    this.#reports = to;
    if (to === undefined) return;
    for (const running of [...this.#running.values()]) this.#deliver(running);
  }

  start(task: TaskState, live: LiveAttempt): void {
    const key = { taskId: task.id, attempt: live.attempt, token: live.token };
    const running: Running = { key, stop: new Stop(), outcome: undefined, told: false };
    this.#running.set(live.token, running);
    if (live.abort !== null) running.stop.abort(live.abort);
    void this.#run(task, live, running);
  }

  /** Its outcome is committed, or refused for good. */
  forget(token: number): void {
    this.#running.delete(token);
  }

  abort(token: number, reason: AbortReason): void {
    this.#running.get(token)?.stop.abort(reason);
  }

  abortAll(reason: AbortReason): void {
    for (const { stop } of this.#running.values()) stop.abort(reason);
  }

  /**
   * Ends what the store does not know as running, and answers the tokens of that. An outcome of those that a leadership
   * has heard already is in the history, or another leader was quicker: nobody waits for it any more.
   */
  endStrangers(known: ReadonlySet<number>): number[] {
    const strangers: number[] = [];
    for (const [token, { stop, told }] of this.#running) {
      if (known.has(token)) continue;
      if (told) this.#running.delete(token);
      else {
        stop.abort('CANCELLED');
        strangers.push(token);
      }
    }
    return strangers;
  }

  async #run(task: TaskState, live: LiveAttempt, running: Running): Promise<void> {
    running.outcome = await this.#outcomeOf(task, live, running);
    await this.#logs.flushed();
    this.#deliver(running);
  }

  async #outcomeOf(task: TaskState, live: LiveAttempt, { key, stop }: Running): Promise<Outcome> {
    const layer = this.#layers.get(live.layer);
    const spec = task.spec;
    if (layer === undefined || spec === null || spec.work === null || stop.aborted) return neverStarted(stop);
    try {
      const inputs = task.hasData ? await this.#inputs(task.id, stop) : {};
      // Field by field here and on all of an attempt's way: V8 takes 20 us for a literal that goes on after a spread.
      const start: AttemptStart = {
        taskId: key.taskId,
        attempt: key.attempt,
        token: key.token,
        meshId: task.mesh.id,
        taskKey: task.key,
        taskName: spec.name,
        taskType: spec.taskType,
        work: spec.work,
        inputs,
      };
      return await layer.start(start, stop, this.#sink(key, spec.heartbeatTimeoutMs));
    } catch (error) {
      return crashed('DISPATCH_FAULT', error instanceof Error ? error.message : String(error));
    }
  }

  /** The database may be away for a moment; that is no reason to lose the attempt. */
  async #inputs(taskId: string, signal: StopSignal): Promise<{ [key: string]: Json }> {
    for (let attempt = 1; ; attempt++) {
      try {
        const rows = await this.#store.inputsOf(taskId);
        return Object.fromEntries(rows.map(({ key, output }) => [key, output]));
      } catch (error) {
        if (signal.aborted || attempt > 30) throw error;
        await new Promise<void>((resolve) => this.#clock.setTimer(backoffMs(AGAIN, attempt, 0), resolve));
      }
    }
  }

  #deliver(running: Running): void {
    if (running.outcome === undefined || this.#reports === undefined) return;
    running.told = true;
    this.#reports.settled(running.key, running.outcome);
  }

  /** A third of the silence that is allowed, where that is short: thinned reports must not look like silence. */
  #sink(key: AttemptKey, heartbeatTimeoutMs: number | null): AttemptSink {
    const aliveMs = Math.min(REPORT_MS, (heartbeatTimeoutMs ?? Number.POSITIVE_INFINITY) / 3);
    let line = 0;
    let toldAt = Number.NEGATIVE_INFINITY;
    let progressedAt = Number.NEGATIVE_INFINITY;
    const alive = (): void => {
      const now = this.#clock.monotonic();
      if (now - toldAt < aliveMs) return;
      toldAt = now;
      this.#reports?.alive(key);
    };
    return {
      log: (entry) => {
        this.#logs.add({ taskId: key.taskId, attempt: key.attempt, line: ++line, ...entry });
        alive();
      },
      heartbeat: alive,
      progress: (fraction, message) => {
        alive();
        const now = this.#clock.monotonic();
        if (now - progressedAt < REPORT_MS && fraction < 1) return;
        progressedAt = now;
        this.#reports?.progressed(key, Math.min(Math.max(fraction, 0), 1), message);
      },
    };
  }
}

const NOTHING = { runMs: 0, cpuMs: null, memoryPeakBytes: null, exitCode: null };

export function crashed(code: string, message: string): Outcome {
  return { kind: 'CRASHED', failure: { kind: 'CRASHED', code, message }, measured: NOTHING };
}

/** Told to stop between its commit and its start. */
function neverStarted(signal: StopSignal): Outcome {
  if (signal.reason === 'SHUTDOWN') return crashed('SHUTDOWN', 'the program shut down before it began');
  const failure = { kind: 'ERROR', code: 'CANCELLED', message: 'cancelled before it began' } as const;
  return { kind: 'CANCELLED', failure, measured: NOTHING };
}
