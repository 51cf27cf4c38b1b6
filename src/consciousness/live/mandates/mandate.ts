/**
 * One decision that predictions are followed about one subject, for as long as it is open: which starts it changed, and what came
 * of them beside what the static rule would have cost. Costs are shares of what the static rule costs. Made by `mandates.ts`.
 *
 * States: asked, while its row is being written; acting; shadow (the level may not, or somebody vetoed it); refused (its row could
 * not be written); over. Predictions are followed while it is acting, and at no other time.
 */
import type { DecisionKind, Proposal } from '../../decisions/decision.js';
import type { Result } from '../records/decision-book.js';

export const MANDATE_KINDS = [
  'ORDER',
  'LAYER',
  'DRIFT',
  'TIMEOUT',
  'MEMORY',
  'RETRY',
  'CONCURRENCY',
] as const satisfies readonly DecisionKind[];
export type MandateKind = (typeof MANDATE_KINDS)[number];

export type MandateState = 'ASKED' | 'ACTING' | 'SHADOW' | 'REFUSED' | 'OVER';

export class Mandate {
  readonly kind: MandateKind;
  readonly subject: string;
  readonly proposal: Proposal;
  /** Monotonic ms. */
  readonly since: number;
  state: MandateState = 'ASKED';
  id: string | undefined;
  /** Since it was last looked after. */
  isUsed = true;
  /** Starts, or retries, that are otherwise than the static rule has them. */
  changed = 0;
  saved = 0;
  /** By whoever changed what it is about, as a share; null: it is scored by starts, or nothing is known yet. */
  realisedGain: number | null = null;
  #cost = 0;
  #staticCost = 0;

  constructor(of: { kind: MandateKind; subject: string; proposal: Proposal; since: number }) {
    this.kind = of.kind;
    this.subject = of.subject;
    this.proposal = of.proposal;
    this.since = of.since;
  }

  get acts(): boolean {
    return this.state === 'ACTING';
  }

  /** In one unit, whichever: what was, and what the static rule would have cost. */
  scored(cost: number, staticCost: number): void {
    this.#cost += cost;
    this.#staticCost += staticCost;
  }

  parameter(name: string): number {
    const value = this.proposal.parameters[name];
    return typeof value === 'number' ? value : 0;
  }

  get result(): Result {
    const scored = this.#staticCost > 0 ? this.#cost / this.#staticCost : null;
    const cost = this.realisedGain === null ? scored : 1 - this.realisedGain;
    return {
      cost,
      staticCost: cost === null ? null : 1,
      affected: this.acts ? this.changed : 0,
      saved: this.saved,
    };
  }
}
