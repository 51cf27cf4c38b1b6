/**
 * Learning on a running server: the fold over the history while it leads, the last checkpoint of the leader while it follows,
 * and the answers to what people ask of both. Made by the composition root.
 */
import type { Clock } from '../../kit/clock.js';
import { inTurns } from '../../kit/turn.js';
import { auditOf, type Person } from '../../lifecycle/person.js';
import { DEFAULT_TENANT, kindOfTenant } from '../../lifecycle/role.js';
import { RefusedError, type RefusalCode } from '../../lifecycle/refusal.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import type { TaskFacts } from '../../orchestrator/advisor.js';
import type { AskLeader } from '../../store/relay.js';
import type { EndedAttempt, LearningStore, PredictionFilter, TrainingRun } from '../../store/learning.js';
import type { PageRequest } from '../../store/reads.js';
import type { TrainingOptions } from '../batch.js';
import type { Belief, Coefficient } from '../model.js';
import { placeView, type Target } from '../view.js';
import { type Importance, importancesOf } from '../features/importance.js';
import type {
  Forecast,
  Learning,
  LearningNews,
  LearningReport,
  ModelReport,
  TrainingNews,
} from '../learning.js';
import type { ExplorationBudget } from '../placement/exploration-budget.js';
import type { ThroughputTuning } from '../tuning/throughput/throughput-tuning.js';
import { Consumer } from './consumer.js';
import { cancelThere, trainThere } from './leader-tasks.js';
import { isLearned, type Learned, type LearningFold } from './learning-fold.js';
import { NewsQueue } from './news-queue.js';
import type { TenantFolds } from './tenant-folds.js';
import type { PredictionLog } from './prediction-log.js';
import { forecastOf, learningReport, modelReports } from './reports.js';
import { Trainer } from './trainer.js';
import { TrainingDesk } from './training-desk.js';
import { viewOfTask } from './views.js';

export interface LiveLearningOptions {
  readonly enabled: boolean;
  readonly store: LearningStore;
  readonly clock: Clock;
  readonly makeFold: () => LearningFold;
  readonly options: TrainingOptions;
  /** After something was learned of tasks of these meshes. */
  readonly learned: (meshIds: ReadonlySet<string>) => void;
  /** What would hold for such a task. */
  readonly timeoutMs: (task: TaskFacts) => number | null;
  readonly memoryBytes: (task: TaskFacts) => number | null;
  readonly nodeOf: (layer: LayerName) => string;
  readonly factsOf: (spec: TaskSpec, meshName: string | null) => TaskFacts;
  /** Layers that could run it. */
  readonly layersFor: (spec: TaskSpec) => readonly LayerName[];
  readonly failed: (error: unknown) => void;
  /** Of looks at places after an alarm. */
  readonly looks: ExplorationBudget;
  /** Undefined: `learning.tuning` is off. */
  readonly throughput?: ThroughputTuning | undefined;
  /** Undefined while this server leads, and where there are no others. */
  readonly leader?: () => AskLeader | undefined;
}

/** Rows below which a training says nothing. */
const ROWS_MIN = 20;
/** A server that follows looks for a newer checkpoint at most so often. */
const RECALL_MS = 10_000;
const TRAININGS_LOOKED_AT = 200;
const TUNINGS_LOOKED_AT = 5000;
const ANYWHERE = placeView({ machine: '' });
const belief: Belief = { mean: 0, sd: 1 };

export class LiveLearning implements Learning {
  readonly consumer: Consumer;
  readonly #options: LiveLearningOptions;
  readonly #trainer: Trainer;
  readonly #watchers = new Set<NewsQueue>();
  #log: PredictionLog | undefined;
  #recalledAt = Number.NEGATIVE_INFINITY;
  #importances: { readonly of: string; readonly found: Promise<Importance[]> } | undefined;

  constructor(options: LiveLearningOptions) {
    const { store, clock, makeFold, options: training, failed } = options;
    this.#options = options;
    this.#trainer = new Trainer(clock);
    const trainings = (tenant: string): TrainingDesk =>
      new TrainingDesk({
        tenant,
        trainer: this.#trainer,
        clock,
        options: training,
        progressed: (news) => this.tell({ kind: 'progress', training: news }),
        ended: (run) => this.#trained(run),
      });
    this.consumer = new Consumer({
      store,
      clock,
      makeFold,
      trainings,
      options: training,
      ended: (ended) => this.#ended(ended),
      learned: (learned) => this.#learned(learned),
      tuned: () => [...(options.throughput?.takeNews() ?? []), ...options.looks.takeNews()],
      failed,
    });
  }

