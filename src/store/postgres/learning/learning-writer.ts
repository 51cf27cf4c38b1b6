/** Writes what the fold has made, in one transaction behind the fence of the epoch. Called by `PostgresLearning`. */
import type pg from 'pg';
import { DEFAULT_TENANT } from '../../../lifecycle/role.js';
import type { DriftAlarm, LearningWrite, SampleRow, TuningChange } from '../../learning.js';
import { appendAudits } from '../commit/audit-columns.js';
import { type Query, writeFenced } from '../fenced-write.js';
import {
  ADD_ALARM,
  ADD_MODEL,
  ADD_SAMPLES,
  ADD_TRAINING,
  ADD_TUNING,
  CLAIM,
  FORGET_FOLDS,
  SAVE_FOLD,
  SAVE_STATE,
} from '../sql/learning/write.js';
import { toStoredText } from '../stored-text.js';

/** False: a later epoch has written. */
export function writeBehindFence(pool: pg.Pool, epoch: number, queries: readonly Query[]): Promise<boolean> {
  return writeFenced(pool, { ...CLAIM, values: [epoch] }, queries);
}

export function queriesOf(write: LearningWrite): Query[] {
  const { state, samples = [], models = [], trainings = [], alarms = [], tunings = [] } = write;
  const { forgotten = [] } = write;
  const queries: Query[] = [];
  if (samples.length > 0) queries.push({ ...ADD_SAMPLES, values: columnsOf(samples) });
  for (const model of models) {
    const { name, family, target, version, featuresVersion, trainedAt, seq, rows } = model;
    const documents = [
      JSON.stringify(model.metrics),
      model.championOf.map(toStoredText),
      JSON.stringify(model.parameters),
    ];
    queries.push({
      ...ADD_MODEL,
      values: [
        name,
        family,
        target,
        version,
        featuresVersion,
        trainedAt,
        seq,
        rows,
        ...documents,
        model.tenant ?? DEFAULT_TENANT,
      ],
    });
  }
  for (const run of trainings) {
    const { target, id, model, requestedBy, rows, seq, startedAt, seconds, outcome, reason } = run;
    const asked = [target, id, model, storable(requestedBy), rows, seq, startedAt, seconds];
    queries.push({
      ...ADD_TRAINING,
      values: [
        ...asked,
        outcome,
        storable(reason),
        run.steps,
        run.loss,
        run.curve,
        JSON.stringify(run.options),
        run.tenant ?? DEFAULT_TENANT,
      ],
    });
  }
  queries.push(...alarms.map(addAlarm), ...tunings.map(addTuning));
  for (const { tenant = DEFAULT_TENANT, ...fold } of state?.folds ?? []) {
    const { observations, featuresVersion, snapshot } = fold;
    queries.push({ ...SAVE_FOLD, values: [tenant, observations, featuresVersion, snapshot] });
  }
  if (forgotten.length > 0) queries.push({ ...FORGET_FOLDS, values: [forgotten] });
  if (state !== undefined) queries.push({ ...SAVE_STATE, values: [state.seq] });
  queries.push(...appendAudits(trainings.flatMap(({ audits = [] }) => audits)));
  return queries;
}

function addAlarm({ seq, machine, at, tenant = DEFAULT_TENANT, ...alarm }: DriftAlarm): Query {
  const factors = [alarm.factorBefore, alarm.factorAfter, alarm.errorBefore, alarm.errorAfter];
  return { ...ADD_ALARM, values: [seq, toStoredText(machine), at, ...factors, tenant] };
}

function addTuning({ id, at, parameter, scope, before, after, ...came }: TuningChange): Query {
  const { predictedGain, realisedGain, revertedAt, tenant = DEFAULT_TENANT } = came;
  const change = [id, at, parameter, toStoredText(scope), before, after];
  return { ...ADD_TUNING, values: [...change, predictedGain, realisedGain, revertedAt, tenant] };
}

function storable(text: string | null): string | null {
  return text === null ? null : toStoredText(text);
}

function columnsOf(rows: readonly SampleRow[]): unknown[] {
  return [
    rows.map((row) => row.seq),
    rows.map((row) => row.at),
    rows.map((row) => row.taskId),
    rows.map((row) => row.attempt),
    rows.map((row) => toStoredText(row.typeKey)),
    rows.map((row) => toStoredText(row.machine)),
    rows.map((row) => row.featuresVersion),
    rows.map((row) => JSON.stringify(row.view)),
    rows.map((row) => row.runSeconds),
    rows.map((row) => row.memoryPeakBytes),
    rows.map((row) => row.outputBytes),
    rows.map((row) => row.failed),
  ];
}
