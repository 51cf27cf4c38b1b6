/**
 * What people may ask of learning, whoever leads: models and how good they are, predictions and what came, trainings. The
 * doors stand on it; `live/` implements it.
 */
import type { Person } from '../lifecycle/person.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { TaskSpec } from '../lifecycle/task.js';
import type {
  DriftAlarm,
  Owned,
  PredictionFilter,
  PredictionRow,
  TrainingRun,
  TuningChange,
} from '../store/learning.js';
import type { Page, PageRequest } from '../store/reads.js';
import type { PlaceRegret } from './bandit/place-chooser.js';
import type { TrainingOptions, TrainingProgress } from './batch.js';
import type { Coefficient, ModelFamily } from './model.js';
import type { Target } from './view.js';

/** Of predictions that were made before their row was learned. Errors and shares are relative; null: nothing was scored. */
export interface ModelMetrics {
  readonly n: number;
  readonly medianApe: number | null;
  readonly mape: number | null;
  /** Share of predictions within 25 % of what came. */
  readonly accuracy: number | null;
}

/** A model as it stands for one target. */
export interface ModelReport {
  readonly name: string;
  readonly family: ModelFamily;
  readonly target: Target;
  /** How often it was trained; 1 for models that learn as they go. */
  readonly version: number;
  readonly trained: boolean;
  readonly featuresVersion: number;
  /** Rows of the fold. */
  readonly rows: number;
  readonly metrics: ModelMetrics;
  /** How well it would have chosen places for tasks that recur; null: it does not tell places apart. */
  readonly placeChoice: PlaceRegret | null;
  /** Kinds of task it is chosen for: how many, and some of them. */
  readonly championCount: number;
  readonly championOf: readonly string[];
  readonly lastTraining: TrainingRun | null;
}

export interface ColumnImportance {
  readonly column: string;
  /** Growth of the error of the natural logarithm when the column is shuffled. */
  readonly gain: number;
  readonly error: number;
  readonly pays: boolean;
}

/** What was believed: of each kind of task its champion. */
export interface TargetMetrics extends ModelMetrics {
  readonly target: Target;
  /** Share of what came that was between p05 and p95; the second, of the last 500. */
  readonly coverage: number | null;
  readonly coverageRecent: number | null;
}

export interface TypeMetrics extends ModelMetrics {
  readonly typeKey: string;
  readonly champion: string | null;
}

export interface LearningReport {
  readonly enabled: boolean;
  /** Attempts learned from. */
  readonly observations: number;
  /** The event it has come to. */
  readonly seq: number;
  readonly caughtUp: boolean;
  readonly targets: readonly TargetMetrics[];
  readonly types: readonly TypeMetrics[];
  readonly trainings: number;
  readonly trainingSeconds: number;
}

/** Quantiles in the unit of the target. */
export interface Quantiles {
  readonly p05: number;
  readonly p50: number;
  readonly p95: number;
}

export interface LayerAdvice {
  readonly layer: LayerName;
  /** Seconds; `finish` is all of them together with the risk. */
  readonly overheadSeconds: number;
  readonly runSeconds: number;
  readonly failureProbability: number;
  readonly finishSeconds: number;
}

export interface Forecast {
  readonly typeKey: string;
  /** Null: nothing is known of such a task. */
  readonly runSeconds: (Quantiles & { readonly model: string }) | null;
  readonly memoryBytes: (Quantiles & { readonly model: string }) | null;
  readonly outputBytes: (Quantiles & { readonly model: string }) | null;
  readonly failureProbability: number;
  /** Seconds of run time by every model that knows something. */
  readonly models: readonly { readonly model: string; readonly seconds: number }[];
  /** The best first; empty where nothing is known. */
  readonly layers: readonly LayerAdvice[];
  /** What would hold for a task whose author names no limit; null: the configured default. */
  readonly timeoutMs: number | null;
  /** That an attempt of it is counted with; null: as its resource class says. */
  readonly memoryRequestBytes: number | null;
}

/** A training that runs. */
export interface TrainingNews extends TrainingProgress, Owned {
  readonly target: Target;
  readonly id: string;
  readonly model: string;
  readonly requestedBy: string | null;
  readonly rows: number;
  readonly startedAt: Date;
  readonly seconds: number;
  /** At this pace; null before the first step. */
  readonly etaSeconds: number | null;
}

/** What those hear who watch. */
export type LearningNews =
  | { readonly kind: 'progress'; readonly training: TrainingNews }
  | { readonly kind: 'trained'; readonly run: TrainingRun }
  | { readonly kind: 'scored'; readonly prediction: PredictionRow };

/** `tenant`: whose work it was learned from; nothing of another's shows. */
export interface Learning {
  models(tenant: string): Promise<readonly ModelReport[]>;
  /** Of a model that was trained, over the latest rows; empty for others. */
  importances(model: string, tenant: string): Promise<readonly ColumnImportance[]>;
  /**
   * Of the linear model, for the natural logarithm of the target in seconds or bytes: of a kind of task, or of one it never met
   * (null); empty for models that are no sum of coefficients. Refuses kinds that it does not know.
   */
  coefficients(
    model: string,
    of: { readonly target: Target; readonly typeKey: string | null },
    tenant: string,
  ): Promise<readonly Coefficient[]>;
  report(tenant: string): Promise<LearningReport>;
  /** Of a task as it would run next; `meshName`: the mesh it belongs to, where it is one that recurs. */
  forecast(spec: TaskSpec, meshName: string | null, tenant: string): Promise<Forecast>;
  predictions(
    filter: PredictionFilter & { readonly tenant: string },
    page: PageRequest,
  ): Promise<Page<PredictionRow>>;
  trainings(limit: number, tenant: string): Promise<readonly TrainingRun[]>;
  running(tenant: string): readonly TrainingNews[];
  alarms(limit: number, tenant: string): Promise<readonly DriftAlarm[]>;
  tunings(limit: number, tenant: string): Promise<readonly TuningChange[]>;
  /** Of the caller's tenant. Refuses: unknown models, those that learn as they go, too few rows; on servers that follow. */
  train(caller: Person, model: string, options: Partial<TrainingOptions>): Promise<TrainingNews>;
  /** False: no such training runs. */
  cancel(caller: Person, id: string): Promise<boolean>;
  news(signal: AbortSignal, tenant: string): AsyncIterable<readonly LearningNews[]>;
}
