/**
 * Tells people of meshes that have work ready and get no turn while others do. Called every few seconds with a sample of the
 * open meshes. The pure part is `decisions/starvation.ts`.
 */
import { type Starvations, look, sampled, type Waiting } from '../../decisions/starvation.js';
import type { DecisionBook } from '../records/decision-book.js';

export interface StarvationRuleOptions {
  readonly book: DecisionBook;
  readonly now: () => number;
}

const TOLD = { cost: null, staticCost: null, affected: 0, saved: 0 };

export class StarvationRule {
  readonly #options: StarvationRuleOptions;
  #starvations: Starvations = {};
  /** Attempts of all meshes, since this server leads. */
  #ended = 0;
  /** Alerts that stand, by mesh. */
  readonly #alerts = new Map<string, string>();

  constructor(options: StarvationRuleOptions) {
    this.#options = options;
  }

  end(): void {
    this.#starvations = {};
    this.#alerts.clear();
  }

  settled(): void {
    this.#ended++;
  }

  async look(waiting: readonly Waiting[]): Promise<void> {
    const { book, now } = this.#options;
    const atMs = now();
    const { starvations, proposals } = look(
      sampled(this.#starvations, waiting, { atMs, ended: this.#ended }),
      atMs,
    );
    this.#starvations = starvations;
    for (const [meshId, decisionId] of this.#alerts) {
      if (starvations[meshId]?.told === true) continue;
      this.#alerts.delete(meshId);
      await book.close(decisionId);
    }
    for (const proposal of proposals) {
      const row = await book.decide({ proposal, recalled: [], release: () => TOLD });
      if (row !== undefined) this.#alerts.set(proposal.subject, row.id);
    }
  }
}
