/** What is known, as people are told: pure functions of a fold. Called by the live side for its answers. */
import type { LayerName } from '../../lifecycle/vocabulary.js';
import type { TaskFacts } from '../../orchestrator/advisor.js';
import type { TrainingRun } from '../../store/learning.js';
import type { Forecast, LayerAdvice, LearningReport, ModelReport, Quantiles } from '../learning.js';
import { FEATURES_VERSION, type PlaceView, placeView } from '../view.js';
import { costOf } from './costs.js';
import { LEARNED_TARGETS, type LearnedTarget, type LearningFold } from './learning-fold.js';
import { placeOf, viewOfTask } from './views.js';

const CHAMPION_OF_TOLD = 100;
const TYPES_TOLD = 100;

export function modelReports(fold: LearningFold, runs: readonly TrainingRun[]): ModelReport[] {
  return LEARNED_TARGETS.flatMap((target) => {
    const learner = fold.parts.learners[target];
    const trained = new Set(target === 'RUN_TIME' ? fold.parts.batchModels.map(({ name }) => name) : []);
    return learner.names.map((name) => {
      const championOf = learner.championTypes(name);
      return {
        name,
        family: fold.parts.familyOf.get(name) ?? 'BASELINE',
        target,
        version: trained.has(name) ? fold.version(target, name) : 1,
        trained: trained.has(name),
        featuresVersion: FEATURES_VERSION,
        rows: learner.observations,
        metrics: fold.scores[target].model(name),
        placeChoice: (target === 'RUN_TIME' && learner.placeRegretOf(name)) || null,
        championCount: championOf.length,
        championOf: championOf.slice(0, CHAMPION_OF_TOLD),
        lastTraining: runs.find((run) => run.model === name && run.target === target) ?? null,
      };
    });
  });
}

export function learningReport(
  fold: LearningFold,
  runs: readonly TrainingRun[],
  { enabled, caughtUp }: Pick<LearningReport, 'enabled' | 'caughtUp'>,
): LearningReport {
  const { RUN_TIME } = fold.scores;
  const learner = fold.parts.learners.RUN_TIME;
  const champions = new Map(
    learner.names.flatMap((name) => learner.championTypes(name).map((type) => [type, name] as const)),
  );
  const types = RUN_TIME.types().slice(-TYPES_TOLD).reverse();
  return {
    enabled,
    observations: fold.observations,
    seq: fold.seq,
    caughtUp,
    targets: LEARNED_TARGETS.map((target) => ({ target, ...fold.scores[target].believed })),
    types: types.map((typeKey) => ({
      typeKey,
      champion: champions.get(typeKey) ?? null,
      ...RUN_TIME.type(typeKey),
    })),
    trainings: runs.length,
    trainingSeconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

export interface ForecastAround {
  readonly layers: readonly LayerName[];
  readonly at: number;
  readonly nodeOf: (layer: LayerName) => string;
  readonly timeoutMs: (task: TaskFacts) => number | null;
  readonly memoryBytes: (task: TaskFacts) => number | null;
}

export function forecastOf(
  fold: LearningFold,
  task: TaskFacts,
  { layers, at, nodeOf, timeoutMs, memoryBytes }: ForecastAround,
): Forecast {
  const view = viewOfTask(task, at);
  const placeOn = (layer: LayerName): PlaceView =>
    nodeOf(layer) === '' ? placeView({ machine: '', layer }) : placeOf(layer, nodeOf(layer));
  const place = placeOn(layers[0] ?? 'LOCAL');
  const quantiles = (target: LearnedTarget): (Quantiles & { model: string }) | null => {
    const prediction = fold.parts.learners[target].predict(view, place);
    if (prediction === null) return null;
    const { p05, p50, p95, model } = prediction;
    return { p05, p50, p95, model };
  };
  const advice = layers.flatMap((layer): LayerAdvice[] => {
    const cost = costOf(fold, { view, spec: task.spec }, placeOn(layer));
    if (cost === null) return [];
    const { overhead, run, failure, finish } = cost;
    return [
      {
        layer,
        overheadSeconds: overhead,
        runSeconds: run,
        failureProbability: failure,
        finishSeconds: finish,
      },
    ];
  });
  return {
    typeKey: task.typeKey,
    runSeconds: quantiles('RUN_TIME'),
    memoryBytes: quantiles('MEMORY_PEAK'),
    outputBytes: quantiles('OUTPUT_BYTES'),
    failureProbability: fold.failures.predict(view, place),
    models: [...fold.medians('RUN_TIME', view, place)].map(([model, seconds]) => ({ model, seconds })),
    layers: advice.sort((a, b) => a.finishSeconds - b.finishSeconds),
    timeoutMs: timeoutMs(task),
    memoryRequestBytes: memoryBytes(task),
  };
}
