/**
 * A circuit breaker for each dependency, or each kind of task that was found to fail (`guarded.ts`), fed with every outcome as it is committed: reacting to what was read back from the
 * history would come a second late. Called by the advisor. The pure part is `decisions/circuit-breaker.ts`.
 */
import type { Clock, Timer } from '../../../kit/clock.js';
import type { Json } from '../../../kit/json.js';
import { BoundedMap } from '../../../learning/bounded-map.js';
import { errorClassOf } from '../../../learning/error-class.js';
import type { SettledAttempt } from '../../../orchestrator/advisor.js';
import {
  admits,
  afterOutcome,
  type Breaker,
  type BreakerOutcome,
  BROKEN,
  CLOSED_BREAKER,
} from '../../decisions/circuit-breaker.js';
import type { Proposal } from '../../decisions/decision.js';
import type { DecisionBook, Result } from '../records/decision-book.js';
import type { Records } from '../records/records.js';
import type { Guarded } from './guarded.js';
import type { Recollection } from './recollection.js';
import type { Closure, LiveGate } from './start-gate.js';

const SUBJECTS_MAX = 500;
/** A probe that has not told its outcome by then is joined by another. */
const PROBE_MS = 10_000;
/** Starts wait at most so long for a row to be written. */
const WRITING_MS = 2000;

export interface BreakerRuleOptions {
  readonly book: DecisionBook;
  readonly gate: LiveGate;
  readonly records: Records;
  readonly clock: Clock;
  readonly now: () => number;
  readonly recall: Recollection;
}

/** A breaker that is open, or would be. */
interface Opened {
  readonly subject: string;
  /** That a failing attempt costs. */
  readonly seconds: number;
  id: string | undefined;
  /** Undefined: it is only thought. */
  closure: Closure | undefined;
  /** Attempts that ended and failed meanwhile: what it would have saved where it is only thought, else its probes. */
  failed: number;
  failedSeconds: number;
}

export class BreakerRule {
  readonly #options: BreakerRuleOptions;
  readonly #guarded: Guarded;
  readonly #breakers = new BoundedMap<Breaker>(SUBJECTS_MAX);
  readonly #opened = new Map<string, Opened>();
  readonly #timers = new Map<string, Timer>();
  #isLeading = false;

  constructor(options: BreakerRuleOptions, guarded: Guarded) {
    this.#options = options;
    this.#guarded = guarded;
    options.records.keep(guarded.part, () =>
      [...this.#breakers.entries()].map(([key, one]) => [key, { ...one }]),
    );
  }

  /** Those that were open under a leader before let the first one through and see. */
  lead(stored: Json | undefined): void {
    this.#breakers.clear();
    for (const [subject, breaker] of (stored ?? []) as unknown as [string, Breaker][])
      this.#breakers.set(
        subject,
        breaker.status === 'CLOSED' ? breaker : { ...breaker, status: 'HALF_OPEN' },
      );
    this.#isLeading = true;
  }

  end(): void {
    this.#isLeading = false;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#opened.clear();
  }

  status(subject: string): Breaker['status'] {
    return this.#breakers.get(subject)?.status ?? 'CLOSED';
  }

