/**
 * Runs the core: takes the lead, recovers, steps, commits, dispatches, and starts over when a leadership ends. The doors
 * reach it through `command-desk.ts`. All decisions are the core's; here are only clock, promises and ports.
 */
import { EarliestTimer } from '../kit/earliest-timer.js';
import type { Timer } from '../kit/clock.js';
import type { Json } from '../kit/json.js';
import type { Part } from '../kit/part.js';
import type { AbortReason } from '../lifecycle/abort-reason.js';
import type { Effect } from '../lifecycle/ledger.js';
import { overloaded, type Refusal, RefusedError } from '../lifecycle/refusal.js';
import type { TaskState } from '../lifecycle/mesh-state.js';
import type { AttemptKey } from '../lifecycle/task.js';
import type { Lease, OpenAttempt, Snapshot } from '../store/store.js';
import { follow, lead, offerRooms } from './cluster/remote-layers.js';
import { Committer } from './committer.js';
import type { Answer } from './core/answer.js';
import { type Receipt, settleAndSchedule, step } from './core/core.js';
import type { AdviceChange, CoreInput } from './core/core-input.js';
import { type CorePorts, CoreState } from './core/core-state.js';
import { nextDueAt } from './core/deadlines.js';
import { restore } from './core/restore.js';
import { tellEnd, tellStart } from './advice/task-facts.js';
import { corePorts } from './core-ports.js';
import type { OrchestratorOptions } from './orchestrator-options.js';
import { ForeignAttempts } from './servers/peers.js';
import { LOST, takeUp } from './take-up.js';

/** What a command stands on. */
export interface Ground extends Receipt {
  /**
   * In which was looked up what the command takes for granted; undefined: nobody led. Under another leader it may not hold
   * any more (a key is taken, a task deleted), and the store would refuse the batch.
   */
  readonly epoch: number | undefined;
  /** What the command is answered with when it is carried out. */
  readonly value?: Json;
}

type Ending = 'session lost' | 'fault';

interface Leadership {
  readonly lease: Lease;
  readonly core: CoreState;
  readonly committer: Committer;
  /** What other servers run. */
  readonly foreign: ForeignAttempts;
  readonly ended: (reason: string) => void;
}

const WAITING_MAX = 20_000;
const END_MS = 30_000;
const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 2000;
/** Refused before anything was committed: another leader may take it. */
export const NOT_LEADING: Refusal = {
  code: 'UNAVAILABLE',
  message:
    'the orchestrator does not lead at this moment (it is starting, stopping or without its database); try again shortly',
};

export class Orchestrator implements Part {
  readonly #options: OrchestratorOptions;
  readonly #ports: CorePorts;
  readonly #stopping = new AbortController();
  #leadership: Leadership | undefined;
  /** Takes nothing new any more: another is about to lead. */
  #isHandingOver = false;
  /** Another leads, and hears what becomes of the attempts that run here. */
  #isHeard = false;
  /** While nobody leads: ends the attempts that go on when it takes too long. */
  #patience: Timer | undefined;
  #lead: Promise<void> | undefined;
  readonly #deadline: EarliestTimer;
  #waiting = 0;
  /** The database's clock minus the monotonic one, ms; refreshed by every commit, unknown before the first lead. */
  #offset: number | undefined;

  constructor(options: OrchestratorOptions) {
    this.#options = options;
    this.#ports = corePorts(options);
    this.#deadline = new EarliestTimer(options.clock, () => this.#timePassed());
  }

