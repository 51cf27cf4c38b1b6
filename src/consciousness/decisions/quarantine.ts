/**
 * Puts a task type back under the static rule while its predictions do more harm than good, and lets it out again on
 * evidence of the opposite. Called once a run with the paired difference of losses of the type; a function of state and
 * observation.
 */
import { contest, EVIDENCE_NEEDED, evidenceOf, NO_CONTEST } from '../../kit/statistics/bet.js';
import type { Contest } from '../../kit/statistics/bet.js';
import { candidate } from './decision.js';
import type { Proposal } from './decision.js';

export interface Quarantine {
  readonly held: boolean;
  readonly contest: Contest;
}

export const AT_LARGE: Quarantine = { held: false, contest: NO_CONTEST };

export interface TypeRun {
  readonly typeKey: string;
  /** Loss of the static rule less that of the predictor, in [-1, 1]; while held the predictor runs in shadow. */
  readonly gain: number;
  /** Seconds that the type's tasks took in the run: what the shares are of. */
  readonly seconds: number;
}

export function afterRun(
  before: Quarantine,
  run: TypeRun,
  stakeMax: number,
): { quarantine: Quarantine; proposal: Proposal | null } {
  const after = contest(before.contest, run.gain, stakeMax);
  const claim = before.held ? after.better : after.worse;
  if (evidenceOf(claim) < EVIDENCE_NEEDED)
    return { quarantine: { ...before, contest: after }, proposal: null };
  const mean = claim.sum / claim.count;
  const [chosen, other] = before.held ? ['predictions', 'static rule'] : ['static rule', 'predictions'];
  const proposal: Proposal = {
    ...{ kind: 'QUARANTINE', subject: run.typeKey, chosen, propensity: 1 },
    // Without the rule a type is predicted for as any other.
    staticChoice: 'predictions',
    candidates: [candidate(chosen, 0), candidate(other, mean * run.seconds, 0, 2 * mean * run.seconds)],
    reason: `over ${claim.count} runs the ${other} of ${run.typeKey} did worse by ${(100 * mean).toFixed(0)} % of the loss (E = ${evidenceOf(claim).toFixed(0)}): its tasks are placed by the ${chosen}`,
    ...{ expectedEffect: mean * run.seconds, parameters: {} },
  };
  return { quarantine: { held: !before.held, contest: NO_CONTEST }, proposal };
}
