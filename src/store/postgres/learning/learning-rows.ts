/** Rows of learning's tables as values. Called by `PostgresLearning`. */
import type { Prisma } from '../../../generated/prisma/client.js';
import type { Json, JsonObject } from '../../../kit/json.js';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import {
  type DriftAlarm,
  type ModelVersion,
  ownedBy,
  type PredictionRow,
  type SampleRow,
  type StoredModel,
  type TrainingRun,
  type TuningChange,
} from '../../learning.js';
import { fromStoredText } from '../stored-text.js';

export function sampleFrom(row: Prisma.TrainingSampleGetPayload<object>): SampleRow {
  return {
    seq: Number(row.seq),
    at: row.at.getTime(),
    taskId: row.taskId,
    attempt: row.attempt,
    typeKey: fromStoredText(row.typeKey),
    machine: fromStoredText(row.machine),
    featuresVersion: row.featuresVersion,
    view: row.view as JsonObject,
    runSeconds: row.runSeconds,
    memoryPeakBytes: row.memoryPeakBytes === null ? null : Number(row.memoryPeakBytes),
    outputBytes: row.outputBytes === null ? null : Number(row.outputBytes),
    failed: row.failed,
  };
}

export function versionFrom(row: Omit<Prisma.LearningModelGetPayload<object>, 'parameters'>): ModelVersion {
  return {
    ...ownedBy(row.tenantId),
    name: row.name,
    family: row.family,
    target: row.target,
    version: row.version,
    featuresVersion: row.featuresVersion,
    trainedAt: row.trainedAt,
    seq: Number(row.seq),
    rows: Number(row.rows),
    metrics: row.metrics as JsonObject,
    championOf: row.championOf.map(fromStoredText),
  };
}

export function modelFrom(row: Prisma.LearningModelGetPayload<object>): StoredModel {
  return { ...versionFrom(row), parameters: row.parameters as Json };
}

export function trainingFrom(row: Prisma.TrainingRunGetPayload<object>): TrainingRun {
  const { target, id, model, startedAt, seconds, steps, loss, curve } = row;
  return {
    ...ownedBy(row.tenantId),
    target,
    id,
    model,
    requestedBy: row.requestedBy === null ? null : fromStoredText(row.requestedBy),
    options: row.options as JsonObject,
    rows: Number(row.rows),
    seq: Number(row.seq),
    startedAt,
    seconds,
    outcome: row.outcome as TrainingRun['outcome'],
    reason: row.reason === null ? null : fromStoredText(row.reason),
    steps,
    loss,
    curve,
  };
}

export function predictionFrom({ tenantId: _, ...row }: Prisma.PredictionGetPayload<object>): PredictionRow {
  return {
    ...row,
    typeKey: fromStoredText(row.typeKey),
    layer: row.layer as LayerName,
    node: fromStoredText(row.node),
    medians: row.medians as JsonObject,
    candidates: row.candidates as Json,
  };
}

export function alarmFrom({ tenantId, ...row }: Prisma.DriftAlarmGetPayload<object>): DriftAlarm {
  return { ...row, ...ownedBy(tenantId), seq: Number(row.seq), machine: fromStoredText(row.machine) };
}

export function tuningFrom({ tenantId, ...row }: Prisma.TuningChangeGetPayload<object>): TuningChange {
  return { ...row, ...ownedBy(tenantId), scope: fromStoredText(row.scope) };
}
