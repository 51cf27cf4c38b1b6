/**
 * Learns from the committed history while this server leads. It reads what has been folded into the tables (which is within a
 * second of the commit, and asks for no folding), learns in small steps, and keeps with every checkpoint how far it has come.
 * After a crash or under the next leader it goes on from the last checkpoint, and learns the same again.
 *
 * States: idle; leading (one run of `#run`, ended by its signal). The fold outlives the leadership, to answer questions.
 */
import type { Clock } from '../../kit/clock.js';
import { jsonInStages } from '../../kit/json-stages.js';
import type { JsonObject } from '../../kit/json.js';
import { LeadingLoop } from '../../kit/loop/leading-loop.js';
import { inTurns, nextTurn } from '../../kit/turn.js';
import { DEFAULT_TENANT, tenantOfKind } from '../../lifecycle/role.js';
import {
  type AttemptFacts,
  type DriftAlarm,
  type EndedAttempt,
  type FoldSnapshot,
  type LearningBounds,
  type LearningState,
  type LearningStore,
  ownedBy,
  type SampleRow,
  type StoredModel,
  type TuningChange,
} from '../../store/learning.js';
import type { TrainingOptions } from '../batch.js';
import { FEATURES_VERSION } from '../view.js';
import type { Learned, LearningFold, FoldState } from './learning-fold.js';
import { modelRows } from './model-rows.js';
import { TenantFolds } from './tenant-folds.js';
import type { Owed, TrainingDesk } from './training-desk.js';

export interface ConsumerOptions {
  readonly store: LearningStore;
  readonly clock: Clock;
  readonly makeFold: () => LearningFold;
  readonly trainings: (tenant: string) => TrainingDesk;
  readonly options: TrainingOptions;
  /** Attempts that ended, learned from or not. */
  readonly ended: (ended: readonly EndedAttempt[]) => void;
  readonly learned: (learned: readonly Learned[]) => void;
  /** Changes of parameters that are no part of the fold, since this was last asked. */
  readonly tuned?: () => readonly TuningChange[];
  readonly failed: (error: unknown) => void;
}

export const BOUNDS: LearningBounds = {
  samples: 50_000,
  predictions: 100_000,
  versions: 10,
  trainings: 5000,
  alarms: 5000,
  tunings: 5000,
};

const LOOK_MS = 500;
/** After a look that went through so many events there are probably more. */
const LARGE_LOOK = 10_000;
/**
 * The database looks for a tenth of the time at most, because what is committed meanwhile goes before what is learned; but on a
 * machine that is busy with other things it is not waited for longer than this.
 */
const LOOKED_PART = 9;
const REST_MS_MAX = 2000;
/** Rows of facts that are read at once. */
const FACTS_AT_ONCE = 200;
/** Learned before others get a turn: a few milliseconds. */
const LEARNED_A_TURN = 2;
const CHECKPOINT_MS = 60_000;

