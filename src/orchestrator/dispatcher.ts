/**
 * Carries committed starts to the layers and outcomes back. It outlives a leadership: when the database is away for a
 * moment, attempts go on, and the next leadership of this same process finds them here. It decides nothing.
 */
import type { StopSignal } from '../kit/stop.js';
import { backoffMs } from '../kit/backoff.js';
import type { Clock } from '../kit/clock.js';
import type { Tracer } from '../kit/trace/tracer.js';
import type { Json, JsonObject } from '../kit/json.js';
import type { AbortReason } from '../lifecycle/abort-reason.js';
import type { AttemptKey, Outcome } from '../lifecycle/task.js';
import type { LiveAttempt, TaskState } from '../lifecycle/mesh-state.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { Layer, NumberedLine, RemoteSide } from '../layers/layer.js';
import type { Store } from '../store/store.js';
import type { AttemptStart } from '../work/attempt.js';
import { attemptBegins } from './core/schedule.js';
import type { LogWriter } from './log-writer.js';
import { tracedAttempt } from './tracing/traced-attempt.js';
import { type AttemptListener, type Listeners, RunningAttempt } from './running-attempt.js';

/** How an attempt ended. */
export interface Settled {
  readonly key: AttemptKey;
  readonly outcome: Outcome;
}

export interface Reports extends AttemptListener {
  /** What ended within one turn of the event loop, or the first part of it. */
  settled(attempts: readonly Settled[]): void;
}

/**
 * More than these are told in parts, a turn apart: the first part is on its way to the store while the core decides about the
 * next, and both processors have something to do.
 */
export const TOLD_AT_ONCE = 256;
const AGAIN = { initialIntervalMs: 50, backoffCoefficient: 2, maxIntervalMs: 2000, jitter: false };

export class Dispatcher {
  readonly #layers: ReadonlyMap<LayerName, Layer>;
  readonly #store: Pick<Store, 'inputsOf'>;
  readonly #remotes: readonly RemoteSide[];
  readonly #logs: LogWriter;
  readonly #clock: Clock;
  /** By token. An attempt that has ended stays until a commit has recorded its outcome. */
  readonly #running = new Map<number, RunningAttempt>();
  /** Told to another leader as never begun; few, because leads change seldom. */
  readonly #disowned = new Set<number>();
  readonly #listeners: Listeners;
  readonly #tracer: Tracer | undefined;
  /** Ended in this turn of the event loop. */
  #ended: RunningAttempt[] = [];
  /** Advised, from `TOLD_AT_ONCE` on. */
  #toldAtOnce = TOLD_AT_ONCE;
  readonly #tellings = { outcomes: 0, steps: 0, crowd: 0 };
  readonly #crowded: () => void;
  #reports: Reports | undefined;

  constructor(options: {
    layers: ReadonlyMap<LayerName, Layer>;
    store: Pick<Store, 'inputsOf'>;
    logs: LogWriter;
    clock: Clock;
    /** Undefined: nothing is traced. */
    tracer?: Tracer | undefined;
    /** Called when more have ended than one step takes. */
    crowded?: () => void;
  }) {
    this.#layers = options.layers;
    this.#remotes = [...options.layers.values()].flatMap(({ remote }) => remote ?? []);
    this.#store = options.store;
    this.#logs = options.logs;
    this.#clock = options.clock;
    this.#tracer = options.tracer;
    this.#crowded = options.crowded ?? (() => {});
    this.#listeners = { clock: options.clock, logs: options.logs, leader: undefined };
  }

