/** The twin of what learning keeps, for simulation and fast tests, over the rows of a `MemoryDatabase`. */
import type { AuditRow } from '../../lifecycle/batch.js';
import { DEFAULT_TENANT, tenantOfKind } from '../../lifecycle/role.js';
import { RefusedError } from '../../lifecycle/refusal.js';
import type {
  AttemptFacts,
  DriftAlarm,
  EndedAttempt,
  LearningBounds,
  LearningState,
  LearningStore,
  LearningWrite,
  ModelVersion,
  Owned,
  PredictionFilter,
  PredictionRow,
  SampleRow,
  StoredModel,
  TrainingRun,
  TuningChange,
} from '../learning.js';
import type { Page, PageRequest } from '../reads.js';
import type { MemoryDatabase } from './memory-database.js';
import { endedAfter, factsOf } from './memory-learning-history.js';

/** Rows that replace each other by key, and are cut to the newest. */
class Rows<T> {
  readonly #keyOf: (row: T) => string;
  readonly #newestFirst: (a: T, b: T) => number;
  readonly #rows = new Map<string, T>();

  constructor(keyOf: (row: T) => string, newestFirst: (a: T, b: T) => number) {
    this.#keyOf = keyOf;
    this.#newestFirst = newestFirst;
  }

  add(rows: readonly T[], merge: (old: T, row: T) => T = (old) => old): void {
    for (const row of rows) {
      const old = this.#rows.get(this.#keyOf(row));
      this.#rows.set(this.#keyOf(row), old === undefined ? row : merge(old, row));
    }
  }

