/**
 * What of drift may change where work starts. That a machine is slower or faster than it was is a prediction like any other; but
 * starts that go elsewhere because of it, and looks at places that may have changed as well, are asked about before.
 */

import type { Advisor } from '../../orchestrator/advisor.js';

/** Where work would start when all of drift counts, and when none does. */
export interface DriftChoices {
  readonly heeding: Pick<Advisor, 'chooseLayer'>;
  readonly steady: Pick<Advisor, 'chooseLayer'>;
}

/** About places on a machine. */
export interface DriftWish {
  readonly machine: string;
  /** Of the logarithm of seconds: what it takes more since its first alarm; 0: nothing was found. */
  readonly offset: number;
  /** Standard deviation of how it may have changed as well, as far as is hoped for; 0: nothing is. */
  readonly doubt: number;
}

export type MayHeedDrift = (wish: DriftWish) => boolean;

export interface DriftUse {
  /** By how much of what may be hoped for places are compared, 0..1. */
  readonly hope: number;
  /** A person asked for the choice to be made by what was learned: offsets count anyway, and only looks are asked about. */
  readonly isOrdered?: boolean;
  heeds(wish: DriftWish): boolean;
}

/** Everything that is known and may be hoped for. */
export const ALL_DRIFT: DriftUse = { hope: 1, heeds: () => true };
export const NO_DRIFT: DriftUse = { hope: 0, heeds: () => false };

interface Drifts {
  offset(machine: string): number;
  doubt(machine: string): number;
}

/** What counts where places on a machine are compared: `shift` is to be added to beliefs that have its offset in them. */
export function heeded(
  drifts: Drifts,
  use: DriftUse,
  machine: string,
): { readonly shift: number; readonly doubt: number } {
  const offset = drifts.offset(machine);
  const doubt = use.hope * drifts.doubt(machine);
  const isOrdered = use.isOrdered === true;
  const isAsked = doubt > 0 || (offset !== 0 && !isOrdered);
  if (!isAsked || use.heeds({ machine, offset, doubt })) return { shift: 0, doubt };
  return { shift: isOrdered ? 0 : -offset, doubt: 0 };
}

export function asOrdered(use: DriftUse): DriftUse {
  return { hope: use.hope, isOrdered: true, heeds: (wish) => use.heeds(wish) };
}
