/**
 * Runs the core: takes the lead, recovers, steps, commits, dispatches, and starts over when a leadership ends. The doors
 * reach it through `command-desk.ts`. All decisions are the core's; here are only clock, promises and ports.
 */
import type { Clock, Timer } from '../kit/clock.js';
import type { Random } from '../kit/random.js';
import type { Part } from '../kit/part.js';
import type { CommittedEvent } from '../events/catalogue.js';
import type { Layer } from '../layers/layer.js';
import type { CommandRow } from '../lifecycle/batch.js';
import type { Effect } from '../lifecycle/ledger.js';
import { type Refusal, RefusedError } from '../lifecycle/refusal.js';
import type { AttemptKey } from '../lifecycle/task.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { Lease, Store } from '../store/store.js';
import type { Advisor } from './advisor.js';
import { Committer, type CommitReport } from './committer.js';
import type { Answer } from './core/answer.js';
import { type CoreInput, settleAndSchedule, step } from './core/core.js';
import { CoreState } from './core/core-state.js';
import { nextDueAt } from './core/deadlines.js';
import { restore } from './core/restore.js';
import { attemptSettled } from './core/attempts.js';
import { corePorts } from './core-ports.js';
import { crashed, type Dispatcher } from './dispatcher.js';

export interface OrchestratorOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly layers: ReadonlyMap<LayerName, Layer>;
  readonly dispatcher: Dispatcher;
  readonly advisor: Advisor;
  readonly publish: (events: readonly CommittedEvent[]) => void;
  readonly committed: (report: CommitReport) => void;
  /** A commit was answered otherwise: fenced, rejected or unknown. */
  readonly unanswered: (kind: string) => void;
  /** Leadership gained, lost, or impossible to recover: for the log and for health. */
  readonly told: (event: LeadershipEvent) => void;
  /** How long attempts may go on without a leadership before they are ended. */
  readonly leaderlessMs: number;
  /** How long running attempts may go on when the program stops. */
  readonly drainMs: number;
}

