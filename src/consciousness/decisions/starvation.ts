/**
 * Sees that a mesh has work ready and gets no turn while others do. Called with starts and with the time, at least every
 * ten seconds; a fold without a clock.
 */
import { candidate } from './decision.js';
import type { Proposal } from './decision.js';

/** Without a start for so long, with something ready: with a look every 10 s it is seen within 30 s. */
const HUNGRY_MS = 20_000;
/** A machine that starts nothing at all starves nobody: so many starts of others make it unfair. */
const OTHERS_MIN = 5;

/** By mesh that has something ready. JSON. */
export interface Hunger {
  readonly sinceMs: number;
  /** Starts of other meshes since then. */
  readonly others: number;
  readonly told: boolean;
}
export type Hungers = Readonly<Record<string, Hunger>>;

/** `ready`: it has tasks that could start. Meshes without are not kept. */
export function readyChanged(before: Hungers, meshId: string, ready: boolean, atMs: number): Hungers {
  if (ready)
    return before[meshId] ? before : { ...before, [meshId]: { sinceMs: atMs, others: 0, told: false } };
  const { [meshId]: _fed, ...rest } = before;
  return rest;
}

/** Costs a pass over the meshes that wait. */
export function started(before: Hungers, meshId: string, atMs: number): Hungers {
  return Object.fromEntries(
    Object.entries(before).map(([id, hunger]) => [
      id,
      id === meshId ? { sinceMs: atMs, others: 0, told: false } : { ...hunger, others: hunger.others + 1 },
    ]),
  );
}

/** Each mesh is told of once until it gets a turn. */
export function look(before: Hungers, nowMs: number): { hungers: Hungers; proposals: Proposal[] } {
  const starving = Object.entries(before).filter(
    ([, { sinceMs, others, told }]) => !told && nowMs - sinceMs >= HUNGRY_MS && others >= OTHERS_MIN,
  );
  const told = Object.fromEntries(starving.map(([id, hunger]) => [id, { ...hunger, told: true }]));
  return {
    hungers: { ...before, ...told },
    proposals: starving.map(([id, hunger]) => relief(id, hunger, nowMs)),
  };
}

function relief(meshId: string, { sinceMs, others }: Hunger, nowMs: number): Proposal {
  const seconds = (nowMs - sinceMs) / 1000;
  return {
    ...{ kind: 'RELIEF', subject: meshId, chosen: 'next turn', staticChoice: 'its turn', propensity: 1 },
    candidates: [candidate('next turn', 0), candidate('its turn', seconds, 0, 2 * seconds)],
    reason: `mesh ${meshId} has had work ready for ${seconds.toFixed(0)} s while ${others} tasks of others started: it gets the next free slot`,
    ...{ expectedEffect: seconds, parameters: {} },
  };
}
