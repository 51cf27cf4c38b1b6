/** Rows of what learning keeps, with what a test does not care about filled in. */
import type {
  DriftAlarm,
  PredictionRow,
  SampleRow,
  StoredModel,
  TrainingRun,
  TuningChange,
} from '../../src/store/learning.js';
import { uuid } from './store/batches.js';

const AT = 1_760_000_000_000;

export const BOUNDS = {
  samples: 100,
  predictions: 100,
  versions: 100,
  trainings: 100,
  alarms: 100,
  tunings: 100,
};

export function sample(seq: number, changes: Partial<SampleRow> = {}): SampleRow {
  return {
    seq,
    at: AT + seq,
    taskId: uuid(1000 + seq),
    attempt: 1,
    typeKey: 'command:a',
    machine: 'LOCAL@here',
    featuresVersion: 1,
    view: { typeKey: 'command:a', inputBytes: 12 },
    runSeconds: 1.25,
    memoryPeakBytes: 5_000_000_000,
    outputBytes: 12,
    failed: false,
    ...changes,
  };
}

export const MODEL: StoredModel = {
  name: 'hierarchical',
  family: 'LINEAR_REGRESSION',
  target: 'RUN_TIME',
  version: 1,
  featuresVersion: 1,
  trainedAt: new Date(AT),
  seq: 40,
  rows: 12,
  metrics: { n: 4, medianApe: 0.25 },
  championOf: ['command:a'],
  parameters: { weights: [1, 2] },
};

export const TRAINING: TrainingRun = {
  target: 'RUN_TIME',
  id: 'x@1',
  model: 'x',
  requestedBy: 'ann',
  options: { learningRate: 0.01 },
  rows: 100,
  seq: 400,
  startedAt: new Date(AT),
  seconds: 1.5,
  outcome: 'FAILED',
  reason: 'too few',
  steps: 10,
  loss: 0.25,
  curve: [1, 0.5, 0.25],
};

export const ALARM: DriftAlarm = {
  seq: 40,
  at: new Date(AT),
  machine: 'c2',
  factorBefore: 1,
  factorAfter: 2.2,
  errorBefore: 0.8,
  errorAfter: 0.1,
};

export const TUNING: TuningChange = {
  id: 't1',
  at: new Date(AT),
  parameter: 'execution.max_parallel_tasks',
  scope: 'LOCAL',
  before: 4,
  after: 6,
  predictedGain: 0.1,
  realisedGain: null,
  revertedAt: null,
};

export function prediction(number: number, changes: Partial<PredictionRow> = {}): PredictionRow {
  return {
    taskId: uuid(2000 + number),
    attempt: 1,
    meshId: uuid(1),
    typeKey: 'command:a',
    at: new Date(AT + number),
    layer: 'LOCAL',
    node: 'here:1:2',
    p05: 1,
    p50: 2,
    p95: 3.5,
    model: 'hierarchical',
    modelVersion: 3,
    medians: { hierarchical: 2, trees: 2.5 },
    policy: 'LEARNED',
    candidates: [{ place: 'a', seconds: 2 }],
    actual: null,
    regret: null,
    ...changes,
  };
}
