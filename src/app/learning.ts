/**
 * Learning of a server: the plain advisor, and over it what has been learned, when `learning.enabled` says so. The fold runs
 * while this server leads.
 */
import type { Clock } from '../kit/clock.js';
import type { Layer } from '../layers/layer.js';
import {
  ALL_DRIFT,
  type DriftChoices,
  type DriftUse,
  type MayHeedDrift,
  NO_DRIFT,
} from '../learning/drift/drift-use.js';
import type { Learning } from '../learning/learning.js';
import { trainingTasks } from '../learning/live/leader-tasks.js';
import { LearnedAdvisor } from '../learning/live/learned-advisor.js';
import { LiveLearning } from '../learning/live/live-learning.js';
import { PredictionLog } from '../learning/live/prediction-log.js';
import type { TenantFolds } from '../learning/live/tenant-folds.js';
import { productFold } from '../learning/live/product-fold.js';
import { ExplorationBudget, LOOKS } from '../learning/placement/exploration-budget.js';
import { ThroughputTuning, type TuningWish } from '../learning/tuning/throughput/throughput-tuning.js';
import type { TunedRetry } from '../learning/tuning/tuning.js';
import { batchOf, slotsOf, type Tunable } from '../learning/tuning/throughput/tunable.js';
import { kindOfTenant } from '../lifecycle/role.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { Metrics } from '../metrics/metrics.js';
import { factsOf } from '../orchestrator/advice/task-facts.js';
import { QuantileAdvisor } from '../orchestrator/advice/quantile-advisor.js';
import type { Advisor } from '../orchestrator/advisor.js';
import type { AdviceChange } from '../orchestrator/core/core-input.js';
import type { CoreState } from '../orchestrator/core/core-state.js';
import { type Dispatcher, TOLD_AT_ONCE } from '../orchestrator/dispatcher.js';
import { LayerChoice } from '../orchestrator/layer-choice.js';
import type { LeadershipEvent } from '../orchestrator/orchestrator-options.js';
import { layerLoads } from '../orchestrator/placement/layer-loads.js';
import type { AskLeader, LeaderTasks } from '../store/relay.js';
import type { Store } from '../store/store.js';
import type { AppOptions } from './app-options.js';
import type { Database } from './database.js';
import type { Started } from './started.js';

/** Seed of all training: the same rows give the same models, on every server. */
const SEED = 1;
/** Meshes are put in order anew so long after something was learned of them. */
const RANK_AFTER_MS = 500;

export interface Advice {
  readonly advisor: Advisor;
  /** What is done without what was learned; the same where nothing learns. */
  readonly plain: Advisor;
  /** First retries that what was learned has set. */
  readonly tuned: () => readonly TunedRetry[];
  /** Where work would start whether drift counts or not; undefined: nothing learns. */
  readonly choices: DriftChoices | undefined;
  readonly learning: Learning;
  /** Learns what has run on other servers, at most twice a minute. */
  readonly refresh: () => Promise<void>;
  told(event: LeadershipEvent): void;
  /** More attempts have ended than the core takes in one step. */
  readonly crowded: () => void;
  /** What another server asks of this one because it leads. */
  readonly leaderTasks: LeaderTasks;
}

interface AdviceParts {
  readonly options: AppOptions;
  readonly clock: Clock;
  readonly layers: ReadonlyMap<LayerName, Layer>;
  readonly database: Database;
  readonly metrics: Metrics;
  /** Tells the core what it was advised otherwise before. */
  readonly heed: (change: AdviceChange) => void;
  /** The core of the leadership that there is, and what carries outcomes to it. */
  readonly inside: () => { readonly core: CoreState | undefined; readonly dispatcher: Dispatcher };
  /** Undefined while this server leads. */
  readonly leader: () => AskLeader | undefined;
  /** What holds of what is learned, and whether how much is done at once, or where work starts because of drift, may be otherwise. */
  readonly holds: () => {
    readonly forecaster: Advisor;
    readonly mayTune: (wish: TuningWish) => boolean;
    readonly mayHeed: MayHeedDrift;
  };
}

export async function openAdvice(parts: AdviceParts, started: Started): Promise<Advice> {
  const { clock, database, options } = parts;
  const plain = new QuantileAdvisor();
  await remember(plain, database.store);
  const refresh = refresher(clock, () => remember(plain, database.store));
  const live = openLearning(parts, plain, started);
  const settings = options.config.learning;
  return {
    advisor: settings.enabled ? live.advisor : plain,
    plain,
    choices: settings.enabled ? live.choices : undefined,
    tuned: () => (settings.tuning ? tunedRetries(live.learning.folds) : []),
    learning: live.learning,
    leaderTasks: trainingTasks(live.learning),
    refresh,
    crowded: live.crowded,
    told: (event) => {
      if (event.kind === 'leading') {
        void refresh();
        live.learning.lead(event.epoch);
      } else void live.learning.follow().catch(live.failed);
    },
  };
}

