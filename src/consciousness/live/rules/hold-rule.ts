/**
 * Holds starts of a kind of task back before the bad windows of its period. Looks at the periods of the fold now and then,
 * decides each window once, carries it out when its time has come, and lets one start through in every fifth window, so that a
 * period that is over is noticed. Called with the time and with every outcome. The pure part is `decisions/hold.ts`.
 */
import type { Clock, Timer } from '../../../kit/clock.js';
import type { SettledAttempt } from '../../../orchestrator/advisor.js';
import { candidate, type Proposal } from '../../decisions/decision.js';
import { holdBefore, type StartAhead } from '../../decisions/hold.js';
import { nextWindow, type Period, type Window } from '../../patterns/temporal/period.js';
import type { DecisionBook, Result } from '../records/decision-book.js';
import type { Fold } from '../fold/fold.js';
import { failedSecondsOf, runSecondsOf } from '../fold/type-profile.js';
import type { Recollection } from './recollection.js';
import type { Closure, LiveGate } from './start-gate.js';

/** A second of waiting in seconds of work, where nobody said how much hangs on it. */
const WAIT_WEIGHT = 0.1;
/** What a failed attempt costs beside its time: a task has few, and a person has to look when they are used up. */
const FAILURE_SECONDS = 5;
/** A window is decided about at most so long before its hold begins. */
const AHEAD_MS = 60_000;
const PROBE_EVERY = 5;
/** After so many windows in which nothing of a kind ran or waited none is decided about until it is seen again. */
const EMPTY_MAX = 3;
const DECIDED_MAX = 1000;
/** The start of a hold is found to within this share of the time until the window. */
const SEARCH_STEPS = 12;

export interface HoldRuleOptions {
  readonly book: DecisionBook;
  readonly gate: LiveGate;
  readonly clock: Clock;
  readonly now: () => number;
  readonly recall: Recollection;
}

interface Hold {
  readonly typeKey: string;
  readonly window: Window;
  /** Of failing, of a start that is held back, beyond what fails anyway. */
  readonly extra: number;
  /** That a failing attempt costs. */
  readonly seconds: number;
  id: string | undefined;
  closure: Closure | undefined;
  timer: Timer | undefined;
  /** In the window: attempts that ended, those that failed, seconds those took, seconds that holding would have cost them. */
  ended: number;
  failed: number;
  failedSeconds: number;
  wouldWait: number;
}

interface Plan {
  readonly proposal: Proposal;
  readonly fromMs: number;
}

export class HoldRule {
  readonly #options: HoldRuleOptions;
  /** Windows that were decided about, by pattern and tooth. */
  #decided = new Set<string>();
  readonly #holds = new Map<string, Hold>();
  readonly #windows = new Map<string, number>();
  /** Windows in a row without anything of the kind. */
  readonly #empty = new Map<string, number>();
  #isLeading = false;

  constructor(options: HoldRuleOptions) {
    this.#options = options;
  }

  lead(): void {
    this.#isLeading = true;
  }

