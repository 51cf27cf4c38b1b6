/** What decisions of each kind came to, counted as they are made and end, so that it outlives the rows. A value; JSON. */
import type { Json } from '../../../kit/json.js';
import type { DecisionMode, DecisionOutcomeRow } from '../../../store/consciousness.js';

export interface Tally {
  readonly kind: string;
  readonly mode: DecisionMode;
  readonly made: number;
  readonly done: number;
  readonly vetoed: number;
  readonly undone: number;
  /** Starts that were changed, and attempts that were saved from failing by estimate. */
  readonly affected: number;
  readonly saved: number;
  /** Of those whose costs are known: how many, seconds against the static choice, costs inside their interval of 90 %. */
  readonly scored: number;
  readonly regret: number;
  readonly covered: number;
}

const ENDED = { DONE: 'done', VETOED: 'vetoed', UNDONE: 'undone' } as const;

export class Tallies {
  readonly #tallies = new Map<string, Tally>();

  get all(): Tally[] {
    return [...this.#tallies.values()];
  }

  get calibration(): { readonly scored: number; readonly covered: number } {
    const sum = (of: (tally: Tally) => number): number =>
      this.all.reduce((whole, tally) => whole + of(tally), 0);
    return { scored: sum(({ scored }) => scored), covered: sum(({ covered }) => covered) };
  }

  made(kind: string, mode: DecisionMode): void {
    const tally = this.#of(kind, mode);
    this.#set({ ...tally, made: tally.made + 1 });
  }

  ended(kind: string, mode: DecisionMode, outcome: DecisionOutcomeRow): void {
    const { ended, affected, saved, regret, covered } = outcome;
    const tally = this.#of(kind, mode);
    const isScored = regret !== null;
    this.#set({
      ...tally,
      [ENDED[ended]]: tally[ENDED[ended]] + 1,
      affected: tally.affected + affected,
      saved: tally.saved + saved,
      scored: tally.scored + (isScored ? 1 : 0),
      regret: tally.regret + (regret ?? 0),
      covered: tally.covered + (isScored && covered === true ? 1 : 0),
    });
  }

  #of(kind: string, mode: DecisionMode): Tally {
    const none = { made: 0, done: 0, vetoed: 0, undone: 0, affected: 0, saved: 0 };
    return this.#tallies.get(`${kind} ${mode}`) ?? { kind, mode, ...none, scored: 0, regret: 0, covered: 0 };
  }

  #set(tally: Tally): void {
    this.#tallies.set(`${tally.kind} ${tally.mode}`, tally);
  }

  snapshot(): Json {
    return this.all.map((tally) => ({ ...tally }));
  }

  restore(state: Json): void {
    this.#tallies.clear();
    for (const tally of state as unknown as Tally[]) this.#set(tally);
  }
}