function openLearning(parts: AdviceParts, plain: Advisor, started: Started) {
  const { options, clock, layers, database, metrics } = parts;
  const settings = options.config.learning;
  const failed = (error: unknown): void =>
    options.log.warn({ err: error }, 'learning is in trouble; trying again');
  const nodeOf = (layer: LayerName): string => layers.get(layer)?.node ?? '';
  const store = database.learning;
  const throughput = new ThroughputTuning({
    clock,
    windowMs: settings.tuningWindowSeconds * 1000,
    expectedSeconds: (spec) => live.expectedSeconds(spec),
    tunables: tunablesOf(parts),
    allowed: (wish) => parts.holds().mayTune(wish),
  });
  const tuned = settings.tuning ? throughput : undefined;
  const mayHeed: MayHeedDrift = (wish) => parts.holds().mayHeed(wish);
  const looks = new ExplorationBudget({ isTuned: settings.tuning, mayHeed });
  const live = new LiveLearning({
    enabled: settings.enabled,
    store,
    clock,
    makeFold: productFold,
    options: {
      learningRate: settings.learningRate,
      batchSize: settings.batchSize,
      maxIterations: settings.maxIterations,
      seed: SEED,
    },
    learned: rankLater(clock, (meshId) => parts.heed({ kind: 'estimatesChanged', meshId })),
    timeoutMs: (task) => parts.holds().forecaster.timeoutMs?.(task) ?? null,
    memoryBytes: (task) => parts.holds().forecaster.memoryBytes?.(task) ?? null,
    nodeOf,
    factsOf: (spec, meshName) => factsOf(spec, { meshName }),
    layersFor: new LayerChoice(layers).of,
    throughput: tuned,
    looks,
    leader: parts.leader,
    failed,
  });
  const log = new PredictionLog({
    store,
    clock,
    fold: (typeKey) => live.folds.of(typeKey),
    looks,
    scored: (prediction) => live.tell({ kind: 'scored', prediction }),
    failed,
  });
  live.logTo(log);
  const advised = (drift: DriftUse): LearnedAdvisor =>
    new LearnedAdvisor({
      ...{ plain, clock, nodeOf, log, throughput: tuned, looks: drift },
      fold: (typeKey) => live.folds.of(typeKey),
      timeouts: settings.timeouts,
      tuning: settings.tuning,
    });
  const advisor = advised(looks);
  const choices = { heeding: advised(ALL_DRIFT), steady: advised(NO_DRIFT) };
  started.add('learning', () => live.close());
  metrics.learning.from(() => ({
    ...measured(live),
    tuned: [...throughput.inForce, { parameter: LOOKS, scope: 'all', value: looks.share }],
  }));
  return { advisor, choices, learning: live, failed, crowded: () => tuned?.wake() };
}

/** What is tuned by what gets done, as it is whenever that is asked. */
function tunablesOf({ inside, heed }: AdviceParts): () => Tunable[] {
  let before = { outcomes: 0, steps: 0, crowd: 0 };
  return () => {
    const { core, dispatcher } = inside();
    if (core === undefined) return [];
    const slots = layerLoads(core).map((load) =>
      slotsOf(load, (limit) => heed({ kind: 'layerLimited', layer: load.layer, slots: limit })),
    );
    const seen = { start: TOLD_AT_ONCE, now: dispatcher.tellings, before };
    before = seen.now;
    return [...slots, batchOf(seen, (outcomes) => dispatcher.tellAtOnce(outcomes))];
  };
}

/** Of all tenants, each class of failures with whose it is. */
function tunedRetries(folds: TenantFolds): TunedRetry[] {
  return folds.all.flatMap(([tenant, fold]) =>
    fold.tuning.tunedRetries.map((one) => ({ ...one, errorClass: kindOfTenant(tenant, one.errorClass) })),
  );
}

/** How good it is, of the default tenant; how much, of all. */
function measured({ fold, folds, trainingCount, trainingSeconds }: LiveLearning) {
  const { believed } = fold.scores.RUN_TIME;
  const { learners } = fold.parts;
  const champions = Object.fromEntries(learners.RUN_TIME.championOf());
  return { observations: folds.observations, ...believed, champions, trainingCount, trainingSeconds };
}

const KINDS_REMEMBERED = 1000;
const RUNS_REMEMBERED = 64;

const REFRESH_MS = 30_000;

/** A failure is no reason to answer nothing: what is known is what was known. */
function refresher(clock: Clock, refresh: () => Promise<void>): () => Promise<void> {
  let refreshedAt = clock.monotonic();
  return async () => {
    if (clock.monotonic() - refreshedAt < REFRESH_MS) return;
    refreshedAt = clock.monotonic();
    await refresh().catch(() => undefined);
  };
}

async function remember(advisor: QuantileAdvisor, store: Store): Promise<void> {
  for (const { typeKey, runMs } of await store.durations(KINDS_REMEMBERED, RUNS_REMEMBERED)) {
    for (const ms of runMs.toReversed()) advisor.observe({ typeKey, runSeconds: ms / 1000 });
  }
}

/** All meshes of a moment at once. */
function rankLater(
  clock: Clock,
  rankAgain: (meshId: string) => void,
): (meshIds: ReadonlySet<string>) => void {
  let waiting: Set<string> | undefined;
  return (meshIds) => {
    if (waiting !== undefined) {
      for (const id of meshIds) waiting.add(id);
      return;
    }
    const gathered = new Set(meshIds);
    waiting = gathered;
    clock.setTimer(RANK_AFTER_MS, () => {
      waiting = undefined;
      for (const id of gathered) rankAgain(id);
    });
  };
}