  get folds(): TenantFolds {
    return this.consumer.folds;
  }

  /** Of the default tenant. */
  get fold(): LearningFold {
    return this.folds.ofTenant(DEFAULT_TENANT);
  }

  /** Of trainings that ended on this server, for those who measure. */
  trainingSeconds = 0;
  trainingCount = 0;

  /** Of such work, wherever it runs; null: nothing is known. */
  expectedSeconds(spec: TaskSpec): number | null {
    const view = viewOfTask(this.#options.factsOf(spec, null), null);
    return this.folds.of(spec.typeKey).parts.learners.RUN_TIME.placeBelief(view, ANYWHERE, belief)
      ? Math.exp(belief.mean)
      : null;
  }

  logTo(log: PredictionLog): void {
    this.#log = log;
  }

  lead(epoch: number): void {
    if (!this.#options.enabled) return;
    this.#log?.remember().catch(this.#options.failed);
    this.consumer.lead(epoch);
    this.#leadTuning(epoch).catch(this.#options.failed);
  }

  async #leadTuning(epoch: number): Promise<void> {
    const { throughput, looks, store } = this.#options;
    if (throughput === undefined) return;
    const changes = await store.tunings(TUNINGS_LOOKED_AT);
    if (!this.consumer.isLeading) return;
    throughput.lead(epoch, changes);
    looks.remember(changes);
  }

  async follow(): Promise<void> {
    this.#options.throughput?.follow();
    await this.consumer.follow();
  }

  async close(): Promise<void> {
    await this.consumer.follow();
    await this.#log?.close();
    await this.#trainer.close();
  }

  tell(news: LearningNews): void {
    for (const watcher of this.#watchers) watcher.add(news);
  }

  #ended(ended: readonly EndedAttempt[]): void {
    this.#log?.ended(ended);
  }

  #learned(learned: readonly Learned[]): void {
    if (learned.some(({ alarm }) => alarm !== null)) this.#options.looks.alarmed();
    this.#options.learned(new Set(learned.map(({ meshId }) => meshId)));
  }