  newest(limit = Number.POSITIVE_INFINITY): T[] {
    return [...this.#rows.values()].sort(this.#newestFirst).slice(0, limit);
  }

  keep(count: number): void {
    for (const row of this.newest().slice(count)) this.#rows.delete(this.#keyOf(row));
  }

  remove(isGone: (row: T) => boolean): void {
    for (const [key, row] of this.#rows) if (isGone(row)) this.#rows.delete(key);
  }
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byTime = (a: Date, b: Date): number => b.getTime() - a.getTime();

export class MemoryLearning implements LearningStore {
  readonly #database: MemoryDatabase;
  #epoch = 0;
  #state: LearningState | undefined;
  /** Entries of the audit, for whoever asks whether they came with the changes. */
  readonly audits: AuditRow[] = [];
  readonly #samples = new Rows<SampleRow>(
    ({ seq }) => String(seq),
    (a, b) => b.seq - a.seq,
  );
  readonly #models = new Rows<StoredModel>(
    ({ tenant, name, target, version }) => `${tenant} ${name} ${target} ${version}`,
    (a, b) => byTime(a.trainedAt, b.trainedAt) || byText(a.target, b.target) || b.version - a.version,
  );
  readonly #trainings = new Rows<TrainingRun>(
    ({ tenant, target, id }) => `${tenant} ${target} ${id}`,
    (a, b) => byTime(a.startedAt, b.startedAt) || byText(a.target, b.target) || byText(a.id, b.id),
  );
  readonly #alarms = new Rows<DriftAlarm>(
    ({ seq, machine }) => `${seq} ${machine}`,
    (a, b) => b.seq - a.seq || byText(a.machine, b.machine),
  );
  readonly #tunings = new Rows<TuningChange>(
    ({ id }) => id,
    (a, b) => byTime(a.at, b.at) || byText(a.id, b.id),
  );
  readonly #predictions = new Rows<PredictionRow>(
    ({ taskId, attempt }) => `${taskId}:${attempt}`,
    (a, b) => byTime(a.at, b.at) || byText(b.taskId, a.taskId) || b.attempt - a.attempt,
  );

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  endedAfter(after: number): Promise<{ ended: EndedAttempt[]; scannedTo: number }> {
    return Promise.resolve(endedAfter(this.#database, after));
  }

  factsOf(ended: readonly EndedAttempt[]): Promise<AttemptFacts[]> {
    return Promise.resolve(factsOf(this.#database, ended));
  }

  state(): Promise<LearningState | undefined> {
    return Promise.resolve(this.#state);
  }

  write(epoch: number, write: LearningWrite): Promise<boolean> {
    if (!this.#leads(epoch)) return Promise.resolve(false);
    const { state, samples = [], models = [], trainings = [], alarms = [], tunings = [] } = write;
    this.#samples.add(samples);
    this.#models.add(models, (old, { metrics, championOf, parameters }) => ({
      ...old,
      metrics,
      championOf,
      parameters,
    }));
    for (const { audits, ...run } of trainings) {
      this.#trainings.add([run]);
      this.audits.push(...(audits ?? []));
    }
    this.#alarms.add(alarms);
    this.#tunings.add(tunings, (old, { realisedGain, revertedAt }) => ({ ...old, realisedGain, revertedAt }));
    if (state !== undefined) this.#keep(state, write.forgotten ?? []);
    return Promise.resolve(true);
  }

  #keep({ seq, folds }: LearningState, forgotten: readonly string[]): void {
    const kept = new Map(this.#state?.folds.map((fold) => [fold.tenant ?? DEFAULT_TENANT, fold]));
    for (const fold of folds) kept.set(fold.tenant ?? DEFAULT_TENANT, fold);
    for (const tenant of forgotten) kept.delete(tenant);
    this.#state = { seq, folds: [...kept.values()] };
  }

  forget(epoch: number): Promise<boolean> {
    if (!this.#leads(epoch)) return Promise.resolve(false);
    this.#state = undefined;
    this.#samples.keep(0);
    return Promise.resolve(true);
  }

  #leads(epoch: number): boolean {
    if (epoch < this.#epoch) return false;
    this.#epoch = epoch;
    return true;
  }

  samples(limit: number, typeKey?: string): Promise<SampleRow[]> {
    const rows = this.#samples.newest().filter((row) => typeKey === undefined || row.typeKey === typeKey);
    return Promise.resolve(rows.slice(0, limit).reverse());
  }

  models(tenant = DEFAULT_TENANT): Promise<ModelVersion[]> {
    const latest = new Map<string, StoredModel>();
    for (const model of this.#models.newest().filter(isOf(tenant))) {
      const key = `${model.name}\n${model.target}`;
      const known = latest.get(key);
      if (known === undefined || known.version < model.version) latest.set(key, model);
    }
    const rows = [...latest.values()].sort((a, b) => byText(a.name, b.name) || byText(a.target, b.target));
    return Promise.resolve(rows.map(({ parameters: _, ...version }) => version));
  }

  versions(name: string, tenant = DEFAULT_TENANT): Promise<StoredModel[]> {
    const models = this.#models.newest().filter(isOf(tenant));
    return Promise.resolve(models.filter((model) => model.name === name));
  }

  trainings(limit: number, tenant = DEFAULT_TENANT): Promise<TrainingRun[]> {
    return Promise.resolve(this.#trainings.newest().filter(isOf(tenant)).slice(0, limit));
  }

  savePredictions(rows: readonly PredictionRow[]): Promise<void> {
    this.#predictions.add(rows, (old, { actual, regret }) => ({ ...old, actual, regret }));
    return Promise.resolve();
  }

  predictions(filter: PredictionFilter, { first, after }: PageRequest): Promise<Page<PredictionRow>> {
    const cursorOf = ({ taskId, attempt }: PredictionRow): string => `${taskId}:${attempt}`;
    const wanted = this.#predictions.newest().filter((row) => isWanted(row, filter));
    const from = after == null ? 0 : wanted.findIndex((row) => cursorOf(row) === after) + 1;
    if (after != null && from === 0) {
      const message = 'after must be the endCursor of a page of this query';
      return Promise.reject(new RefusedError({ code: 'INVALID_INPUT', message }));
    }
    const nodes = wanted.slice(from, from + first);
    return Promise.resolve({
      nodes,
      cursors: nodes.map(cursorOf),
      hasNextPage: wanted.length > from + first,
    });
  }

  alarms(limit: number, tenant = DEFAULT_TENANT): Promise<DriftAlarm[]> {
    return Promise.resolve(this.#alarms.newest().filter(isOf(tenant)).slice(0, limit));
  }

  tunings(limit: number, tenant = DEFAULT_TENANT): Promise<TuningChange[]> {
    return Promise.resolve(this.#tunings.newest().filter(isOf(tenant)).slice(0, limit));
  }

  async prune({ samples, predictions, versions, trainings, alarms, tunings }: LearningBounds): Promise<void> {
    this.#samples.keep(samples);
    this.#predictions.keep(predictions);
    this.#trainings.keep(trainings);
    this.#alarms.keep(alarms);
    this.#tunings.keep(tunings);
    const newest = new Map<string, number>();
    const keyOf = ({ tenant, name, target }: ModelVersion): string => `${tenant} ${name} ${target}`;
    for (const model of this.#models.newest())
      newest.set(keyOf(model), Math.max(model.version, newest.get(keyOf(model)) ?? 0));
    this.#models.remove((model) => model.version <= (newest.get(keyOf(model)) as number) - versions);
  }
}

const isOf =
  (tenant: string) =>
  (row: Owned): boolean =>
    (row.tenant ?? DEFAULT_TENANT) === tenant;

function isWanted(row: PredictionRow, filter: PredictionFilter): boolean {
  const { tenant, taskId, meshId, typeKey, model, scored } = filter;
  return (
    (tenant === undefined || tenantOfKind(row.typeKey) === tenant) &&
    (taskId === undefined || row.taskId === taskId) &&
    (meshId === undefined || row.meshId === meshId) &&
    (typeKey === undefined || row.typeKey === typeKey) &&
    (model === undefined || row.model === model) &&
    (scored === undefined || (row.actual !== null) === scored)
  );
}