export type LeadershipEvent =
  | { readonly kind: 'leading'; readonly epoch: number; readonly openTasks: number }
  | { readonly kind: 'lost'; readonly epoch: number; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

interface Leadership {
  readonly lease: Lease;
  readonly core: CoreState;
  readonly committer: Committer;
  readonly ended: (reason: string) => void;
}

const WAITING_MAX = 20_000;
/** An attempt that was told to end has its layer's grace, and then this is longer than any. */
const END_MS_MAX = 30_000;
const UNAVAILABLE: Refusal = {
  code: 'UNAVAILABLE',
  message:
    'the orchestrator does not lead at this moment (it is starting, stopping or without its database); try again shortly',
};

export class Orchestrator implements Part {
  readonly #options: OrchestratorOptions;
  readonly #stopping = new AbortController();
  #leadership: Leadership | undefined;
  #lead: Promise<void> | undefined;
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #waiting = 0;
  /** The database's clock minus the monotonic one, ms; refreshed by every commit. */
  #offset = 0;

  constructor(options: OrchestratorOptions) {
    this.#options = options;
  }

  /** Resolves when this process leads for the first time. */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#lead = this.#leadForever(resolve).catch(reject);
    });
  }

  /** Starts nothing more, lets running attempts finish for a while, then ends them; the next start takes those up again. */
  async stop(): Promise<void> {
    const { dispatcher, drainMs } = this.#options;
    this.#stopping.abort();
    if (this.#leadership) this.#leadership.core.draining = true;
    await this.#untilNothingRuns(drainMs);
    dispatcher.abortAll('SHUTDOWN');
    await this.#untilNothingRuns(END_MS_MAX);
    await this.#leadership?.committer.idle();
    this.#leadership?.ended('the program stops');
    await this.#lead;
  }

  async #untilNothingRuns(ms: number): Promise<void> {
    const { clock, dispatcher } = this.#options;
    const until = clock.monotonic() + ms;
    while (dispatcher.runningCount > 0 && this.#leadership !== undefined && clock.monotonic() < until) {
      await new Promise<void>((resolve) => clock.setTimer(5, resolve));
    }
  }

  /** Commands that wait for their commit. */
  get waiting(): number {
    return this.#waiting;
  }

  get epoch(): number | undefined {
    return this.#leadership?.lease.epoch;
  }

  /** The memory of the present leadership, to look things up; never to change. */
  get core(): CoreState | undefined {
    return this.#leadership?.core;
  }

  /** The database's clock as well as this process knows it, ms since the epoch. */
  now(): number {
    return this.#options.clock.monotonic() + this.#offset;
  }

  /** One step of the core; resolves after its commit, or throws the refusal. */
  ask<T>(input: CoreInput, command?: CommandRow): Promise<T> {
    const leadership = this.#leadership;
    if (leadership === undefined) return Promise.reject(new RefusedError(UNAVAILABLE));
    if (this.#waiting >= WAITING_MAX) return Promise.reject(overloaded(this.#waiting));
    return new Promise<T>((resolve, reject) => {
      const answer = this.#step(leadership, input, command);
      this.#waiting++;
      leadership.core.ledger.effect({
        kind: 'reply',
        answer: (failure) => {
          this.#waiting--;
          if (failure !== undefined) reject(new RefusedError(failure));
          else if (answer.ok) resolve(answer.value as T);
          else reject(new RefusedError(answer.refusal));
        },
      });
      this.#after(leadership);
    });
  }

  /** A step nobody waits for. */
  #tell(leadership: Leadership, input: CoreInput): void {
    if (this.#leadership !== leadership) return;
    try {
      this.#step(leadership, input);
    } catch {
      return;
    }
    this.#after(leadership);
  }

  /** A broken invariant leaves the memory in doubt: this leadership ends, and the next one reads it anew from the store. */
  #step(leadership: Leadership, input: CoreInput, command?: CommandRow): Answer<unknown> {
    try {
      return step(leadership.core, input, this.#options.clock.monotonic(), command);
    } catch (error) {
      this.#leadership = undefined;
      leadership.committer.end();
      leadership.ended(
        `a broken invariant while ${input.kind}: ${error instanceof Error ? error.stack : String(error)}`,
      );
      throw new RefusedError(UNAVAILABLE);
    }
  }

  #after(leadership: Leadership): void {
    leadership.committer.kick();
    this.#arm(leadership);
  }

  #arm(leadership: Leadership): void {
    const dueAt = nextDueAt(leadership.core);
    if (dueAt === this.#timerAt) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = dueAt;
    if (dueAt === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#options.clock.setTimer(dueAt - this.#options.clock.monotonic(), () => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#tell(leadership, { kind: 'timePassed' });
    });
  }

  async #leadForever(first: () => void): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted; ) {
      try {
        await this.#leadOnce(first);
        failures = 0;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#options.told({
          kind: 'failed',
          reason: error instanceof Error ? error.message : String(error),
        });
        const pauseMs = Math.min(100 * 2 ** failures++, 2000);
        await new Promise<void>((resolve) => this.#options.clock.setTimer(pauseMs, resolve));
      }
    }
  }

  async #leadOnce(first: () => void): Promise<void> {
    const { store, clock, dispatcher, told } = this.#options;
    const patience = clock.setTimer(this.#options.leaderlessMs, () => dispatcher.abortAll('SHUTDOWN'));
    const lease = await store.lead(this.#stopping.signal).finally(() => patience.cancel());
    let end: (reason: string) => void = () => {};
    const ended = new Promise<string>((resolve) => {
      end = resolve;
    });
    void lease.lost.then(end);
    try {
      const leadership = await this.#recover(lease, end);
      this.#leadership = leadership;
      this.#takeOver(leadership);
      told({ kind: 'leading', epoch: lease.epoch, openTasks: leadership.core.tasks.size });
      first();
      const reason = await ended;
      told({ kind: 'lost', epoch: lease.epoch, reason });
    } finally {
      this.#endLeadership();
      await lease.release().catch(() => {});
    }
  }

  async #recover(lease: Lease, ended: (reason: string) => void): Promise<Leadership> {
    const { store, clock, random, layers, advisor } = this.#options;
    const snapshot = await store.load(lease.epoch);
    const now = clock.monotonic();
    this.#offset = snapshot.now - now;
    const core = new CoreState(corePorts({ random, layers, advisor }), snapshot.lastEventSeq);
    core.now = now;
    for (const layer of layers.values()) core.rooms.offer(layer.name, layer.capacity());
    restore(core, snapshot);
    const committer = new Committer(core.ledger, {
      store,
      clock,
      epoch: lease.epoch,
      lastBatchSeq: snapshot.lastBatchSeq,
      release: (effect) => this.#release(effect),
      publish: this.#options.publish,
      committed: (report, at) => {
        this.#offset = at - clock.monotonic();
        this.#options.committed(report);
      },
      unanswered: this.#options.unanswered,
      ended,
    });
    return { lease, core, committer, ended };
  }

  /** Attempts of this process go on; all others are lost. Attempts that the store does not know are ended. */
  #takeOver(leadership: Leadership): void {
    const { dispatcher } = this.#options;
    const { core } = leadership;
    const known = new Set<number>();
    for (const task of core.tasks.values()) {
      const live = task.live;
      if (live === null) continue;
      known.add(live.token);
      if (dispatcher.has(live.token)) continue;
      const key = { taskId: task.id, attempt: live.attempt, token: live.token };
      attemptSettled(core, key, crashed('LOST', 'the process that ran it ended before it could report'));
    }
    dispatcher.abortAll('CANCELLED', (token) => known.has(token));
    for (const token of dispatcher.tokens) if (!known.has(token)) core.strangers.add(token);
    settleAndSchedule(core);
    dispatcher.report({
      settled: (key, outcome) => this.#tell(leadership, { kind: 'attemptSettled', key, outcome }),
      progressed: (key, fraction, message) =>
        this.#tell(leadership, { kind: 'attemptProgressed', key, fraction, message }),
      alive: (key: AttemptKey) => this.#tell(leadership, { kind: 'attemptAlive', key }),
    });
    this.#after(leadership);
  }

  #endLeadership(): void {
    const leadership = this.#leadership;
    this.#leadership = undefined;
    this.#timer?.cancel();
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#options.dispatcher.report(undefined);
    leadership?.committer.end();
  }

  #release(effect: Effect): void {
    if (effect.kind === 'start') this.#options.dispatcher.start(effect.task, effect.live);
    else if (effect.kind === 'abort') this.#options.dispatcher.abort(effect.key.token, effect.reason);
    else if (effect.kind === 'reply') effect.answer();
    else this.#options.advisor.observe({ typeKey: effect.typeKey, runSeconds: effect.runMs / 1000 });
  }
}

function overloaded(waiting: number): RefusedError {
  const message = `${waiting} commands wait for their commit already; try again in a moment`;
  return new RefusedError({ code: 'OVERLOADED', message });
}