  /** Resolves when this process leads for the first time. */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#lead = this.#leadForever(resolve).catch(reject);
    });
  }

  /** Starts nothing more, lets running attempts finish for a while, then ends them; the next start takes those up again. */
  async stop(drainMs = this.#options.drainMs): Promise<void> {
    const { dispatcher, endMs = END_MS } = this.#options;
    this.#stopping.abort();
    if (this.#leadership) this.#leadership.core.draining = true;
    dispatcher.letGo({ but: 'ended' });
    await this.#untilNothingRuns(drainMs);
    dispatcher.abortAll('SHUTDOWN');
    await this.#untilNothingRuns(endMs);
    await this.#leadership?.committer.idle();
    this.#leadership?.ended('the program stops');
    await this.#lead;
    this.#isHeard = false;
    this.#patience?.cancel();
  }

  /** To another server, which leads as soon as this resolves; what runs here goes on, and that one is told how it ends. */
  async handOver(): Promise<void> {
    const { dispatcher } = this.#options;
    this.#stopping.abort();
    const leadership = this.#leadership;
    if (leadership !== undefined) {
      this.#isHandingOver = true;
      leadership.core.draining = true;
      dispatcher.report(undefined);
      await leadership.committer.idle();
      leadership.ended('handed over: this server stops');
    }
    await this.#lead;
    this.#follow();
  }

  /** The database hears this server while another leads: what runs here may go on. */
  heard(): void {
    if (!this.#isHeard) return;
    this.#patience?.cancel();
    this.#patience = undefined;
    this.#awaitLead();
  }

  /** The other servers that run attempts of this leadership. */
  get foreignNodes(): readonly string[] {
    return this.#leadership?.foreign.nodes(this.#leadership.core) ?? [];
  }

  /** That server is dead, and all that it had told is known: what it ran is lost. */
  endForeign(node: string): void {
    const leadership = this.#leadership;
    if (leadership === undefined) return;
    const attempts = leadership.foreign.take(node, leadership.core).map((key) => ({ key, outcome: LOST }));
    if (attempts.length > 0) this.#tell(leadership, { kind: 'attemptsSettled', attempts });
  }

  #follow(): void {
    const { following, dispatcher, peers } = this.#options;
    this.#isHeard = peers !== undefined;
    dispatcher.letGo();
    if (peers !== undefined) dispatcher.report(peers.reports);
    following?.();
  }

  async #untilNothingRuns(ms: number): Promise<void> {
    const { clock, dispatcher } = this.#options;
    const until = clock.monotonic() + ms;
    const isHeard = (): boolean => this.#leadership !== undefined || this.#isHeard;
    while (dispatcher.runningCount > 0 && isHeard() && clock.monotonic() < until) {
      await new Promise<void>((resolve) => clock.setTimer(5, resolve));
    }
  }

  /** Commands that wait for their commit. */
  get waiting(): number {
    return this.#waiting;
  }

  get epoch(): number | undefined {
    return this.#isHandingOver ? undefined : this.#leadership?.lease.epoch;
  }

  /** The memory of the present leadership, to look things up; never to change. */
  get core(): CoreState | undefined {
    return this.#leadership?.core;
  }

  /** The database's clock as well as this process knows it, ms since the epoch. */
  now(): number {
    if (this.#offset === undefined) throw new RefusedError(NOT_LEADING);
    return this.#options.clock.monotonic() + this.#offset;
  }

  secondsOf(task: TaskState): number {
    return this.#ports.secondsOf(task);
  }

  /** One step of the core; resolves after its commit, or throws the refusal. */
  ask<T>(input: CoreInput, ground?: Ground): Promise<T> {
    const leadership = this.#isHandingOver ? undefined : this.#leadership;
    if (leadership === undefined || (ground !== undefined && ground.epoch !== leadership.lease.epoch))
      return Promise.reject(new RefusedError(NOT_LEADING));
    if (this.#waiting >= WAITING_MAX) return Promise.reject(overloaded(this.#waiting));
    return new Promise<T>((resolve, reject) => {
      const answer = this.#step(leadership, input, ground);
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
  #step(leadership: Leadership, input: CoreInput, receipt?: Receipt): Answer<unknown> {
    try {
      return step(leadership.core, input, this.#options.clock.monotonic(), receipt);
    } catch (error) {
      this.#leadership = undefined;
      leadership.committer.end();
      leadership.ended(
        `a broken invariant while ${input.kind}: ${error instanceof Error ? error.stack : String(error)}`,
      );
      throw new RefusedError(NOT_LEADING);
    }
  }

  #after(leadership: Leadership): void {
    leadership.committer.kick();
    this.#deadline.by(nextDueAt(leadership.core));
  }

  #timePassed(): void {
    if (this.#leadership) this.#tell(this.#leadership, { kind: 'timePassed' });
  }

  /** Where the session broke, it leads again at once; whatever else ends a leadership may do so again, ever more slowly. */
  async #leadForever(first: () => void): Promise<void> {
    const { clock } = this.#options;
    this.#awaitLead();
    for (let faults = 0; !this.#stopping.signal.aborted; ) {
      const since = clock.monotonic();
      const ending = await this.#leadOnce(first).catch((error: unknown) => this.#failed(error));
      if (ending === 'session lost' || clock.monotonic() - since > PAUSE_MS_MAX) faults = 0;
      if (ending === 'session lost' || this.#stopping.signal.aborted) continue;
      const pauseMs = Math.min(PAUSE_MS_MIN * 2 ** faults++, PAUSE_MS_MAX);
      await new Promise<void>((resolve) => clock.setTimer(pauseMs, resolve));
    }
    this.#patience?.cancel();
  }

  #failed(error: unknown): 'fault' {
    const reason = error instanceof Error ? error.message : String(error);
    if (!this.#stopping.signal.aborted) this.#options.told({ kind: 'failed', reason });
    return 'fault';
  }

  /** From the end of one leadership to the next, however many tries that takes. */
  #awaitLead(): void {
    const { clock, dispatcher, leaderlessMs } = this.#options;
    this.#patience ??= clock.setTimer(leaderlessMs, () => dispatcher.abortAll('SHUTDOWN'));
  }

  async #leadOnce(first: () => void): Promise<Ending> {
    const { store, told } = this.#options;
    const lease = await store.lead(this.#stopping.signal, () => this.#follow());
    let end: (reason: string) => void = () => {};
    const ended = new Promise<string>((resolve) => {
      end = resolve;
    });
    let lost: string | undefined;
    void lease.lost.then((reason) => end((lost = reason)));
    try {
      // the link of the load may have died with that of the lease, and more silently
      const lostFirst = ended.then((reason) => Promise.reject<never>(new Error(reason)));
      const known = Promise.all([store.load(lease.epoch), this.#options.beforeLeading?.()]);
      const [snapshot] = await Promise.race([known, lostFirst]);
      this.#stopping.signal.throwIfAborted();
      const leadership = this.#recover(lease, snapshot, end);
      this.#leadership = leadership;
      this.#isHeard = false;
      this.#patience?.cancel();
      this.#patience = undefined;
      this.#takeOver(leadership, snapshot.attempts);
      told({ kind: 'leading', epoch: lease.epoch, openTasks: leadership.core.tasks.size });
      first();
      told({ kind: 'lost', epoch: lease.epoch, reason: await ended });
      return lost === undefined ? 'fault' : 'session lost';
    } finally {
      this.#endLeadership();
      await lease.release().catch(() => {});
    }
  }

  #recover(lease: Lease, snapshot: Snapshot, ended: (reason: string) => void): Leadership {
    const { store, clock, layers } = this.#options;
    const now = clock.monotonic();
    this.#offset = snapshot.now - now;
    const core = new CoreState(this.#ports, snapshot.lastEventSeq);
    core.now = now;
    offerRooms(core, layers);
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
    return { lease, core, committer, foreign: new ForeignAttempts(), ended };
  }

  /** Attempts of this process go on, those of others are lost. Attempts that the store does not know are ended. */
  #takeOver(leadership: Leadership, attempts: readonly OpenAttempt[]): void {
    const { dispatcher, peers } = this.#options;
    const { core, foreign } = leadership;
    for (const attempt of attempts) takeUp(leadership, attempt, this.#options);
    for (const node of foreign.nodes(core)) peers?.inquire(node, foreign.of(node));
    const known = new Set(attempts.map(({ token }) => token));
    for (const token of dispatcher.endStrangers(known)) core.strangers.add(token);
    settleAndSchedule(core);
    dispatcher.report({
      settled: (attempts) => this.#tell(leadership, { kind: 'attemptsSettled', attempts }),
      progressed: (key, fraction, message) =>
        this.#tell(leadership, { kind: 'attemptProgressed', key, fraction, message }),
      alive: (key: AttemptKey) => this.#tell(leadership, { kind: 'attemptAlive', key }),
    });
    const tell = (input: CoreInput): void => this.#tell(leadership, input);
    const stillLeads = (): Promise<boolean> => this.#stillLeads(leadership);
    lead(this.#options.layers, { core, lines: dispatcher, tell, stillLeads });
    this.#after(leadership);
  }

  /** An effect without rows is released when the batch before it is committed. */
  async #stillLeads(leadership: Leadership): Promise<boolean> {
    const isCommitted = new Promise<boolean>((resolve) => {
      const answer = (failure?: Refusal): void => resolve(failure === undefined);
      leadership.core.ledger.effect({ kind: 'reply', answer });
    });
    this.#after(leadership);
    return (await isCommitted) && (await leadership.lease.holds());
  }

  #endLeadership(): void {
    const leadership = this.#leadership;
    this.#leadership = undefined;
    this.#deadline.cancel();
    this.#options.dispatcher.report(undefined);
    follow(this.#options.layers);
    leadership?.committer.end();
    this.#awaitLead();
  }

  #abort(key: AttemptKey, reason: AbortReason): void {
    const node = this.#leadership?.foreign.nodeOf(key.token);
    if (node === undefined) this.#options.dispatcher.abort(key.token, reason);
    else this.#options.peers?.abort(node, key, reason);
  }

  /** What was advised before holds no longer. */
  heed(change: AdviceChange): void {
    if (this.#leadership) this.#tell(this.#leadership, change);
  }

  #release(effect: Effect): void {
    const { dispatcher, advisor } = this.#options;
    if (effect.kind === 'start') {
      tellStart(advisor, effect.task, effect.live);
      dispatcher.start(effect.task, effect.live);
    } else if (effect.kind === 'abort') this.#abort(effect.key, effect.reason);
    else if (effect.kind === 'recorded') dispatcher.forget(effect.attempts);
    else if (effect.kind === 'reply') effect.answer();
    else tellEnd(advisor, effect);
  }
}
