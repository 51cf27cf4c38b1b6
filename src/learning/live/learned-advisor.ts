/**
 * Advice from what has been learned: estimates for order and ETA, the layer and the node that is expected to be done first, a
 * time limit where the author named none. Where nothing was learned yet it answers what the plain advisor does. Synchronous:
 * a few microseconds for each question, nothing is allocated that outlives it.
 */
import type { Clock } from '../../kit/clock.js';
import type { ClusterNode } from '../../lifecycle/cluster-node.js';
import { nodeRef } from '../../lifecycle/cluster-node.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import type {
  Advisor,
  AttemptPlace,
  DurationEstimate,
  LayerCandidate,
  MeshOutline,
  MeshPlanner,
  Observation,
  SettledAttempt,
  StartedAttempt,
  TaskFacts,
} from '../../orchestrator/advisor.js';
import { asOrdered, type DriftUse } from '../drift/drift-use.js';
import type { Prediction } from '../learner.js';
import type { ThroughputTuning } from '../tuning/throughput/throughput-tuning.js';
import { type PlaceView, placeView } from '../view.js';
import { costOf } from './costs.js';
import { LearnedPlanner } from './learned-planner.js';
import type { LearningFold } from './learning-fold.js';
import type { PredictionLog } from './prediction-log.js';
import { placeOf, viewOfTask } from './views.js';

export interface LearnedAdvisorOptions {
  readonly plain: Advisor;
  /** That answers for tasks of this kind. */
  readonly fold: (typeKey: string) => LearningFold;
  readonly clock: Pick<Clock, 'wall'>;
  /** The process that a layer is, where it is one; empty where it is many. */
  readonly nodeOf: (layer: LayerName) => string;
  /** `learning.timeouts` */
  readonly timeouts: boolean;
  /** `learning.tuning` */
  readonly tuning: boolean;
  readonly log: PredictionLog;
  readonly looks: DriftUse;
  /** Hears of attempts that have ended, where how much runs at once is tuned. */
  readonly throughput?: Pick<ThroughputTuning, 'settled'> | undefined;
}

/** From the median to the fifth percentile from above, and to one in two hundred, in standard deviations. */
const TO_P95 = 1.645;
const TO_P995 = 2.576;
const TO_P90 = 1.2816;

/** A limit is generous: this many times what one in two hundred exceeds, never below a minute, after so many runs. */
const LIMIT_FACTOR = 5;
const LIMIT_MS_MIN = 60_000;
const LIMIT_MS_MAX = 7 * 86_400_000;
const LIMIT_RUNS_MIN = 20;

export class LearnedAdvisor implements Advisor {
  readonly #options: LearnedAdvisorOptions;

  constructor(options: LearnedAdvisorOptions) {
    this.#options = options;
  }

  estimate(task: TaskFacts, place?: AttemptPlace): DurationEstimate | null {
    const prediction = this.#predict(task, place);
    return prediction === null ? this.#options.plain.estimate(task) : decilesOf(prediction);
  }

  chooseLayer(task: TaskFacts, candidates: readonly LayerCandidate[]): LayerName {
    if (task.plannedSeconds !== null) return this.#options.plain.chooseLayer(task, candidates);
    const about = { view: viewOfTask(task, this.#now()), spec: task.spec, drift: this.#options.looks };
    let best: { layer: LayerName; finish: number } | undefined;
    for (const { layer, transferSeconds } of candidates) {
      const cost = costOf(this.#options.fold(task.typeKey), about, this.#placeOf(layer), transferSeconds);
      if (cost === null) return this.#options.plain.chooseLayer(task, candidates);
      if (best === undefined || cost.finish < best.finish) best = { layer, finish: cost.finish };
    }
    return best?.layer ?? this.#options.plain.chooseLayer(task, candidates);
  }

  rateNode(task: TaskFacts, node: ClusterNode): number | null {
    if (task.plannedSeconds !== null) return null;
    const drift = asOrdered(this.#options.looks);
    const about = { view: viewOfTask(task, this.#now()), spec: task.spec, drift };
    return costOf(this.#options.fold(task.typeKey), about, placeOf('CLUSTER', nodeRef(node)))?.finish ?? null;
  }

  plannerOf(mesh: MeshOutline): MeshPlanner | null {
    const { fold } = this.#options;
    const kind = kindIn(mesh);
    if (fold(kind).parts.learners.RUN_TIME.observations === 0) return null;
    const views = mesh.places.map(({ layer, node }) =>
      node === null ? this.#placeOf(layer) : placeOf(layer, nodeRef(node)),
    );
    const { looks } = this.#options;
    const drift = mesh.places.some(({ node }) => node !== null) ? () => asOrdered(looks) : () => looks;
    return new LearnedPlanner(mesh, { fold, kind, at: () => this.#now(), views, drift });
  }

  timeoutMs(task: TaskFacts): number | null {
    const fold = this.#options.fold(task.typeKey);
    if (!this.#options.timeouts || fold.scores.RUN_TIME.type(task.typeKey).n < LIMIT_RUNS_MIN) return null;
    const prediction = this.#predict(task);
    if (prediction === null) return null;
    const { p50, p95 } = prediction;
    const exceeded = p50 * (p95 / p50) ** (TO_P995 / TO_P95);
    return Math.round(Math.min(LIMIT_MS_MAX, Math.max(LIMIT_MS_MIN, LIMIT_FACTOR * exceeded * 1000)));
  }

  memoryBytes(task: TaskFacts): number | null {
    return this.#options.tuning
      ? this.#options.fold(task.typeKey).memoryBytes(viewOfTask(task, this.#now()))
      : null;
  }

  retryMs(code: string, typeKey: string): number | null {
    return this.#options.tuning ? this.#options.fold(typeKey).tuning.retryMs(code) : null;
  }

  started(attempt: StartedAttempt): void {
    this.#options.log.started(attempt, (layer) => this.#placeOf(layer));
  }

  observe(observation: Observation): void {
    this.#options.plain.observe(observation);
  }

  /** What is known anyway tells nothing of the place. */
  settled(attempt: SettledAttempt): void {
    const { throughput } = this.#options;
    if (throughput !== undefined && !isPlanned(attempt.spec)) throughput.settled(attempt);
  }

  #predict(task: TaskFacts, place?: AttemptPlace): Prediction | null {
    if (task.plannedSeconds !== null) return null;
    const at =
      place === undefined ? this.#placeOf(task.spec.layer ?? 'LOCAL') : placeOf(place.layer, place.node);
    return this.#options.fold(task.typeKey).predict(viewOfTask(task, this.#now()), at);
  }

  /** Of many nodes none is meant: models say what holds on average. */
  #placeOf(layer: LayerName): PlaceView {
    const node = this.#options.nodeOf(layer);
    return node === '' ? placeView({ machine: '', layer }) : placeOf(layer, node);
  }

  /** Whole minutes: views of one moment are the same. */
  #now(): number {
    return Math.floor(this.#options.clock.wall() / 60_000) * 60_000;
  }
}

/** Of any of its open tasks: all are of one tenant. */
function kindIn({ tasks }: MeshOutline): string {
  return tasks.find(({ facts }) => facts !== null)?.facts?.().typeKey ?? '';
}

/** A wait, or no work at all. */
function isPlanned({ work }: TaskSpec): boolean {
  return work === null || 'wait' in work;
}

export function decilesOf({ p05, p50, p95 }: Prediction): DurationEstimate {
  const share = TO_P90 / TO_P95;
  return { p10: p50 * (p05 / p50) ** share, p50, p90: p50 * (p95 / p50) ** share };
}
