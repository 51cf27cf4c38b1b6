/** What is kept of each model at a checkpoint: how good it is, for which kinds it is chosen, and its parameters. */
import type { Json, JsonObject } from '../../kit/json.js';
import type { StoredModel } from '../../store/learning.js';
import { FEATURES_VERSION } from '../view.js';
import { LEARNED_TARGETS, type LearnedTarget, type LearningFold } from './learning-fold.js';

const CHAMPION_OF_MAX = 1000;

/** Versions count from 1: of those that learn as they go there is one, which is always the latest. */
export function modelRows(fold: LearningFold, wall: number): StoredModel[] {
  return LEARNED_TARGETS.flatMap((target) =>
    fold.parts.learners[target].names.map((name) => modelRow(fold, target, { name, wall })),
  );
}

function modelRow(
  fold: LearningFold,
  target: LearnedTarget,
  { name, wall }: { name: string; wall: number },
): StoredModel {
  const learner = fold.parts.learners[target];
  return {
    name,
    family: fold.parts.familyOf.get(name) ?? 'BASELINE',
    target,
    version: Math.max(1, fold.version(target, name)),
    featuresVersion: FEATURES_VERSION,
    trainedAt: new Date(wall),
    seq: fold.seq,
    rows: learner.observations,
    metrics: { ...fold.scores[target].model(name) } as unknown as JsonObject,
    championOf: learner.championTypes(name).slice(0, CHAMPION_OF_MAX),
    parameters: (learner.parametersOf(name) ?? null) as Json,
  };
}
