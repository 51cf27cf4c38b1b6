/**
 * What was expected of attempts when they started, with what they were chosen among, and later what came. Written in batches
 * beside the commits; short attempts are written once, when they have ended. Beyond 50 starts a second it keeps a share of
 * them. A prediction is a record and no promise: what is not written yet when a server dies is not missed.
 */
import type { Clock, Timer } from '../../kit/clock.js';
import type { Json, JsonObject } from '../../kit/json.js';
import { LAYER_NAMES, type LayerName } from '../../lifecycle/vocabulary.js';
import type { StartedAttempt } from '../../orchestrator/advisor.js';
import type { EndedAttempt, LearningStore, PredictionRow } from '../../store/learning.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import { asOrdered, type DriftUse, heeded } from '../drift/drift-use.js';
import { unhoped } from '../placement/cheapest-place.js';
import type { ExplorationBudget, Look } from '../placement/exploration-budget.js';
import type { PlaceView, TaskView } from '../view.js';
import { costOf } from './costs.js';
import type { LearningFold } from './learning-fold.js';
import { placeOf, viewOfTask } from './views.js';

export interface PredictionLogOptions {
  readonly store: Pick<LearningStore, 'savePredictions' | 'predictions'>;
  readonly clock: Clock;
  /** That answers for tasks of this kind. */
  readonly fold: (typeKey: string) => LearningFold;
  readonly scored: (row: PredictionRow) => void;
  /** Pays for starts elsewhere than where it is believed to be best, and hears what came of them. */
  readonly looks: ExplorationBudget;
  readonly failed: (error: unknown) => void;
}

/** Of one that may have been: a layer or a node. */
interface Candidate {
  readonly place: string;
  /** Until it would be done: for a node chosen by another policy, its score there. */
  readonly seconds: number;
  /** Of that, until it has room; where a plan weighed it. */
  readonly waitSeconds?: number;
}

interface Pending {
  readonly row: PredictionRow;
  readonly candidates: readonly Candidate[];
  /** Undefined: it went where it was believed to be best. */
  readonly look: Look | undefined;
  isSaved: boolean;
}

const PENDING_MAX = 10_000;
const WAITING_MAX = 5000;
const PER_SECOND = 50;
const BURST = 500;
/** An attempt that runs longer is told of before it ends. */
const OPEN_MS = 2000;
const FLUSH_MS = 1000;
/** Of those before, so many still-open ones are remembered. */
const REMEMBERED = 500;

export class PredictionLog {
  readonly #options: PredictionLogOptions;
  readonly #pending = new Map<string, Pending>();
  #out: PredictionRow[] = [];
  #timer: Timer | undefined;
  #flushing: Promise<void> = Promise.resolve();
  #tokens = BURST;
  #filledAt = 0;

  constructor(options: PredictionLogOptions) {
    this.#options = options;
  }

