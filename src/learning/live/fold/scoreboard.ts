/**
 * How good the predictions of one target have been, by model: every one made before its row was learned. Part of the fold.
 * Bounded: medians and deciles are those of the last 1,000 rows, counts and means of all.
 */
import type { Json } from '../../../kit/json.js';
import { BoundedMap } from '../../bounded-map.js';

const WINDOW = 1000;
const TYPES_MAX = 2000;
/** "Accuracy" counts predictions no farther off than this share of what came. */
const NEAR = 0.25;

/** Shares and errors are relative: 0.1 is 10 %. Null where nothing was scored. */
export interface Score {
  readonly n: number;
  readonly medianApe: number | null;
  readonly mape: number | null;
  readonly accuracy: number | null;
}

interface Tally {
  n: number;
  apeSum: number;
  near: number;
  /** Ring of the last errors. */
  recent: number[];
}

/** Of what was believed: the champion of the kind. */
export interface Believed extends Score {
  /** Share of what came between p05 and p95, of all and of the last 500. */
  readonly coverage: number | null;
  readonly coverageRecent: number | null;
}

const COVERED_WINDOW = 500;

export class Scoreboard {
  readonly #models = new Map<string, Tally>();
  readonly #types = new BoundedMap<Tally>(TYPES_MAX);
  #believed: Tally = emptyTally();
  #covered = 0;
  #coveredRecent: number[] = [];

  /** Medians by model, in units of the target; `believed`: the champion's with its interval. */
  score(
    typeKey: string,
    actual: number,
    {
      medians,
      believed,
    }: {
      readonly medians: ReadonlyMap<string, number>;
      readonly believed: { readonly p05: number; readonly p50: number; readonly p95: number } | null;
    },
  ): void {
    for (const [name, median] of medians) add(this.#tallyOf(name), median, actual);
    if (believed === null) return;
    add(this.#believed, believed.p50, actual);
    add(this.#types.touch(typeKey, emptyTally), believed.p50, actual);
    const isCovered = actual >= believed.p05 && actual <= believed.p95;
    if (isCovered) this.#covered++;
    if (this.#coveredRecent.length >= COVERED_WINDOW) this.#coveredRecent.shift();
    this.#coveredRecent.push(isCovered ? 1 : 0);
  }

  #tallyOf(name: string): Tally {
    let tally = this.#models.get(name);
    if (tally === undefined) this.#models.set(name, (tally = emptyTally()));
    return tally;
  }

  model(name: string): Score {
    return scoreOf(this.#models.get(name) ?? emptyTally());
  }

  type(typeKey: string): Score {
    return scoreOf(this.#types.get(typeKey) ?? emptyTally());
  }

  types(): readonly string[] {
    return [...this.#types.entries()].map(([key]) => key);
  }

  get believed(): Believed {
    const { n } = this.#believed;
    const recent = this.#coveredRecent;
    return {
      ...scoreOf(this.#believed),
      coverage: n === 0 ? null : this.#covered / n,
      coverageRecent: recent.length === 0 ? null : recent.reduce((sum, one) => sum + one, 0) / recent.length,
    };
  }

  snapshot(): Json {
    return {
      models: [...this.#models].map(([name, tally]) => [name, plain(tally)]),
      types: [...this.#types.entries()].map(([key, tally]) => [key, plain(tally)]),
      believed: plain(this.#believed),
      covered: this.#covered,
      coveredRecent: [...this.#coveredRecent],
    };
  }

  restore(state: Json): void {
    const saved = state as unknown as {
      models: [string, Tally][];
      types: [string, Tally][];
      believed: Tally;
      covered: number;
      coveredRecent: number[];
    };
    this.#models.clear();
    for (const [name, tally] of saved.models) this.#models.set(name, copied(tally));
    this.#types.clear();
    for (const [key, tally] of saved.types) this.#types.set(key, copied(tally));
    this.#believed = copied(saved.believed);
    this.#covered = saved.covered;
    this.#coveredRecent = [...saved.coveredRecent];
  }
}

function emptyTally(): Tally {
  return { n: 0, apeSum: 0, near: 0, recent: [] };
}

function copied({ n, apeSum, near, recent }: Tally): Tally {
  return { n, apeSum, near, recent: [...recent] };
}

function plain(tally: Tally): Json {
  return { ...copied(tally) };
}

/** An error of a hundred times what came counts as that. */
const APE_MAX = 100;

function add(tally: Tally, median: number, actual: number): void {
  const ape = Math.min(APE_MAX, Math.abs(median - actual) / actual);
  const at = tally.n % WINDOW;
  tally.n++;
  tally.apeSum += ape;
  if (ape <= NEAR) tally.near++;
  tally.recent[at] = Math.round(ape * 1e6) / 1e6;
}

function scoreOf({ n, apeSum, near, recent }: Tally): Score {
  if (n === 0) return { n, medianApe: null, mape: null, accuracy: null };
  const sorted = [...recent].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const medianApe = ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
  return { n, medianApe, mape: apeSum / n, accuracy: near / n };
}
