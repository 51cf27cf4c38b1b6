/**
 * Scores mesh runs that have ended, as the evidence on which levels are earned: how good the predictions were beside those of
 * the median of each kind and of the best single model, and how long the run would have taken in the order of the static rule.
 * Called with every mesh that ends; it waits until the predictions of the run are written, and scores one run at a time.
 */
import type { Clock, Timer } from '../../kit/clock.js';
import type { Json } from '../../kit/json.js';
import type { LearningStore, PredictionRow } from '../../store/learning.js';
import type { Observation, RunObservation } from '../evolution/evidence.js';
import { ordersOf, PLAIN, type Replay, type Twin } from './replay.js';

export interface RunScorerOptions {
  readonly predictions: LearningStore['predictions'];
  readonly twin: Twin;
  readonly clock: Clock;
  readonly observe: (observation: Observation) => Promise<unknown>;
  /** What else the predictions of a run say. */
  readonly examine: (rows: readonly PredictionRow[]) => Promise<readonly Observation[]>;
  /** What its replay says; null: it has none. */
  readonly replayed: (meshId: string, replay: Replay | null) => Promise<readonly Observation[]>;
  /** Decisions made until now. */
  readonly decided: () => number;
  readonly failed: (error: unknown) => void;
}

const SETTLED_MS = 5000;
const WAITING_MAX = 500;
/** After a run was scored none is for so many times as long as it took: replays share their thread with the core. */
const REST_PART = 4;
const PAGE = 100;
const PREDICTIONS_MAX = 1000;

interface Waiting {
  readonly meshId: string;
  readonly dueAt: number;
}

export class RunScorer {
  readonly #options: RunScorerOptions;
  readonly #errors = new Map<string, { sum: number; count: number }>();
  #waiting: Waiting[] = [];
  #timer: Timer | undefined;
  #decided = 0;
  #restUntil = 0;

  constructor(options: RunScorerOptions) {
    this.#options = options;
  }

  lead(): void {
    this.#decided = this.#options.decided();
  }

  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = [];
  }

  /** Beyond what waits already a run is not scored. */
  meshEnded(meshId: string): void {
    if (this.#waiting.length >= WAITING_MAX) return;
    this.#waiting.push({ meshId, dueAt: this.#options.clock.monotonic() + SETTLED_MS });
    this.#arm();
  }

  snapshot(): Json {
    return [...this.#errors].map(([model, { sum, count }]) => [model, sum, count]);
  }

  restore(state: Json | undefined): void {
    this.#errors.clear();
    for (const [model, sum, count] of (state ?? []) as [string, number, number][])
      this.#errors.set(model, { sum, count });
  }

  #arm(): void {
    const [next] = this.#waiting;
    if (next === undefined || this.#timer !== undefined) return;
    const { clock, failed } = this.#options;
    const dueAt = Math.max(next.dueAt, this.#restUntil);
    this.#timer = clock.setTimer(Math.max(0, dueAt - clock.monotonic()), () => {
      this.#waiting.shift();
      const before = clock.monotonic();
      void this.#score(next.meshId)
        .catch(failed)
        .finally(() => {
          const now = clock.monotonic();
          this.#restUntil = now + REST_PART * (now - before);
          this.#timer = undefined;
          this.#arm();
        });
    });
  }

  async #score(meshId: string): Promise<void> {
    const rows = (await this.#predictionsOf(meshId)).filter(({ actual }) => (actual ?? 0) > 0);
    const { run, replay } = await this.#replayOf(meshId, rows);
    for (const observation of await this.#options.replayed(meshId, replay))
      await this.#options.observe(observation);
    if (run === null) return;
    for (const row of rows)
      for (const [model, error] of errorsOf(row)) {
        const known = this.#errors.get(model) ?? { sum: 0, count: 0 };
        this.#errors.set(model, { sum: known.sum + error, count: known.count + 1 });
      }
    await this.#options.observe(run);
    for (const observation of await this.#options.examine(rows)) await this.#options.observe(observation);
  }

  async #predictionsOf(meshId: string): Promise<PredictionRow[]> {
    const rows: PredictionRow[] = [];
    let after: string | null = null;
    do {
      const filter = { meshId, scored: true };
      const page: Awaited<ReturnType<RunScorerOptions['predictions']>> = await this.#options.predictions(
        filter,
        { first: PAGE, after },
      );
      rows.push(...page.nodes);
      after = page.hasNextPage ? (page.cursors.at(-1) ?? null) : null;
    } while (after !== null && rows.length < PREDICTIONS_MAX);
    return rows;
  }

  async #replayOf(
    meshId: string,
    all: readonly PredictionRow[],
  ): Promise<{ readonly run: RunObservation | null; readonly replay: Replay | null }> {
    const rows = all.filter(({ medians }) => medians[PLAIN] !== undefined);
    const replay = rows.length === 0 ? null : await this.#options.twin(meshId, ordersOf(rows));
    return { run: replay === null ? null : this.#observationOf(rows, replay), replay };
  }

  #observationOf(rows: readonly PredictionRow[], { makespans }: Replay): RunObservation {
    const { LEARNED, STATIC } = makespans;
    const own = meanOf(rows.map((row) => errorOf(row.p50, row)));
    const single = this.#bestSingle();
    const of = (model: string): number =>
      meanOf(rows.map((row) => errorOf(row.medians[model] as number, row)));
    const hasSingle = single !== undefined && rows.every(({ medians }) => medians[single] !== undefined);
    const decided = this.#options.decided();
    const decisions = decided - this.#decided;
    this.#decided = decided;
    return {
      kind: 'RUN',
      predictions: rows.length,
      covered: rows.filter(({ p05, p95, actual }) => p05 <= (actual as number) && (actual as number) <= p95)
        .length,
      overMedian: gainOf(of(PLAIN), own),
      overStatic: STATIC === 0 ? 0 : (STATIC - LEARNED) / STATIC,
      overSingle: hasSingle ? gainOf(of(single), own) : 0,
      decisions,
    };
  }

  /** Of the runs before this one. */
  #bestSingle(): string | undefined {
    const means = [...this.#errors].map(([model, { sum, count }]) => [model, sum / count] as const);
    return means.sort((a, b) => a[1] - b[1])[0]?.[0];
  }
}

function errorsOf(row: PredictionRow): [model: string, error: number][] {
  return Object.entries(row.medians).map(([model, median]) => [model, errorOf(median as number, row)]);
}

/** Of the natural logarithm. */
function errorOf(expected: number, { actual }: PredictionRow): number {
  return Math.abs(Math.log(expected / (actual as number)));
}

function gainOf(theirs: number, ours: number): number {
  const greater = Math.max(theirs, ours);
  return greater === 0 ? 0 : (theirs - ours) / greater;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
