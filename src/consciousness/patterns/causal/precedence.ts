/**
 * Which kind of task fails, or is slow, after another one failed: for every pair of kinds, whether attempts that began soon after a
 * failure of the one fail more often than other attempts of the other, and whether those that complete are slow more often. Called by
 * the fold with every ended attempt, in the order of the history. It tells what comes before and not what causes.
 *
 * Failures come in troubles, and ten of one trouble are no ten witnesses: an attempt counts only where its kind has not failed for
 * a window before it began, so that a trouble counts once, and its time only where its kind has not been slow. Without that every
 * second pair of kinds that have troubles of their own would be told of.
 */
import type { Stages } from '../../../kit/turn.js';
import { BoundedMap } from '../../../learning/bounded-map.js';
import { type Association, AssociationFinder, type AssociationState } from './association-finder.js';

export const PRECEDENCE_MS = 5 * 60_000;
/** Kinds that failed least recently are forgotten beyond this. */
const FAILING_MAX = 200;
/** Failures nearer to each other are remembered as the first of them; older ones than this are forgotten. */
const APART_MS = 30_000;
const KEPT_MS = 30 * 60_000;
/** Kinds that failed before one attempt: more at once are one trouble of everything. */
const BEFORE_MAX = 20;
/** Kinds of which it is known when they were slow last. */
const SLOW_MAX = 2000;
const BETWEEN = '\n';

export interface PrecedenceAttempt {
  readonly typeKey: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly failed: boolean;
  /** Longer than was to be expected of its kind; null: it failed, or too little is known. */
  readonly slow: boolean | null;
}

export interface Preceded extends Omit<Association, 'factor'> {
  /** The kind that fails first, and the one that fails or is slow then. */
  readonly first: string;
  readonly second: string;
}

interface Failures {
  readonly times: number[];
  last: number;
}

export interface PrecedenceState {
  readonly failing: readonly (readonly [typeKey: string, times: readonly number[], last: number])[];
  readonly slow: readonly (readonly [typeKey: string, last: number])[];
  readonly pairs: AssociationState;
}

const NOTHING: PrecedenceState = { failing: [], slow: [], pairs: { strata: [], factors: [] } };

/** State: when kinds failed of late, and of each pair how many attempts were exposed and failed. */
export class Precedence {
  readonly #failing = new BoundedMap<Failures>(FAILING_MAX);
  readonly #slow = new BoundedMap<number>(SLOW_MAX);
  readonly #pairs: AssociationFinder;

  constructor({ failing, slow, pairs }: PrecedenceState = NOTHING) {
    for (const [typeKey, last] of slow) this.#slow.set(typeKey, last);
    for (const [typeKey, times, last] of failing) this.#failing.set(typeKey, { times: [...times], last });
    this.#pairs = new AssociationFinder(pairs);
  }

  snapshot(): PrecedenceState {
    return {
      failing: [...this.#failing.entries()].map(([typeKey, { times, last }]) => [typeKey, [...times], last]),
      slow: [...this.#slow.entries()],
      pairs: this.#pairs.snapshot(),
    };
  }

  /** `isJudged`: it counts, however it ended. Failures of all others are only what may come before. */
  ended({ typeKey, startedMs, endedMs, failed, slow }: PrecedenceAttempt, isJudged: boolean): void {
    if (isJudged && this.#mayCount(typeKey, startedMs, endedMs)) {
      const factors = this.#before(typeKey, startedMs).map((first) => `${first}${BETWEEN}${typeKey}`);
      const wasSlow = (this.#slow.get(typeKey) ?? Number.NEGATIVE_INFINITY) >= startedMs - PRECEDENCE_MS;
      this.#pairs.observe({ typeKey, factors, failed, slow: wasSlow ? null : slow });
    }
    if (failed) this.#fail(typeKey, endedMs);
    if (slow === true) this.#slow.set(typeKey, Math.max(endedMs, this.#slow.get(typeKey) ?? endedMs));
  }

  /** Those that are significant together, the strongest first. */
  *findingsInStages(): Stages<Preceded[]> {
    const found = yield* this.#pairs.findingsInStages();
    return found.map(({ factor, ...counts }) => {
      const [first = '', second = ''] = factor.split(BETWEEN);
      return { first, second, ...counts };
    });
  }

  #mayCount(typeKey: string, startedMs: number, endedMs: number): boolean {
    const last = this.#failing.get(typeKey)?.last ?? Number.NEGATIVE_INFINITY;
    return last < startedMs - PRECEDENCE_MS && startedMs >= endedMs - KEPT_MS + PRECEDENCE_MS;
  }

  #before(typeKey: string, startedMs: number): string[] {
    const from = startedMs - PRECEDENCE_MS;
    const before: string[] = [];
    for (const [other, { times, last }] of this.#failing.entries()) {
      if (other === typeKey || last < from) continue;
      if (times.some((atMs) => atMs >= from && atMs <= startedMs)) before.push(other);
    }
    return before.slice(-BEFORE_MAX);
  }

  #fail(typeKey: string, atMs: number): void {
    const failures = this.#failing.touch(typeKey, () => ({ times: [], last: atMs }));
    failures.last = Math.max(failures.last, atMs);
    const { times } = failures;
    if (atMs - (times.at(-1) ?? Number.NEGATIVE_INFINITY) < APART_MS) return;
    times.push(atMs);
    while ((times[0] as number) < atMs - KEPT_MS) times.shift();
  }
}
