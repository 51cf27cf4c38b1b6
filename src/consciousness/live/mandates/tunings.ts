/**
 * How much is done at once is tuned only under a mandate: one for each value that is held to be best, with the looks around it.
 * Called by the tuning of throughput, at each look at what gets done.
 */
import type { TuningWish } from '../../../learning/tuning/throughput/throughput-tuning.js';
import { concurrencyDraft } from './drafts.js';
import type { Mandates } from './mandates.js';

export function mayTune(mandates: Mandates, wish: TuningWish): boolean {
  const { parameter, scope, change, held, begins } = wish;
  const mandate = mandates.followsVersion('CONCURRENCY', `${parameter} of ${scope}`, concurrencyDraft(wish));
  if (mandate === null) return false;
  if (begins) mandate.changed++;
  if (change?.after === held) mandate.realisedGain = change.realisedGain;
  return true;
}
