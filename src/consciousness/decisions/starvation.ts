/**
 * Sees that a mesh has work ready and gets no turn while others do. Called with a sample of the meshes that wait, at least every
 * ten seconds; a fold without a clock.
 */
import { candidate } from './decision.js';
import type { Proposal } from './decision.js';

/** Without a start for so long, with something ready: with a look every 10 s it is seen within 30 s. */
const STARVING_MS = 20_000;
/** A machine on which nothing runs starves nobody: so many attempts of others make it unfair. */
const OTHERS_MIN = 5;

/** A mesh that has something ready, and how many of its tasks have begun so far. */
export interface Waiting {
  readonly meshId: string;
  readonly begun: number;
}

/** By mesh that has something ready. JSON. */
export interface Starvation {
  readonly sinceMs: number;
  readonly begun: number;
  /** Attempts that had ended when it began to wait, and now, whoever they belong to. */
  readonly endedThen: number;
  readonly endedNow: number;
  readonly told: boolean;
}
export type Starvations = Readonly<Record<string, Starvation>>;

/** `ended`: attempts that have ended so far, of all meshes. Meshes that wait no longer are not kept. */
export function sampled(
  before: Starvations,
  waiting: readonly Waiting[],
  { atMs, ended }: { readonly atMs: number; readonly ended: number },
): Starvations {
  return Object.fromEntries(
    waiting.map(({ meshId, begun }) => {
      const known = before[meshId];
      if (known?.begun === begun) return [meshId, { ...known, endedNow: ended }];
      return [meshId, { sinceMs: atMs, begun, endedThen: ended, endedNow: ended, told: false }];
    }),
  );
}

/** Each mesh is told of once until it gets a turn. */
export function look(
  before: Starvations,
  nowMs: number,
): { starvations: Starvations; proposals: Proposal[] } {
  const starving = Object.entries(before).filter(
    ([, { sinceMs, endedThen, endedNow, told }]) =>
      !told && nowMs - sinceMs >= STARVING_MS && endedNow - endedThen >= OTHERS_MIN,
  );
  const told = Object.fromEntries(starving.map(([id, starvation]) => [id, { ...starvation, told: true }]));
  return {
    starvations: { ...before, ...told },
    proposals: starving.map(([id, starvation]) => alarm(id, starvation, nowMs)),
  };
}

/** It tells people and changes no order: what should go first is theirs to say (priority, fairness). */
function alarm(meshId: string, { sinceMs, endedThen, endedNow }: Starvation, nowMs: number): Proposal {
  const seconds = (nowMs - sinceMs) / 1000;
  return {
    ...{ kind: 'ALERT', subject: meshId, chosen: 'tell people', staticChoice: 'say nothing', propensity: 1 },
    candidates: [candidate('tell people', 0), candidate('say nothing', 0)],
    reason: `mesh ${meshId} has had work ready for ${seconds.toFixed(0)} s without a start, while ${endedNow - endedThen} attempts of others ended: raise its priority, or give it a fairness key`,
    ...{ expectedEffect: 0, parameters: { sinceMs } },
  };
}
