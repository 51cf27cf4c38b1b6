/**
 * Which model compares places. Of a task that recurs, what it took at other places is known: each model says where it would
 * have gone before it learns of the new time, and regrets what that place took more than the best. The model in charge is
 * replaced when bets that another is regretted less have won; noise does not make it change. Part of the learner's fold.
 */
import type { Json } from '../../kit/json.js';
import { type Bet, bet, EVIDENCE_NEEDED, evidenceOf, NO_BET } from '../../kit/statistics/bet.js';
import { BoundedMap } from '../bounded-map.js';
import type { PlaceView, TaskView } from '../view.js';

const TASKS_MAX = 2000;
const PLACES_MAX = 8;
/** About so many choices are remembered in the mean that people see. */
const MEMORY = 0.99;
/** A choice that took twice as long as the best counts as this much. */
const REGRET_MAX = 1;
const STAKE_MAX = 0.9;

/** The latest time of a task at a place; `value` is the logarithm. */
interface Known {
  readonly place: PlaceView;
  readonly value: number;
}

export interface PlaceRegret {
  /** Choices that could be judged. */
  readonly n: number;
  /** Mean share by which the chosen place took longer than the best, of the latest ones; null: none. */
  readonly regret: number | null;
  /** Are places compared by this model? */
  readonly inCharge: boolean;
}

interface Tally {
  n: number;
  sum: number;
  weight: number;
}

/** The mean of the logarithm that a model expects there; null: it knows nothing. */
export type ExpectedAt = (model: number, place: PlaceView) => number | null;

export class PlaceChooser {
  readonly #models: number;
  readonly #tasks = new BoundedMap<Known[]>(TASKS_MAX);
  #tallies: Tally[];
  /** That each model is regretted less than the one in charge. */
  #bets: Bet[];
  #inCharge = 0;

  constructor(models: number) {
    this.#models = models;
    this.#tallies = Array.from({ length: models }, () => ({ n: 0, sum: 0, weight: 0 }));
    this.#bets = this.#noBets();
  }

  /** Index of the model by which places are compared. */
  get inCharge(): number {
    return this.#inCharge;
  }

  regretOf(model: number): PlaceRegret {
    const { n, sum, weight } = this.#tallies[model] as Tally;
    return { n, regret: weight === 0 ? null : sum / weight, inCharge: model === this.#inCharge };
  }

  /** Before the models learn of it. `value`: the logarithm of what came, had no machine changed. */
  observe(
    { signature }: Pick<TaskView, 'signature'>,
    place: PlaceView,
    value: number,
    expected: ExpectedAt,
  ): void {
    if (signature === '' || this.#models < 2) return;
    const before = this.#tasks.get(signature) ?? [];
    const others = before.filter((one) => one.place.machine !== place.machine);
    const known = [...others.slice(1 - PLACES_MAX), { place, value }];
    this.#tasks.set(signature, known);
    if (others.length > 0) this.#judge(known, expected);
  }

  snapshot(): Json {
    return {
      tasks: [...this.#tasks.entries()].map(([key, known]) => [
        key,
        known.map(({ place, value }) => [{ ...place }, value] as Json),
      ]),
      tallies: this.#tallies.map((tally) => ({ ...tally })),
      bets: this.#bets as unknown as Json,
      inCharge: this.#inCharge,
    };
  }

  restore(state: Json): void {
    const saved = structuredClone(state) as unknown as {
      tasks: [string, [PlaceView, number][]][];
      tallies: Tally[];
      bets: Bet[];
      inCharge: number;
    };
    this.#tasks.clear();
    for (const [key, known] of saved.tasks)
      this.#tasks.set(
        key,
        known.map(([place, value]) => ({ place, value })),
      );
    this.#tallies = saved.tallies;
    this.#bets = saved.bets;
    this.#inCharge = saved.inCharge;
  }

  #judge(known: readonly Known[], expected: ExpectedAt): void {
    const least = Math.min(...known.map(({ value }) => value));
    const regrets = Array.from({ length: this.#models }, (_, model) => {
      const chosen = chosenBy(known, (place) => expected(model, place));
      return chosen === undefined ? null : Math.min(REGRET_MAX, Math.expm1(chosen.value - least));
    });
    for (const [model, regret] of regrets.entries()) {
      if (regret === null) continue;
      const tally = this.#tallies[model] as Tally;
      tally.n += 1;
      tally.sum = MEMORY * tally.sum + regret;
      tally.weight = MEMORY * tally.weight + 1;
    }
    this.#compare(regrets);
  }

  #compare(regrets: readonly (number | null)[]): void {
    const own = regrets[this.#inCharge];
    if (own == null) return;
    for (const [model, regret] of regrets.entries()) {
      if (model === this.#inCharge || regret === null) continue;
      const won = bet(this.#bets[model] as Bet, own - regret, STAKE_MAX);
      this.#bets[model] = won;
      if (evidenceOf(won) < EVIDENCE_NEEDED) continue;
      this.#inCharge = model;
      this.#bets = this.#noBets();
      return;
    }
  }

  #noBets(): Bet[] {
    return Array.from({ length: this.#models }, () => NO_BET);
  }
}

/** Undefined where the model knows nothing of one of the places. */
function chosenBy(known: readonly Known[], meanAt: (place: PlaceView) => number | null): Known | undefined {
  let [best, least] = [undefined as Known | undefined, Number.POSITIVE_INFINITY];
  for (const one of known) {
    const mean = meanAt(one.place);
    if (mean === null) return undefined;
    if (mean < least) [best, least] = [one, mean];
  }
  return best;
}
