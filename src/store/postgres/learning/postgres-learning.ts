/**
 * What learning keeps, on PostgreSQL: ordinary reads through Prisma, the walk along the history and all writes in SQL. Made
 * by the composition root over the shared pool. Nothing is cached here.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { type Prisma, PrismaClient } from '../../../generated/prisma/client.js';
import { DEFAULT_TENANT, tenantOfKind } from '../../../lifecycle/role.js';
import {
  type AttemptFacts,
  type DriftAlarm,
  type EndedAttempt,
  type LearningBounds,
  type LearningState,
  type LearningStore,
  type LearningWrite,
  type ModelVersion,
  type PredictionFilter,
  type PredictionRow,
  type SampleRow,
  type StoredModel,
  type TrainingRun,
  type TuningChange,
  ownedBy,
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

interface FoldRow {
  readonly seq: string;
  readonly tenant: string;
  readonly observations: string;
  readonly v: number;
  readonly s: string;
}

const FOLDS = `
  SELECT l.seq, f.tenant_id AS tenant, f.observations, f.features_version AS v, f.snapshot::text AS s
  FROM learning_state l, learning_fold f ORDER BY f.tenant_id`;
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
    const { rows } = await this.#pool.query<FoldRow>(FOLDS);
    const [first] = rows;
    if (first === undefined) return undefined;
    const folds = rows.map(({ tenant, observations, v, s }) => ({
      ...ownedBy(tenant),
      ...{ observations: Number(observations), featuresVersion: v, snapshot: s },
    }));
    return { seq: Number(first.seq), folds };
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

  async models(tenantId = DEFAULT_TENANT): Promise<ModelVersion[]> {
    const rows = await this.#prisma.learningModel.findMany({
      where: { tenantId },
      omit: { parameters: true },
      orderBy: [{ name: 'asc' }, { target: 'asc' }, { version: 'desc' }],
      distinct: ['name', 'target'],
    });
    return rows.map(versionFrom);
  }

  async versions(name: string, tenantId = DEFAULT_TENANT): Promise<StoredModel[]> {
    const orderBy = [{ trainedAt: 'desc' }, { target: 'asc' }, { version: 'desc' }] as const;
    const rows = await this.#prisma.learningModel.findMany({
      where: { name, tenantId },
      orderBy: [...orderBy],
    });
    return rows.map(modelFrom);
  }

  async trainings(limit: number, tenantId = DEFAULT_TENANT): Promise<TrainingRun[]> {
    const orderBy = [{ startedAt: 'desc' }, { target: 'asc' }, { id: 'asc' }] as const;
    const rows = await this.#prisma.trainingRun.findMany({
      where: { tenantId },
      orderBy: [...orderBy],
      take: limit,
    });
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

  async alarms(limit: number, tenantId = DEFAULT_TENANT): Promise<DriftAlarm[]> {
    const orderBy = [{ seq: 'desc' }, { machine: 'asc' }] as const;
    const asked = { where: { tenantId }, orderBy: [...orderBy], take: limit };
    return (await this.#prisma.driftAlarm.findMany(asked)).map(alarmFrom);
  }

  async tunings(limit: number, tenantId = DEFAULT_TENANT): Promise<TuningChange[]> {
    const orderBy = [{ at: 'desc' }, { id: 'asc' }] as const;
    const asked = { where: { tenantId }, orderBy: [...orderBy], take: limit };
    return (await this.#prisma.tuningChange.findMany(asked)).map(tuningFrom);
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

function whereOf(filter: PredictionFilter): Prisma.PredictionWhereInput {
  const { tenant: tenantId, taskId, meshId, typeKey, model, scored } = filter;
  return {
    tenantId,
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
    rows.map((row) => tenantOfKind(row.typeKey)),
  ];
}
