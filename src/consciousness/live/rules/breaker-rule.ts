/**
 * A circuit breaker for each dependency, fed with every outcome as it is committed: reacting to what was read back from the
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
import type { DecisionBook, Result } from '../book/decision-book.js';
import type { Records } from '../book/records.js';
import { dependencyOf } from './dependency.js';
import type { Recollection } from './recollection.js';
import type { Closure, LiveGate } from './start-gate.js';

const DEPENDENCIES_MAX = 500;
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
  readonly dependency: string;
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
  readonly #breakers = new BoundedMap<Breaker>(DEPENDENCIES_MAX);
  readonly #opened = new Map<string, Opened>();
  readonly #timers = new Map<string, Timer>();
  #isLeading = false;

  constructor(options: BreakerRuleOptions) {
    this.#options = options;
    options.records.keep('breakers', () =>
      [...this.#breakers.entries()].map(([key, one]) => [key, { ...one }]),
    );
  }

  /** Those that were open under a leader before let the first one through and see. */
  lead(stored: Json | undefined): void {
    this.#breakers.clear();
    for (const [dependency, breaker] of (stored ?? []) as unknown as [string, Breaker][])
      this.#breakers.set(
        dependency,
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

  status(dependency: string): Breaker['status'] {
    return this.#breakers.get(dependency)?.status ?? 'CLOSED';
  }

  settled(attempt: SettledAttempt): void {
    const dependency = this.#isLeading ? dependencyOf(attempt.spec) : null;
    if (dependency === null) return;
    const { failureCode, runMs } = attempt;
    // who was refused was answered: the fault is the caller's
    const failed = failureCode !== null && errorClassOf(failureCode) !== 'REFUSED';
    const before = this.#breakers.get(dependency) ?? CLOSED_BREAKER;
    const outcome = { dependency, atMs: this.#options.now(), failed, seconds: runMs / 1000 };
    const opened = this.#opened.get(dependency);
    if (opened !== undefined && failed) {
      opened.failed++;
      opened.failedSeconds += outcome.seconds;
    }
    const { breaker, proposal } = afterOutcome(before, outcome);
    this.#breakers.set(dependency, breaker);
    if (proposal?.chosen === 'close') void this.#close(dependency);
    else if (proposal !== null) void this.#open(before, outcome, attempt);
  }

  /** What it costs to go on is told by what failures like this one cost before. */
  async #open(
    before: Breaker,
    outcome: BreakerOutcome,
    { spec, failureCode }: SettledAttempt,
  ): Promise<void> {
    const { book, gate, now, recall } = this.#options;
    const { dependency } = outcome;
    const recalled = recall(spec.typeKey, `${dependency} ${failureCode ?? ''}`);
    const seconds = recalled.failedSeconds ?? outcome.seconds;
    const { breaker, proposal } = afterOutcome(before, { ...outcome, seconds });
    const opened: Opened = {
      dependency,
      seconds,
      id: undefined,
      closure: undefined,
      failed: 0,
      failedSeconds: 0,
    };
    const closedFor = `dependency ${dependency}` as const;
    // failures come faster than rows are written: starts wait for the row, and go on where it cannot be written
    const waiting = book.acts('CIRCUIT_BREAK', dependency)
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
    this.#after(dependency, forMs);
    if (row === undefined) return;
    opened.id = row.id;
    if (acts) opened.closure = gate.decided(closedFor, waiting, { id: row.id, forMs });
    const previous = this.#opened.get(dependency);
    this.#opened.set(dependency, opened);
    if (previous?.id !== undefined) await book.close(previous.id);
  }

  #after(dependency: string, ms: number): void {
    this.#timers.get(dependency)?.cancel();
    const timer = this.#options.clock.setTimer(ms, () => this.#probe(dependency));
    this.#timers.set(dependency, timer);
  }

  #probe(dependency: string): void {
    const breaker = this.#breakers.get(dependency) ?? CLOSED_BREAKER;
    if (breaker.status === 'CLOSED') return;
    this.#breakers.set(dependency, admits(breaker, Number.POSITIVE_INFINITY).breaker);
    const closure = this.#opened.get(dependency)?.closure;
    if (closure === undefined) return;
    this.#options.gate.probe(closure, PROBE_MS);
    this.#after(dependency, PROBE_MS);
  }

  async #close(dependency: string): Promise<void> {
    const id = this.#opened.get(dependency)?.id;
    if (id !== undefined) await this.#options.book.close(id);
  }

  /** However it ends: nothing is held back because of it any more, and where no other took its place it begins anew. */
  #release(opened: Opened): Result {
    const { dependency, closure } = opened;
    const result = this.#resultOf(opened);
    if (this.#opened.get(dependency) === opened) {
      this.#opened.delete(dependency);
      this.#timers.get(dependency)?.cancel();
      const { tried, failed } = this.#breakers.get(dependency) ?? CLOSED_BREAKER;
      this.#breakers.set(dependency, { ...CLOSED_BREAKER, tried, failed });
    }
    if (closure !== undefined) this.#options.gate.open(`dependency ${dependency}`, closure);
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