  settled(attempt: SettledAttempt): void {
    const { kind, subjectOf, isWatched, begin } = this.#guarded;
    const subject = this.#isLeading ? subjectOf(attempt.spec) : null;
    if (subject === null) return;
    const { failureCode, runMs } = attempt;
    // who was refused was answered: the fault is the caller's
    const failed = failureCode !== null && errorClassOf(failureCode) !== 'REFUSED';
    const known = this.#breakers.get(subject);
    if ((known?.status ?? 'CLOSED') === 'CLOSED' && !isWatched(subject)) return;
    const before = known ?? begin(subject);
    const outcome = { kind, subject, atMs: this.#options.now(), failed, seconds: runMs / 1000 };
    const opened = this.#opened.get(subject);
    if (opened !== undefined && failed) {
      opened.failed++;
      opened.failedSeconds += outcome.seconds;
    }
    const { breaker, proposal } = afterOutcome(before, outcome);
    this.#breakers.set(subject, breaker);
    if (proposal?.chosen === 'close') void this.#close(subject);
    else if (proposal !== null) void this.#open(before, outcome, attempt);
  }

  /** What it costs to go on is told by what failures like this one cost before. */
  async #open(
    before: Breaker,
    outcome: BreakerOutcome,
    { spec, failureCode }: SettledAttempt,
  ): Promise<void> {
    const { book, gate, now, recall } = this.#options;
    const { subject } = outcome;
    if (this.#goesOnThinking(before, outcome)) return;
    const recalled = recall(spec.typeKey, `${subject} ${failureCode ?? ''}`);
    const seconds = recalled.failedSeconds ?? outcome.seconds;
    const { breaker, proposal } = afterOutcome(before, { ...outcome, seconds });
    const opened: Opened = {
      subject,
      seconds,
      id: undefined,
      closure: undefined,
      failed: 0,
      failedSeconds: 0,
    };
    const closedFor = this.#guarded.closedFor(subject);
    // failures come faster than rows are written: starts wait for the row, and go on where it cannot be written
    const waiting = book.acts(this.#guarded.kind, subject)
      ? gate.close(closedFor, undefined, WRITING_MS)
      : undefined;
    const letGo = (): void => waiting && gate.open(closedFor, waiting);
    const late = this.#options.clock.setTimer(WRITING_MS, letGo);
    const row = await book.decide({
      proposal: proposal as Proposal,
      recalled: recalled.episodes,
      release: () => this.#release(opened),
    });
    late.cancel();
    const acts = row?.mode === 'ACTING' && this.#isLeading;
    if (!acts) letGo();
    if (!this.#isLeading) return;
    const forMs = Math.max(0, breaker.openUntilMs - now());
    this.#after(subject, forMs);
    if (row === undefined) return;
    opened.id = row.id;
    if (acts) opened.closure = gate.decided(closedFor, waiting, { id: row.id, forMs });
    const previous = this.#opened.get(subject);
    this.#opened.set(subject, opened);
    if (previous?.id !== undefined) await book.close(previous.id);
  }

  /** What is only thought has one row for as long as the trouble lasts, however many probes fail in it. */
  #goesOnThinking(before: Breaker, { subject }: BreakerOutcome): boolean {
    const { book, now } = this.#options;
    const known = this.#opened.get(subject);
    const isThought = known?.id !== undefined && known.closure === undefined;
    if (before.status !== 'HALF_OPEN' || !isThought || book.acts(this.#guarded.kind, subject)) return false;
    const { openUntilMs } = this.#breakers.get(subject) ?? before;
    this.#after(subject, Math.max(0, openUntilMs - now()));
    return true;
  }

  #after(subject: string, ms: number): void {
    this.#timers.get(subject)?.cancel();
    const timer = this.#options.clock.setTimer(ms, () => this.#probe(subject));
    this.#timers.set(subject, timer);
  }

  #probe(subject: string): void {
    const breaker = this.#breakers.get(subject) ?? CLOSED_BREAKER;
    if (breaker.status === 'CLOSED') return;
    this.#breakers.set(subject, admits(breaker, Number.POSITIVE_INFINITY).breaker);
    const closure = this.#opened.get(subject)?.closure;
    if (closure === undefined) return;
    this.#options.gate.probe(closure, PROBE_MS);
    this.#after(subject, PROBE_MS);
  }

  async #close(subject: string): Promise<void> {
    const id = this.#opened.get(subject)?.id;
    if (id !== undefined) await this.#options.book.close(id);
  }

  /** However it ends: nothing is held back because of it any more, and where no other took its place it begins anew. */
  #release(opened: Opened): Result {
    const { subject, closure } = opened;
    const result = this.#resultOf(opened);
    if (this.#opened.get(subject) === opened) {
      this.#opened.delete(subject);
      this.#timers.get(subject)?.cancel();
      const { tried, failed } = this.#breakers.get(subject) ?? CLOSED_BREAKER;
      this.#breakers.set(subject, { ...CLOSED_BREAKER, tried, failed });
    }
    if (closure !== undefined) this.#options.gate.open(this.#guarded.closedFor(subject), closure);
    return result;
  }

  /** Those who waited would have failed as those before did; waiting for what is broken costs them nothing. */
  #resultOf({ closure, seconds, failed, failedSeconds }: Opened): Result {
    if (closure === undefined) {
      const known = failed === 0 ? { cost: null, staticCost: null } : { cost: 0, staticCost: failedSeconds };
      return { ...known, affected: 0, saved: failed };
    }
    const { count } = closure.heldBack(this.#options.clock.monotonic());
    const saved = BROKEN * count;
    if (count === 0) return { cost: null, staticCost: null, affected: 0, saved: 0 };
    return { cost: failedSeconds, staticCost: saved * seconds, affected: count, saved };
  }
}
