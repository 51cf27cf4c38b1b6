/**
 * What learning keeps, on PostgreSQL: ordinary reads through Prisma, the walk along the history and all writes in SQL. Made
 * by the composition root over the shared pool. Nothing is cached here.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { type Prisma, PrismaClient } from '../../../generated/prisma/client.js';
import type {
  AttemptFacts,
  DriftAlarm,
  EndedAttempt,
  LearningBounds,
  LearningState,
  LearningStore,
  LearningWrite,
  ModelVersion,
  PredictionFilter,
  PredictionRow,
  SampleRow,
  StoredModel,
  TrainingRun,
  TuningChange,
} from '../../learning.js';
import type { Page, PageRequest } from '../../reads.js';
import { decodeCursor, encodeCursor, pageOf } from '../reads/page-cursor.js';
import {
  PRUNE_ALARMS,
  PRUNE_PREDICTIONS,
  PRUNE_SAMPLES,
  PRUNE_TRAININGS,
  PRUNE_TUNINGS,
  PRUNE_VERSIONS,
} from '../sql/learning/prune.js';
import { SAVE_PREDICTIONS } from '../sql/learning/save-predictions.js';
import { FORGET } from '../sql/learning/write.js';
import { toStoredText } from '../stored-text.js';
import { endedAfter, factsOf } from './learning-history.js';
import {
  alarmFrom,
  modelFrom,
  predictionFrom,
  sampleFrom,
  trainingFrom,
  tuningFrom,
  versionFrom,
} from './learning-rows.js';
import { queriesOf, writeBehindFence } from './learning-writer.js';

const ORDER = 'predictions';

export class PostgresLearning implements LearningStore {
  readonly #pool: pg.Pool;
  readonly #prisma: PrismaClient;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
    this.#prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  }

  endedAfter(after: number): Promise<{ ended: EndedAttempt[]; scannedTo: number }> {
    return endedAfter(this.#pool, after);
  }

  factsOf(ended: readonly EndedAttempt[]): Promise<AttemptFacts[]> {
    return factsOf(this.#pool, ended);
  }

  /** As text: what is stored is several megabytes, and parsing it is the caller's to do when it suits. */
  async state(): Promise<LearningState | undefined> {
    const { rows } = await this.#pool.query<{ seq: string; observations: string; v: number; s: string }>(
      `SELECT seq, observations, features_version AS v, snapshot::text AS s FROM learning_state WHERE snapshot IS NOT NULL`,
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    return {
      seq: Number(row.seq),
      observations: Number(row.observations),
      featuresVersion: row.v,
      snapshot: row.s,
    };
  }

  write(epoch: number, write: LearningWrite): Promise<boolean> {
    return writeBehindFence(this.#pool, epoch, queriesOf(write));
  }

  forget(epoch: number): Promise<boolean> {
    return writeBehindFence(
      this.#pool,
      epoch,
      FORGET.map((text) => ({ text })),
    );
  }

  async samples(limit: number, typeKey?: string): Promise<SampleRow[]> {
    const where = typeKey === undefined ? {} : { typeKey: toStoredText(typeKey) };
    const rows = await this.#prisma.trainingSample.findMany({ where, orderBy: { seq: 'desc' }, take: limit });
    return rows.map(sampleFrom).reverse();
  }

  async models(): Promise<ModelVersion[]> {
    const rows = await this.#prisma.learningModel.findMany({
      omit: { parameters: true },
      orderBy: [{ name: 'asc' }, { target: 'asc' }, { version: 'desc' }],
      distinct: ['name', 'target'],
    });
    return rows.map(versionFrom);
  }

  async versions(name: string): Promise<StoredModel[]> {
    const orderBy = [{ trainedAt: 'desc' }, { target: 'asc' }, { version: 'desc' }] as const;
    const rows = await this.#prisma.learningModel.findMany({ where: { name }, orderBy: [...orderBy] });
    return rows.map(modelFrom);
  }

  async trainings(limit: number): Promise<TrainingRun[]> {
    const orderBy = [{ startedAt: 'desc' }, { target: 'asc' }, { id: 'asc' }] as const;
    const rows = await this.#prisma.trainingRun.findMany({ orderBy: [...orderBy], take: limit });
    return rows.map(trainingFrom);
  }

  async savePredictions(rows: readonly PredictionRow[]): Promise<void> {
    if (rows.length > 0) await this.#pool.query({ ...SAVE_PREDICTIONS, values: predictionColumns(rows) });
  }

  async predictions(filter: PredictionFilter, page: PageRequest): Promise<Page<PredictionRow>> {
    const cursor = decodeCursor(page.after, ORDER, ['instant', 'uuid', 'seq']);
    const rows = await this.#prisma.prediction.findMany({
      where: { ...whereOf(filter), ...(cursor && followsIn(cursor as [number, string, number])) },
      orderBy: [{ at: 'desc' }, { taskId: 'desc' }, { attempt: 'desc' }],
      take: page.first + 1,
    });
    return pageOf(rows.map(predictionFrom), page.first, ({ at, taskId, attempt }) =>
      encodeCursor(ORDER, [at.getTime(), taskId, attempt]),
    );
  }

  async alarms(limit: number): Promise<DriftAlarm[]> {
    const orderBy = [{ seq: 'desc' }, { machine: 'asc' }] as const;
    return (await this.#prisma.driftAlarm.findMany({ orderBy: [...orderBy], take: limit })).map(alarmFrom);
  }

  async tunings(limit: number): Promise<TuningChange[]> {
    const orderBy = [{ at: 'desc' }, { id: 'asc' }] as const;
    return (await this.#prisma.tuningChange.findMany({ orderBy: [...orderBy], take: limit })).map(tuningFrom);
  }

  async prune(bounds: LearningBounds): Promise<void> {
    const cuts = [
      [PRUNE_SAMPLES, bounds.samples],
      [PRUNE_PREDICTIONS, bounds.predictions],
      [PRUNE_VERSIONS, bounds.versions],
      [PRUNE_TRAININGS, bounds.trainings],
      [PRUNE_ALARMS, bounds.alarms],
      [PRUNE_TUNINGS, bounds.tunings],
    ] as const;
    for (const [text, kept] of cuts) await this.#pool.query(text, [kept]);
  }
}

function whereOf({ taskId, meshId, typeKey, model, scored }: PredictionFilter): Prisma.PredictionWhereInput {
  return {
    taskId,
    meshId,
    typeKey: typeKey === undefined ? undefined : toStoredText(typeKey),
    model,
    actual: scored === undefined ? undefined : scored ? { not: null } : null,
  };
}

function followsIn([at, taskId, attempt]: [number, string, number]): Prisma.PredictionWhereInput {
  const instant = new Date(at);
  return {
    OR: [
      { at: { lt: instant } },
      { at: instant, taskId: { lt: taskId } },
      { at: instant, taskId, attempt: { lt: attempt } },
    ],
  };
}

function predictionColumns(rows: readonly PredictionRow[]): unknown[] {
  return [
    rows.map((row) => row.taskId),
    rows.map((row) => row.attempt),
    rows.map((row) => row.meshId),
    rows.map((row) => toStoredText(row.typeKey)),
    rows.map((row) => row.at),
    rows.map((row) => row.layer),
    rows.map((row) => toStoredText(row.node)),
    rows.map((row) => row.p05),
    rows.map((row) => row.p50),
    rows.map((row) => row.p95),
    rows.map((row) => row.model),
    rows.map((row) => row.modelVersion),
    rows.map((row) => JSON.stringify(row.medians)),
    rows.map((row) => row.policy),
    rows.map((row) => JSON.stringify(row.candidates)),
    rows.map((row) => row.actual),
    rows.map((row) => row.regret),
  ];
}
