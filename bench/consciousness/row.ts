/** One line of the table. */
import type { Drawn } from './picture.js';

export interface Row {
  readonly what: string;
  /** Empty: there is no target, the figure is for comparison. */
  readonly target: string;
  readonly measured: string;
  /** Null: there is no target. */
  readonly met: boolean | null;
  /** Where it is in the picture. */
  readonly drawn?: Drawn;
}

export function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}
