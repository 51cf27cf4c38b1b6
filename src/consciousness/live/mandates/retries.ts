/** Each first retry that what was learned has set is a decision of its own. Called with the time, and with each failure. */
import type { TunedRetry } from '../../../learning/tuning/tuning.js';
import { retryDraft } from './drafts.js';
import type { Mandate } from './mandate.js';
import type { Mandates } from './mandates.js';

/** Null: it is not followed, now at least. */
export function followRetry(mandates: Mandates, tuned: TunedRetry): Mandate | null {
  const mandate = mandates.followsVersion('RETRY', tuned.errorClass, retryDraft(tuned));
  if (mandate !== null) mandate.realisedGain = tuned.change.realisedGain;
  return mandate;
}
