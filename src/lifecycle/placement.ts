/** Why an attempt runs on the node it runs on, as its start tells for good. Shaped as JSON: it stands in the history. */
import type { PlacementPolicy } from './vocabulary.js';

export type Placement = {
  readonly policy: PlacementPolicy;
  /** Nodes there were. */
  readonly nodes: number;
  /** Of those, how many could have taken it: open, with the labels, and with room. */
  readonly eligible: number;
  /** The best of them, best first; the first one was chosen. The lower the score the better, and it means what the policy says. */
  readonly candidates: readonly { readonly node: string; readonly score: number }[];
};