  #trained(run: TrainingRun): void {
    this.trainingSeconds += run.seconds;
    this.trainingCount++;
    this.tell({ kind: 'trained', run });
  }

  async models(tenant = DEFAULT_TENANT): Promise<ModelReport[]> {
    const fold = await this.#known(tenant);
    return modelReports(fold, await this.#options.store.trainings(TRAININGS_LOOKED_AT, tenant));
  }

  async importances(model: string, tenant = DEFAULT_TENANT): Promise<Importance[]> {
    const fold = await this.#known(tenant);
    const inspected = fold.parts.learners.RUN_TIME.inspect(model);
    if (inspected === undefined) return [];
    const of = `${tenant} ${model} ${fold.version('RUN_TIME', model)}`;
    if (this.#importances?.of !== of) {
      const { fitted, rows } = inspected;
      this.#importances = { of, found: inTurns(importancesOf(fitted, rows, this.#options.options.seed)) };
    }
    return await this.#importances.found;
  }

  async coefficients(
    model: string,
    { target, typeKey }: { readonly target: Target; readonly typeKey: string | null },
    tenant = DEFAULT_TENANT,
  ): Promise<readonly Coefficient[]> {
    const { learners } = (await this.#known(tenant)).parts;
    const found = isLearned(target) ? learners[target].coefficientsOf(model, typeKey) : null;
    if (found === undefined)
      refuse(
        'NOT_FOUND',
        `nothing was learned of tasks of the kind "${typeKey}"; leave typeKey out for what is expected of a new kind`,
      );
    return found ?? [];
  }

  async report(tenant = DEFAULT_TENANT): Promise<LearningReport> {
    const fold = await this.#known(tenant);
    const { enabled } = this.#options;
    const { isLeading, isCaughtUp } = this.consumer;
    const runs = await this.#options.store.trainings(TRAININGS_LOOKED_AT, tenant);
    return learningReport(fold, runs, { enabled, caughtUp: isLeading && isCaughtUp });
  }

  async forecast(given: TaskSpec, meshName: string | null, tenant = DEFAULT_TENANT): Promise<Forecast> {
    const fold = await this.#known(tenant);
    const spec = { ...given, typeKey: kindOfTenant(tenant, given.typeKey) };
    const { clock, factsOf, layersFor, nodeOf, timeoutMs, memoryBytes } = this.#options;
    const [task, layers, at] = [factsOf(spec, meshName), layersFor(spec), clock.wall()];
    return forecastOf(fold, task, {
      layers,
      at,
      nodeOf,
      timeoutMs,
      memoryBytes,
    });
  }

  predictions(filter: PredictionFilter, page: PageRequest) {
    return this.#options.store.predictions(filter, page);
  }

  trainings(limit: number, tenant = DEFAULT_TENANT) {
    return this.#options.store.trainings(limit, tenant);
  }

  running(tenant = DEFAULT_TENANT): TrainingNews[] {
    return this.consumer.trainingsOf(tenant)?.running() ?? [];
  }

  alarms(limit: number, tenant = DEFAULT_TENANT) {
    return this.#options.store.alarms(limit, tenant);
  }

  tunings(limit: number, tenant = DEFAULT_TENANT) {
    return this.#options.store.tunings(limit, tenant);
  }

  async train(caller: Person, model: string, options: Partial<TrainingOptions>): Promise<TrainingNews> {
    ownerOnly(caller, 'training a model');
    const { tenant = DEFAULT_TENANT } = caller;
    const { batchModels, learners } = this.folds.ofTenant(tenant).parts;
    const names = batchModels.map(({ name }) => name);
    const isOnline = learners.RUN_TIME.names.includes(model) && !names.includes(model);
    if (isOnline)
      refuse('CONFLICT', `model "${model}" learns from every attempt as it ends; train ${names.join(', ')}`);
    if (!names.includes(model))
      refuse('NOT_FOUND', `no model "${model}"; there are ${learners.RUN_TIME.names.join(', ')}`);
    if (!this.#options.enabled)
      refuse('CONFLICT', 'learning is off; set learning.enabled = true and start the server again');
    const askLeader = this.#options.leader?.();
    if (!this.consumer.isLeading)
      return askLeader === undefined
        ? refuse('UNAVAILABLE', 'nobody leads at the moment; try again in some seconds')
        : await trainThere(askLeader, caller, model, options);
    const rows = learners.RUN_TIME.observations;
    if (rows < ROWS_MIN)
      refuse(
        'CONFLICT',
        `model "${model}" needs at least ${ROWS_MIN} completed attempts to train on, there are ${rows}; wait for more`,
      );
    const what = { subject: `model ${model}`, after: { rows, ...options } };
    const audits = [auditOf(caller, 'trainModel', what)];
    const asked = { by: caller.id, audits, options: { ...this.#options.options, ...options } };
    const news = this.consumer.trainingsOf(tenant)?.ask('RUN_TIME', model, asked);
    return (
      news ??
      refuse(
        'CONFLICT',
        `model "${model}" is being trained on these ${rows} rows already; watch trainingProgress`,
      )
    );
  }

  async cancel(caller: Person, id: string): Promise<boolean> {
    ownerOnly(caller, 'cancelling a training');
    const askLeader = this.#options.leader?.();
    if (!this.consumer.isLeading && askLeader !== undefined) return await cancelThere(askLeader, caller, id);
    const what = { subject: `training ${id}`, after: { cancelled: true } };
    const desk = this.consumer.trainingsOf(caller.tenant ?? DEFAULT_TENANT);
    const audit = auditOf(caller, 'cancelTraining', what);
    const isCancelled = desk?.cancel(`RUN_TIME ${id}`, audit) ?? false;
    this.consumer.look();
    return isCancelled;
  }

  async *news(signal: AbortSignal, tenant = DEFAULT_TENANT): AsyncGenerator<readonly LearningNews[]> {
    const queue = new NewsQueue(tenant);
    this.#watchers.add(queue);
    try {
      yield* queue.read(signal);
    } finally {
      this.#watchers.delete(queue);
    }
  }

  /** On a server that follows: as of the last checkpoint of the leader. */
  async #known(tenant: string): Promise<LearningFold> {
    const now = this.#options.clock.monotonic();
    if (!this.consumer.isLeading && now - this.#recalledAt >= RECALL_MS) {
      this.#recalledAt = now;
      await this.consumer.recall();
    }
    return this.folds.ofTenant(tenant);
  }
}

function refuse(code: RefusalCode, message: string): never {
  throw new RefusedError({ code, message });
}

function ownerOnly({ trusted }: Person, what: string): void {
  if (!trusted)
    refuse(
      'FORBIDDEN',
      `${what} needs the owner; send the token of the state directory as "Authorization: Bearer …" (the command line does so by itself)`,
    );
}