export class Consumer {
  readonly #options: ConsumerOptions;
  #folds: TenantFolds;
  /** Of tenants that have learned something under this lead. */
  readonly #desks = new Map<string, { readonly desk: TrainingDesk; readonly fold: LearningFold }>();
  readonly #loop: LeadingLoop;
  #samples: SampleRow[] = [];
  #alarms: DriftAlarm[] = [];
  #tunings: TuningChange[] = [];
  /** Not made by the fold, so a fold that begins again does not make them again. */
  #tuned: TuningChange[] = [];
  /** By tenant: what desks left that ended before the lead did. */
  readonly #owed = new Map<string, Owed>();
  /** Of the last checkpoint. */
  #saved = { seq: 0, at: Number.NEGATIVE_INFINITY };
  #caughtUp = false;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#folds = new TenantFolds(options.makeFold);
    const { clock, failed } = options;
    this.#loop = new LeadingLoop({ clock, failed, run: (epoch, signal) => this.#run(epoch, signal) });
  }

  get folds(): TenantFolds {
    return this.#folds;
  }

  /** Undefined: nothing was learned of that tenant under this lead. */
  trainingsOf(tenant: string): TrainingDesk | undefined {
    return this.#desks.get(tenant)?.desk;
  }

  get isLeading(): boolean {
    return this.#loop.isLeading;
  }

  /** Has it learned all that there was at its last look? */
  get isCaughtUp(): boolean {
    return this.#caughtUp;
  }

  lead(epoch: number): void {
    this.#owed.clear();
    this.#tuned = [];
    this.#loop.lead(epoch);
  }

  /** Resolves when nothing is learned or written any more; what was learned is saved first, if the lead still allows it. */
  follow(): Promise<void> {
    return this.#loop.follow();
  }

  /** Looks at once: something has been committed, or a training has ended. */
  look(): void {
    this.#loop.wake();
  }

  /** What the leader knew at its last checkpoint, for servers that follow. False: nothing newer. */
  async recall(): Promise<boolean> {
    if (this.isLeading) return false;
    const state = await this.#options.store.state();
    if (state === undefined || this.isLeading || state.seq <= this.#folds.seq) return false;
    const folds = await this.#restored(state);
    if (folds === undefined || this.isLeading || state.seq <= this.#folds.seq) return false;
    this.#folds = folds;
    return true;
  }

  async #run(epoch: number, signal: AbortSignal): Promise<void> {
    const { store } = this.#options;
    this.#caughtUp = false;
    this.#samples = [];
    this.#alarms = [];
    this.#tunings = [];
    const folds = await this.#begin(epoch);
    this.#folds = folds;
    try {
      for (const [tenant] of folds.all) await this.#deskOf(tenant, folds);
      while (!signal.aborted) {
        const before = this.#options.clock.monotonic();
        const { ended, scannedTo } = await store.endedAfter(folds.seq);
        const lookMs = this.#options.clock.monotonic() - before;
        const isAll = scannedTo - folds.seq < LARGE_LOOK;
        if (!(await this.#learnAll(ended, folds, signal))) return;
        folds.seq = scannedTo;
        if (!(await this.#write(epoch, folds, signal.aborted))) return;
        this.#caughtUp = isAll;
        const restMs = Math.max(isAll ? LOOK_MS : 0, Math.min(REST_MS_MAX, LOOKED_PART * lookMs));
        if (restMs > 0 && !signal.aborted) await this.#loop.pause(restMs);
      }
      await this.#write(epoch, folds, true);
    } finally {
      for (const tenant of [...this.#desks.keys()]) this.#endDesk(tenant);
    }
  }

  #endDesk(tenant: string): void {
    const known = this.#desks.get(tenant);
    if (known === undefined) return;
    this.#owed.set(tenant, known.desk.end());
    this.#desks.delete(tenant);
  }

  /** Where the last checkpoint was; from the beginning where there is none that fits. */
  async #begin(epoch: number): Promise<TenantFolds> {
    const { store, makeFold, clock } = this.#options;
    const state = await store.state();
    const restored = state && (await this.#restored(state));
    if (state !== undefined && restored === undefined) await store.forget(epoch);
    const folds = restored ?? new TenantFolds(makeFold);
    this.#saved = { seq: folds.seq, at: clock.monotonic() };
    return folds;
  }

  /** Undefined: one of them does not fit, and so all is learned anew. */
  async #restored({ seq, folds: stored }: LearningState): Promise<TenantFolds | undefined> {
    const folds = new TenantFolds(this.#options.makeFold);
    for (const { tenant = DEFAULT_TENANT, featuresVersion, snapshot } of stored) {
      if (featuresVersion !== FEATURES_VERSION) return undefined;
      const state = JSON.parse(snapshot) as FoldState;
      if (!(await inTurns(folds.taught(tenant).restoring(state)))) return undefined;
    }
    folds.takeNews();
    folds.seq = seq;
    return folds;
  }

  /** Which trains for that tenant under this lead. */
  async #deskOf(tenant: string, folds: TenantFolds): Promise<TrainingDesk> {
    const fold = folds.taught(tenant);
    const known = this.#desks.get(tenant);
    if (known?.fold === fold) return known.desk;
    // that fold was forgotten since
    this.#endDesk(tenant);
    const desk = this.#options.trainings(tenant);
    const recorded = await this.#options.store.trainings(BOUNDS.trainings, tenant);
    this.#desks.set(tenant, { desk, fold });
    desk.begin(fold, recorded, () => this.look(), this.#owed.get(tenant));
    this.#owed.delete(tenant);
    return desk;
  }

  /** False: told to stop in between. What was learned then is in no checkpoint. */
  async #learnAll(ended: readonly EndedAttempt[], folds: TenantFolds, signal: AbortSignal): Promise<boolean> {
    const { store } = this.#options;
    this.#options.ended(ended);
    const taken = ended.filter((one) => folds.taught(tenantOfKind(one.typeKey)).takes(one));
    for (let from = 0; from < taken.length; from += FACTS_AT_ONCE) {
      const facts = await store.factsOf(taken.slice(from, from + FACTS_AT_ONCE));
      for (let at = 0; at < facts.length; at += LEARNED_A_TURN) {
        if (!(await this.#learnSome(facts.slice(at, at + LEARNED_A_TURN), folds, signal))) return false;
        await nextTurn();
      }
    }
    return true;
  }

  async #learnSome(
    facts: readonly AttemptFacts[],
    folds: TenantFolds,
    signal: AbortSignal,
  ): Promise<boolean> {
    const learned: Learned[] = [];
    for (const one of facts) {
      const tenant = tenantOfKind(one.typeKey);
      const trainings = await this.#deskOf(tenant, folds);
      const fold = folds.taught(tenant);
      trainings.settle();
      while (fold.blocked && !signal.aborted) {
        await this.#loop.pause(LOOK_MS);
        trainings.settle();
      }
      if (signal.aborted) return false;
      const what = await inTurns(fold.learning(one));
      trainings.start();
      this.#samples.push(what.sample);
      const owner = ownedBy(tenant);
      if (what.alarm !== null) this.#alarms.push({ ...what.alarm, ...owner });
      this.#tunings.push(...what.tunings.map((change) => ({ ...change, ...owner })));
      learned.push(what);
    }
    this.#options.learned(learned);
    return true;
  }

  /** Samples, trainings and, once in a while, all that is known. False: another leads. */
  async #write(epoch: number, folds: TenantFolds, isLast: boolean): Promise<boolean> {
    const { store, clock, tuned } = this.#options;
    const desks = [...this.#desks.values()].map(({ desk }) => desk);
    this.#tuned.push(...(tuned?.() ?? []));
    const [samples, alarms, tunings] = [this.#samples, this.#alarms, [...this.#tunings, ...this.#tuned]];
    const runs = desks.flatMap((desk) => desk.ended());
    const isDue = isLast || runs.length > 0 || clock.monotonic() - this.#saved.at >= CHECKPOINT_MS;
    const isNew = folds.seq > this.#saved.seq;
    if (samples.length + runs.length + tunings.length === 0 && !(isDue && isNew)) return true;
    const checkpoint = isDue && isNew ? await this.#checkpoint(folds) : {};
    const written = await store.write(epoch, { samples, alarms, tunings, trainings: runs, ...checkpoint });
    if (!written) return false;
    this.#samples = [];
    this.#alarms = [];
    this.#tunings = [];
    this.#tuned = [];
    for (const desk of desks) desk.recorded(runs);
    for (const [tenant, owed] of this.#owed)
      this.#owed.set(tenant, { ...owed, runs: owed.runs.filter((run) => !runs.includes(run)) });
    if (isDue && isNew) {
      this.#saved = { seq: folds.seq, at: clock.monotonic() };
      await store.prune(BOUNDS);
    }
    return true;
  }

  async #checkpoint(folds: TenantFolds) {
    const { changed, forgotten } = folds.takeNews();
    for (const tenant of forgotten) this.#endDesk(tenant);
    const [saved, models]: [FoldSnapshot[], StoredModel[]] = [[], []];
    for (const [tenant, fold] of changed) {
      const owner = ownedBy(tenant);
      const snapshot = await inTurns(jsonInStages((await inTurns(fold.snapshot())) as JsonObject));
      saved.push({ ...owner, observations: fold.observations, featuresVersion: FEATURES_VERSION, snapshot });
      models.push(...modelRows(fold, this.#options.clock.wall()).map((model) => ({ ...model, ...owner })));
    }
    return { state: { seq: folds.seq, folds: saved }, forgotten, models };
  }
}