  /** Outcomes that were told so far, in how many steps, and how many waited at those in all. */
  get tellings(): { readonly outcomes: number; readonly steps: number; readonly crowd: number } {
    return { ...this.#tellings };
  }

  /** So many outcomes are one step at most. */
  tellAtOnce(outcomes: number): void {
    this.#toldAtOnce = outcomes;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** The next leadership has another memory of the attempt. False when it is not here. */
  adopt(token: number, live: LiveAttempt): boolean {
    const running = this.#running.get(token);
    if (running === undefined) return false;
    live.begun = running.live.begun;
    running.live = live;
    return true;
  }

  /** A leader takes over: hears everything from now on, and at once what has ended and is in no commit that is known. */
  report(to: Reports | undefined): void {
    this.#reports = to;
    this.#listeners.leader = to;
    this.#ended = [...this.#running.values()].filter(({ outcome }) => outcome !== undefined);
    this.#tell();
  }

  start(task: TaskState, live: LiveAttempt): void {
    const key = { taskId: task.id, attempt: live.attempt, token: live.token };
    const running = new RunningAttempt(key, live, this.#listeners, task.spec?.heartbeatTimeoutMs ?? null);
    this.#running.set(live.token, running);
    void this.#run(task, live, running);
  }

  /** Printed by an attempt that is not here any more. */
  lateLine({ taskId, attempt }: AttemptKey, line: NumberedLine): void {
    this.#logs.add({ taskId, attempt, ...line });
  }

  async linesStored(): Promise<void> {
    if (!this.#logs.isFlushed) await this.#logs.flushed();
  }

  /** Their outcomes are committed, or refused for good. */
  forget(attempts: readonly { readonly key: AttemptKey }[]): void {
    for (const { key } of attempts) this.#running.delete(key.token);
    for (const remote of this.#remotes) for (const { key } of attempts) remote.recorded(key.token);
  }

  /**
   * Attempts in processes of their own go on without this one: whoever leads next finds them there, and is told again what no
   * commit has recorded. `but`: not those whose outcome this process may still commit.
   */
  letGo({ but }: { but?: 'ended' } = {}): void {
    if (this.#remotes.length === 0) return;
    for (const [token, { live, outcome }] of this.#running) {
      const remote = this.#layers.get(live.layer)?.remote;
      if (remote === undefined || (but === 'ended' && outcome !== undefined)) continue;
      this.#running.delete(token);
      remote.letGo(token);
    }
  }

  /**
   * Another leader takes these for attempts of this process. What is not here was never begun: nothing is forgotten before its
   * outcome is recorded. False: there is nobody to tell.
   */
  disown(keys: readonly AttemptKey[]): boolean {
    if (this.#reports === undefined) return false;
    const absent = keys.filter(({ token }) => !this.#running.has(token));
    for (const { token } of absent) this.#disowned.add(token);
    if (absent.length > 0) this.#reports.settled(absent.map((key) => ({ key, outcome: NEVER_BEGUN })));
    return true;
  }

  /** Such an attempt must not begin any more. */
  hasDisowned(token: number): boolean {
    return this.#disowned.has(token);
  }

  abort(token: number, reason: AbortReason): void {
    this.#running.get(token)?.stop.abort(reason);
  }

  /** This process ends, or has been without a lead for too long. */
  abortAll(reason: AbortReason): void {
    this.letGo({ but: 'ended' });
    this.abortOwn(reason);
  }

  /** What runs in this process and below it; what runs on nodes goes on, and whoever leads waits for it as before. */
  abortOwn(reason: AbortReason): void {
    for (const { live, stop } of this.#running.values())
      if (this.#layers.get(live.layer)?.remote === undefined) stop.abort(reason);
  }

  /**
   * Ends what the store does not know as running, and answers the tokens of that. An outcome of those that a leadership
   * has heard already is in the history, or another leader was quicker: nobody waits for it any more. What ran on a node has
   * ended there, or its incarnation is dead, and the node has told another leader of it: it will not tell again.
   */
  endStrangers(known: ReadonlySet<number>): number[] {
    const strangers: number[] = [];
    for (const [token, { live, stop, told }] of this.#running) {
      if (known.has(token)) continue;
      const remote = this.#layers.get(live.layer)?.remote;
      if (told || remote !== undefined) {
        this.#running.delete(token);
        remote?.letGo(token);
      } else {
        stop.abort('CANCELLED');
        strangers.push(token);
      }
    }
    return strangers;
  }

  async #run(task: TaskState, live: LiveAttempt, running: RunningAttempt): Promise<void> {
    // Told to stop before it was released: if for sure, the abort is in the same batch and follows in this very turn.
    if (live.abort !== null) await Promise.resolve();
    let outcome: Outcome;
    try {
      const inputs = task.hasData ? await this.#inputs(task.id, running.stop) : {};
      outcome = await this.#begin(task, live, { running, inputs });
    } catch (error) {
      outcome = crashed('DISPATCH_FAULT', error instanceof Error ? error.message : String(error));
    }
    if (!this.#logs.isFlushed) await this.#logs.flushed();
    running.outcome = outcome; // not earlier: a leader that takes over would hear it before its lines are stored
    this.#end(running);
  }

  #begin(
    task: TaskState,
    live: LiveAttempt,
    { running, inputs }: { running: RunningAttempt; inputs: JsonObject },
  ): Promise<Outcome> | Outcome {
    const { key, stop } = running;
    const layer = this.#layers.get(live.layer);
    const { spec } = task;
    if (layer === undefined || spec === null || spec.work === null || stop.aborted) return neverStarted(stop);
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
      node: live.node,
    };
    attemptBegins(running.live, this.#clock.monotonic());
    if (this.#tracer === undefined) return layer.start(start, stop, running);
    return tracedAttempt(this.#tracer, task, live, {
      start,
      run: (traced) => layer.start(traced, stop, running),
    });
  }

  /** The database may be away for a moment; that is no reason to lose the attempt. */
  async #inputs(taskId: string, signal: StopSignal): Promise<{ [key: string]: Json }> {
    for (let attempt = 1; ; attempt++) {
      try {
        const rows = await this.#store.inputsOf(taskId);
        return Object.fromEntries(rows.map(({ key, output }) => [key, output]));
      } catch (error) {
        if (signal.aborted) return {}; // it will not begin
        if (attempt > 30) throw error;
        await new Promise<void>((resolve) => this.#clock.setTimer(backoffMs(AGAIN, attempt, 0), resolve));
      }
    }
  }

  /** The attempts of a wave end together: what ends within one turn of the event loop is one step of the core. */
  #end(running: RunningAttempt): void {
    if (this.#reports === undefined) return;
    this.#ended.push(running);
    if (this.#ended.length === 1) process.nextTick(() => this.#tell());
  }

  #tell(): void {
    if (this.#ended.length === 0 || this.#reports === undefined) return;
    this.#tellings.crowd += this.#ended.length;
    const ended = this.#ended.slice(0, this.#toldAtOnce);
    this.#ended = this.#ended.slice(this.#toldAtOnce);
    this.#tellings.outcomes += ended.length;
    this.#tellings.steps++;
    if (this.#ended.length > 0) {
      this.#crowded();
      setImmediate(() => this.#tell());
    }
    for (const running of ended) running.told = true;
    this.#reports.settled(ended as readonly Settled[]);
  }
}

const NOTHING = { runMs: 0, cpuMs: null, memoryPeakBytes: null, exitCode: null };

export function crashed(code: string, message: string): Outcome {
  return { kind: 'CRASHED', failure: { kind: 'CRASHED', code, message }, measured: NOTHING };
}

const NEVER_BEGUN = crashed('LOST', 'its server lost the lead before it could begin');

/** Told to stop between its commit and its start. */
function neverStarted(signal: StopSignal): Outcome {
  if (signal.reason === 'SHUTDOWN') return crashed('SHUTDOWN', 'the program shut down before it began');
  const failure = { kind: 'ERROR', code: 'CANCELLED', message: 'cancelled before it began' } as const;
  return { kind: 'CANCELLED', failure, measured: NOTHING };
}
