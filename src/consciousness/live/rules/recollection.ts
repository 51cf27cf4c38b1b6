/** What memory says of failures like one at hand. Called by rules before they decide; what was recalled is linked to the decision. */
import { termsOf } from '../fold/episodes.js';
import type { Fold } from '../fold/fold.js';
import { failedSecondsOf } from '../fold/type-profile.js';

export interface Recalled {
  /** The failed ones among the likest. */
  readonly episodes: readonly number[];
  /** Seconds that such a failure costs; null: nothing is known. */
  readonly failedSeconds: number | null;
}

export type Recollection = (typeKey: string, text: string) => Recalled;

/** Among so many that are like it; of the failed ones so many are linked. */
const LIKEST = 64;
const LINKED_MAX = 8;
const NO_SIGNATURE = '\u0000';

export function recollectionOf(fold: () => Fold): Recollection {
  return (typeKey, text) => {
    const situation = { signature: NO_SIGNATURE, typeKey, features: [], terms: termsOf(text) };
    const failed = fold()
      .recall(situation, LIKEST)
      .map(({ episode }) => episode)
      .filter(({ outcome }) => outcome.failed)
      .slice(0, LINKED_MAX);
    const seconds = failed.reduce((sum, { outcome }) => sum + outcome.seconds, 0) / failed.length;
    return {
      episodes: failed.map(({ id }) => id),
      failedSeconds: failed.length > 0 ? seconds : failedSecondsOf(fold().profile(typeKey)),
    };
  };
}