  started(attempt: StartedAttempt, placeOfLayer: (layer: LayerName) => PlaceView): void {
    if (!this.#takes()) return;
    const row = this.#predicted(attempt, placeOfLayer);
    if (row === null) return;
    if (this.#pending.size >= PENDING_MAX) this.#pending.delete(this.#pending.keys().next().value as string);
    const candidates = row.candidates as unknown as readonly Candidate[];
    const look = this.#lookOf(attempt, candidates, placeOfLayer);
    if (look !== undefined) this.#options.looks.looked(look);
    this.#pending.set(keyOf(row), { row, candidates, look, isSaved: false });
    this.#arm();
  }

  /** Those of attempts that were running under the leader before. */
  async remember(): Promise<void> {
    const { nodes } = await this.#options.store.predictions({ scored: false }, { first: REMEMBERED });
    for (const row of nodes) {
      if (this.#pending.has(keyOf(row))) continue;
      this.#pending.set(keyOf(row), {
        row,
        candidates: row.candidates as unknown as readonly Candidate[],
        look: undefined,
        isSaved: true,
      });
    }
  }

  ended(ended: readonly EndedAttempt[]): void {
    this.#options.looks.ran(ended.length);
    for (const one of ended) {
      const pending = this.#pending.get(keyOf(one));
      if (pending === undefined) continue;
      this.#pending.delete(keyOf(one));
      const isScored = one.outcome === 'COMPLETED';
      if (isScored) this.#score(pending, one);
      else if (!pending.isSaved) this.#put(pending.row);
    }
    this.#arm();
  }

  /** Resolves when all that is known is written. */
  async flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write());
    await this.#flushing;
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const pending of this.#pending.values()) this.#saveOpen(pending);
    await this.flush();
  }

  #score({ row, candidates, look }: Pending, ended: EndedAttempt): void {
    const actual = ended.runMs / 1000;
    if (look !== undefined) this.#options.looks.came(look, look.chosen + actual - row.p50, ended);
    const best = Math.min(...candidates.slice(1).map(({ seconds }) => seconds));
    const scored = { ...row, actual, regret: Number.isFinite(best) ? Math.max(0, actual - best) : 0 };
    this.#put(scored);
    this.#options.scored(scored);
  }

  #put(row: PredictionRow): void {
    if (this.#out.length < WAITING_MAX) this.#out.push(row);
  }

  #saveOpen(pending: Pending): void {
    if (pending.isSaved) return;
    pending.isSaved = true;
    this.#put(pending.row);
  }

  #arm(): void {
    if (this.#pending.size + this.#out.length === 0) return;
    this.#timer ??= this.#options.clock.setTimer(FLUSH_MS, () => {
      this.#timer = undefined;
      const before = this.#options.clock.wall() - OPEN_MS;
      for (const pending of this.#pending.values()) {
        if (pending.row.at.getTime() > before) break;
        this.#saveOpen(pending);
      }
      void this.flush().finally(() => this.#hasNews && this.#arm());
    });
  }

  get #hasNews(): boolean {
    return this.#out.length > 0 || [...this.#pending.values()].some(({ isSaved }) => !isSaved);
  }

  async #write(): Promise<void> {
    const rows = this.#out;
    if (rows.length === 0) return;
    this.#out = [];
    try {
      await this.#options.store.savePredictions(lastOfEach(rows));
    } catch (error) {
      this.#options.failed(error);
    }
  }

  #takes(): boolean {
    const now = this.#options.clock.monotonic();
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#filledAt) / 1000) * PER_SECOND);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** What of it counted when its place was chosen. */
  #driftOf({ placement }: StartedAttempt): DriftUse {
    const { looks } = this.#options;
    return placement?.policy === 'LEARNED' ? asOrdered(looks) : looks;
  }

  /** Did it start elsewhere than where it was believed to be best, in hope? */
  #lookOf(
    attempt: StartedAttempt,
    candidates: readonly Candidate[],
    placeOfLayer: (layer: LayerName) => PlaceView,
  ): Look | undefined {
    const { layer, node, task } = attempt;
    const { RUN_TIME } = this.#options.fold(task.typeKey).parts.learners;
    const drift = this.#driftOf(attempt);
    const machines = new Map(LAYER_NAMES.map((name) => [name as string, placeOfLayer(name).machine]));
    const believed = candidates.map(({ place, seconds }, at) => {
      const machine = at === 0 ? placeOf(layer, node).machine : (machines.get(place) ?? place);
      return unhoped(seconds, heeded(RUN_TIME, drift, machine).doubt);
    });
    const [chosen = 0, best] = [believed[0], Math.min(...believed)];
    const isHopedBest = candidates.every(({ seconds }) => seconds >= (candidates[0] as Candidate).seconds);
    return isHopedBest && chosen > best && best > 0 ? { chosen, best } : undefined;
  }

  /** What else it could have had, where no plan chose. */
  #rivals(
    { layer, candidates, placement }: StartedAttempt,
    about: { readonly view: TaskView; readonly spec: TaskSpec; readonly drift: DriftUse },
    placeOfLayer: (layer: LayerName) => PlaceView,
  ): Candidate[] {
    const others = candidates.flatMap(({ layer: other, transferSeconds }) => {
      const its =
        other === layer
          ? undefined
          : costOf(this.#options.fold(about.spec.typeKey), about, placeOfLayer(other), transferSeconds);
      return its == null ? [] : [{ place: other, seconds: its.finish }];
    });
    if (placement?.policy !== 'LEARNED') return others;
    const nodes = placement.candidates.slice(1).map(({ node, score }) => ({ place: node, seconds: score }));
    return [...nodes, ...others];
  }

  #predicted(attempt: StartedAttempt, placeOfLayer: (layer: LayerName) => PlaceView): PredictionRow | null {
    const { key, task, meshId, layer, node } = attempt;
    const fold = this.#options.fold(task.typeKey);
    const at = this.#options.clock.wall();
    const drift = this.#driftOf(attempt);
    const about = { view: viewOfTask({ ...task, attempt: key.attempt }, at), spec: task.spec, drift };
    const place = placeOf(layer, node);
    const cost = costOf(fold, about, place);
    const prediction = fold.predict(about.view, place);
    if (cost === null || prediction === null) return null;
    const { p05, p50, p95, model } = prediction;
    const candidates =
      attempt.planned.length > 0
        ? plannedCandidates(attempt)
        : [
            { place: nameOf(layer, place), seconds: cost.finish },
            ...this.#rivals(attempt, about, placeOfLayer),
          ];
    return {
      taskId: key.taskId,
      attempt: key.attempt,
      meshId,
      typeKey: task.typeKey,
      at: new Date(at),
      layer,
      node,
      p05: Math.min(p05, p50),
      p50,
      p95: Math.max(p95, p50),
      model,
      modelVersion: Math.max(1, fold.version('RUN_TIME', model)),
      medians: Object.fromEntries(fold.medians('RUN_TIME', about.view, place)) as JsonObject,
      policy: policyOf(attempt),
      candidates: candidates as unknown as Json,
      actual: null,
      regret: null,
    };
  }
}

function nameOf(layer: LayerName, { machine }: PlaceView): string {
  return layer === 'CLUSTER' ? machine : layer;
}

function plannedCandidates({ planned, layer, node }: StartedAttempt): Candidate[] {
  return planned.map((one, at) => ({
    place: at === 0 ? nameOf(layer, placeOf(layer, node)) : (one.node ?? one.layer),
    seconds: one.finishSeconds,
    waitSeconds: one.waitSeconds,
  }));
}

/** PLAN: with the rest of its mesh, waiting for busy places included. LEARNED: by itself, among places with room. */
function policyOf({ planned, placement, candidates }: StartedAttempt): string {
  if (planned.length > 1) return 'PLAN';
  return placement?.policy ?? (candidates.length > 1 ? 'LEARNED' : 'ONLY');
}

function keyOf({ taskId, attempt }: { readonly taskId: string; readonly attempt: number }): string {
  return `${taskId}:${attempt}`;
}

/** One statement cannot write a row twice. */
function lastOfEach(rows: readonly PredictionRow[]): PredictionRow[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}