  end(): void {
    this.#isLeading = false;
    for (const { timer } of this.#holds.values()) timer?.cancel();
    this.#holds.clear();
    this.#decided.clear();
    this.#windows.clear();
    this.#empty.clear();
  }

  settled({ spec, runMs, failureCode }: SettledAttempt): void {
    this.#empty.delete(spec.typeKey);
    const hold = this.#holds.get(spec.typeKey);
    if (hold === undefined) return;
    const now = this.#options.now();
    const { fromMs, toMs } = hold.window;
    if (now < fromMs || now > toMs) return;
    hold.ended++;
    hold.wouldWait += Math.max(0, toMs - (now - runMs)) / 1000;
    if (failureCode === null) return;
    hold.failed++;
    hold.failedSeconds += runMs / 1000;
  }

  look(fold: Fold): void {
    if (!this.#isLeading) return;
    const now = this.#options.now();
    for (const { id, typeKey, period } of fold.periods()) {
      if (this.#holds.has(typeKey) || (this.#empty.get(typeKey) ?? 0) >= EMPTY_MAX) continue;
      const window = nextWindow(period, now);
      const key = `${id} ${Math.round((window.expectedMs - period.anchorMs) / period.periodMs)}`;
      if (this.#decided.has(key)) continue;
      const start = startAhead(fold, typeKey);
      const plan = start === null ? null : planOf(window, start, now);
      if (plan !== null && plan.fromMs - now > AHEAD_MS) continue;
      this.#remember(key);
      if (plan !== null && start !== null) void this.#decide({ typeKey, window, start, period }, plan, fold);
    }
  }

  #remember(key: string): void {
    this.#decided.add(key);
    if (this.#decided.size > DECIDED_MAX) this.#decided = new Set([...this.#decided].slice(-DECIDED_MAX / 2));
  }

  async #decide(
    about: { typeKey: string; window: Window; start: Omit<StartAhead, 'nowMs'>; period: Period },
    { proposal, fromMs }: Plan,
    fold: Fold,
  ): Promise<void> {
    const { typeKey, window, start } = about;
    const { book, clock, now, recall } = this.#options;
    const recalled = recall(typeKey, typeKey);
    const hold: Hold = {
      ...{ typeKey, window },
      extra:
        window.probability *
        Math.max(0, start.failsInside - start.failsOutside) *
        endsInside(window, fromMs, 1000 * start.runSeconds.p50),
      seconds: recalled.failedSeconds ?? failedSecondsOf(fold.profile(typeKey)) ?? 0,
      ...{ id: undefined, closure: undefined, timer: undefined },
      ...{ ended: 0, failed: 0, failedSeconds: 0, wouldWait: 0 },
    };
    this.#holds.set(typeKey, hold);
    const parameters = { fromMs, untilMs: window.toMs, periodMs: about.period.periodMs };
    const row = await book.decide({
      proposal: { ...proposal, parameters },
      recalled: recalled.episodes,
      release: () => this.#release(hold),
    });
    if (row === undefined || !this.#isLeading) {
      this.#holds.delete(typeKey);
      return;
    }
    hold.id = row.id;
    const begin = (): void => {
      if (row.mode === 'ACTING') this.#begin(hold, row.id);
      hold.timer = clock.setTimer(Math.max(0, window.toMs - now()), () => void book.close(row.id));
    };
    hold.timer = clock.setTimer(Math.max(0, fromMs - now()), begin);
  }

  #begin(hold: Hold, id: string): void {
    const { gate, now } = this.#options;
    hold.closure = gate.close(`type ${hold.typeKey}`, id, Math.max(0, hold.window.toMs - now()));
    const nth = (this.#windows.get(hold.typeKey) ?? 0) + 1;
    this.#windows.set(hold.typeKey, nth);
    if (nth % PROBE_EVERY === 0) hold.closure.probes = 1;
  }

  #release(hold: Hold): Result {
    const { typeKey, closure, timer } = hold;
    timer?.cancel();
    const result = closure === undefined ? shadowResult(hold) : this.#actingResult(hold, closure);
    this.#holds.delete(typeKey);
    if (result.affected > 0) this.#empty.delete(typeKey);
    else if (hold.ended === 0) this.#empty.set(typeKey, (this.#empty.get(typeKey) ?? 0) + 1);
    if (closure !== undefined) this.#options.gate.open(`type ${typeKey}`, closure);
    return result;
  }

  /** What those who were held back would have met is estimated; what they waited is known. */
  #actingResult({ extra, seconds }: Hold, closure: Closure): Result {
    const { count, secondsEach } = closure.heldBack(this.#options.clock.monotonic());
    if (count === 0) return { cost: null, staticCost: null, affected: 0, saved: 0 };
    const cost = WAIT_WEIGHT * secondsEach;
    return {
      cost,
      staticCost: extra * (seconds + FAILURE_SECONDS + cost),
      affected: count,
      saved: extra * count,
    };
  }
}

/** What those who ran met is known; what they would have waited is estimated. */
function shadowResult({ ended, failed, failedSeconds, wouldWait }: Hold): Result {
  if (ended === 0) return { cost: null, staticCost: null, affected: 0, saved: 0 };
  const cost = (WAIT_WEIGHT * wouldWait) / ended;
  const met = failed / ended;
  const staticCost = failedSeconds / ended + met * (FAILURE_SECONDS + cost);
  return { cost, staticCost, affected: 0, saved: failed };
}

function startAhead(fold: Fold, typeKey: string): Omit<StartAhead, 'nowMs'> | null {
  const shares = fold.shares(typeKey);
  const profile = fold.profile(typeKey);
  const seconds = failedSecondsOf(profile);
  const runSeconds =
    runSecondsOf(profile) ?? (seconds === null ? null : { p10: seconds, p50: seconds, p90: seconds });
  if (shares === null || runSeconds === null) return null;
  return {
    subject: typeKey,
    runSeconds,
    ...shares,
    waitWeight: WAIT_WEIGHT,
    failureSeconds: FAILURE_SECONDS,
  };
}

/**
 * From when on a start is expected to be worse than waiting; null: never before the window is over. What it is expected to save is
 * told for a start at the begin of the window: of one at the begin of the hold it is nothing by construction.
 */
export function planOf(window: Window, start: Omit<StartAhead, 'nowMs'>, nowMs: number): Plan | null {
  const at = (ms: number): Proposal | null => holdBefore(window, { ...start, nowMs: ms });
  let good = Math.max(nowMs, window.fromMs);
  const proposal = at(good);
  if (proposal === null) return null;
  const from = (fromMs: number): Plan => ({
    proposal: waitedBetween(proposal, { ...window, fromMs }),
    fromMs,
  });
  if (at(nowMs) !== null) return from(nowMs);
  for (let step = 0, bad = nowMs; step < SEARCH_STEPS; step++) {
    const middle = (good + bad) / 2;
    if (at(middle) === null) bad = middle;
    else good = middle;
  }
  return from(good);
}

/** Starts come at any time of a hold, and each waits until its end. */
function waitedBetween(proposal: Proposal, { fromMs, toMs }: Window): Proposal {
  const most = (WAIT_WEIGHT * (toMs - fromMs)) / 1000;
  const candidates = proposal.candidates.map((one) =>
    one.name === proposal.chosen ? candidate(one.name, one.mean, 0.05 * most, most) : one,
  );
  return { ...proposal, candidates };
}

/** Share of the starts between the begin of the hold and the end of the window that would have ended in the window. */
function endsInside({ fromMs, toMs }: Window, holdFromMs: number, runMs: number): number {
  const [first, last] = [Math.max(fromMs, holdFromMs + runMs), toMs];
  return Math.max(0, last - first) / Math.max(1, toMs - holdFromMs);
}
