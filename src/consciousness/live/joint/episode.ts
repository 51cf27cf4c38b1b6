/**
 * What an episode of several meshes says of the objective over all of them: replayed with equal shares as the level beneath has
 * them, with the shares of the objective, and with each signal left out. Called by the rule when all meshes of an episode have ended.
 */
import type { Observation } from '../../evolution/evidence.js';
import {
  type BadWindow,
  JOINT_SIGNALS,
  type JointSignal,
  meanOf,
  type MeshLoad,
  needOf,
  shareOf,
  urgencyOf,
} from '../../policies/joint-objective.js';
import type { Together } from './together.js';

export interface EpisodeResult {
  readonly observations: readonly Observation[];
  /** Slowdowns of each mesh with equal shares and with those of the objective. */
  readonly even: readonly number[];
  readonly joint: readonly number[];
}

/** Shares that differ by less are the same. */
const SAME = 0.01;

/** Null: it cannot be replayed. */
export async function episodeResult(
  loads: readonly MeshLoad[],
  windows: readonly BadWindow[],
  together: Together,
): Promise<EpisodeResult | null> {
  const slowdowns = async (shares: Parameters<Together['run']>[0]): Promise<number[] | null> =>
    (await together.run(shares))?.map(
      (seconds, at) => seconds / Math.max(1e-9, together.alone[at] as number),
    ) ?? null;
  const all = new Set(JOINT_SIGNALS);
  const [even, joint] = [await slowdowns(null), await slowdowns(sharesOf(loads, all, windows))];
  if (even === null || joint === null) return null;
  const [before, after] = [meanOf(even), meanOf(joint)];
  const observations: Observation[] = [{ kind: 'JOINT_EPISODE', gain: (before - after) / before }];
  for (const signal of JOINT_SIGNALS) {
    const others = new Set(JOINT_SIGNALS.filter((one) => one !== signal));
    if (!matters(loads, windows, others)) continue;
    const without = await slowdowns(sharesOf(loads, others, windows));
    if (without === null) return null;
    const mean = meanOf(without);
    observations.push({ kind: 'LEFT_OUT', signal, loss: (mean - after) / mean });
  }
  return { observations, even, joint };
}

function sharesOf(
  loads: readonly MeshLoad[],
  signals: ReadonlySet<JointSignal>,
  windows: readonly BadWindow[],
) {
  const needs = loads.map((load) => needOf(load, signals, windows));
  const usual = meanOf(needs.map((need) => urgencyOf(need, need.tasks, 0)));
  return (mesh: number, open: number, nowMs: number): number => {
    const need = needs[mesh];
    return need === undefined ? 1 : shareOf(urgencyOf(need, open, nowMs), usual);
  };
}

/** Would any mesh get another share without it, at its begin or when half of it is done? */
function matters(
  loads: readonly MeshLoad[],
  windows: readonly BadWindow[],
  others: ReadonlySet<JointSignal>,
): boolean {
  const [full, less] = [sharesOf(loads, new Set(JOINT_SIGNALS), windows), sharesOf(loads, others, windows)];
  return loads.some(({ tasks }, mesh) =>
    [tasks.length, Math.ceil(tasks.length / 2)].some(
      (open) => Math.abs(Math.log(full(mesh, open, 0) / less(mesh, open, 0))) > SAME,
    ),
  );
}
