/**
 * Consciousness on a running server: the fold over the history and the rules that decide while it leads, what the leader last
 * wrote while it follows, and the answers to what people ask of both. Made by the composition root.
 *
 * States: following; beginning to lead (what the leader before left is read); leading.
 */
import type { Clock, Timer } from '../../kit/clock.js';
import type { Json, JsonObject } from '../../kit/json.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import type { DriftChoices, DriftWish } from '../../learning/drift/drift-use.js';
import type { TuningWish } from '../../learning/tuning/throughput/throughput-tuning.js';
import type { TunedRetry } from '../../learning/tuning/tuning.js';
import type { Advisor, SettledAttempt } from '../../orchestrator/advisor.js';
import type { ConsciousnessStore, DecisionRow, Unnumbered } from '../../store/consciousness.js';
import type { LearningStore } from '../../store/learning.js';
import { NumberedFeed } from '../../store/numbered-feed.js';
import type { Waiting } from '../decisions/starvation.js';
import type { Observation } from '../evolution/evidence.js';
import type { EvolutionSettings } from '../evolution/ledger.js';
import { EXPLORATION_MAX } from '../policies/exploration-purse.js';
import type { CarriedOut } from './records/carried-out.js';
import { DecisionBook } from './records/decision-book.js';
import { LevelKeeper } from './records/level-keeper.js';
import { evidenceOf } from './records/outcome-evidence.js';
import { Records, type Standing } from './records/records.js';
import { ConsciousAdvisor } from './conscious-advisor.js';
import { DriftExaminer } from './drift-examiner.js';
import { FoldConsumer } from './fold/consumer.js';
import { Accounts } from './mandates/accounts.js';
import { driftDraft } from './mandates/drafts.js';
import { Mandates } from './mandates/mandates.js';
import { followRetry } from './mandates/retries.js';
import { mayTune } from './mandates/tunings.js';
import { BreakerRule } from './rules/breaker-rule.js';
import { DEPENDENCIES, failingTypesOf } from './rules/guarded.js';
import { HoldRule } from './rules/hold-rule.js';
import { StarvationRule } from './rules/starvation-rule.js';
import { recollectionOf } from './rules/recollection.js';
import { LiveGate } from './rules/start-gate.js';
import { JointRule } from './joint/joint-rule.js';
import type { LoadOf, PlayTogether } from './joint/together.js';
import { avoidingAdvisor } from './policies/avoiding-advisor.js';
import { MeshOrder } from './policies/mesh-order.js';
import { PlaceTrials } from './policies/place-trials.js';
import { type BegunMesh, PolicyRule } from './policies/policy-rule.js';
import type { Replay, Twin } from './replay.js';
import { RunScorer } from './run-scorer.js';

export interface LiveConsciousnessOptions {
  readonly settings: EvolutionSettings;
  readonly store: ConsciousnessStore;
  readonly history: Pick<LearningStore, 'endedAfter' | 'factsOf' | 'predictions' | 'alarms'>;
  readonly clock: Clock;
  /** The clock of the history as well as this server knows it, ms since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Those who were held back are to be asked about again. */
  readonly gateChanged: () => void;
  /** The process that a layer is, where it is one; empty where it is many. */
  readonly nodeOf: (layer: LayerName) => string;
  /** The tasks of a mesh are to be put in order anew. */
  readonly reorder: (meshId: string) => void;
  /** Open meshes that have something ready. */
  readonly waiting: () => readonly Waiting[];
  readonly twin: Twin;
  /** First retries that what was learned has set. */
  readonly tuned: () => readonly TunedRetry[];
  readonly loadOf: LoadOf;
  readonly together: PlayTogether;
  readonly failed: (error: unknown) => void;
}

const TICK_MS = 5000;
const AGAIN_MS = 2000;
const OPEN_MAX = 1000;
const RECALL_MS = 5000;
/** Of drift, the newest: more than are raised while one run is scored. */
const ALARMS = 100;

export class LiveConsciousness {
  readonly #options: LiveConsciousnessOptions;
  readonly #records: Records;
  readonly levels: LevelKeeper;
  readonly book: DecisionBook;
  readonly gate: LiveGate;
  readonly consumer: FoldConsumer;
  readonly feed: NumberedFeed;
  readonly #breakers: BreakerRule;
  readonly #quarantines: BreakerRule;
  readonly #holds: HoldRule;
  readonly #starvations: StarvationRule;
  readonly #scorer: RunScorer;
  readonly #examiner = new DriftExaminer();
  readonly policies: PolicyRule;
  readonly #trials: PlaceTrials;
  readonly #mandates: Mandates;
  readonly #accounts: Accounts;
  readonly #joint: JointRule;
  #leading: AbortController | undefined;
  #begun: Promise<void> = Promise.resolve();
  #tick: Timer | undefined;
  #recalledAt = Number.NEGATIVE_INFINITY;

  constructor(options: LiveConsciousnessOptions) {
    const { store, clock, now, newId, failed, history } = options;
    this.#options = options;
    this.feed = new NumberedFeed(clock);
    const records = new Records(store, () => this.feed.wake());
    this.#records = records;
    this.levels = new LevelKeeper(records, options.settings);
    const ended = (row: Unnumbered<DecisionRow>): void => this.#learnFrom(row);
    this.book = new DecisionBook({ records, levels: this.levels, newId, now, failed, ended });
    this.gate = new LiveGate(clock, options.gateChanged);
    const recall = recollectionOf(() => this.consumer.fold);
    const rule = { book: this.book, gate: this.gate, records, clock, now, recall };
    this.#breakers = new BreakerRule(rule, DEPENDENCIES);
    this.#quarantines = new BreakerRule(
      rule,
      failingTypesOf(() => this.consumer.fold),
    );
    this.#holds = new HoldRule(rule);
    this.#starvations = new StarvationRule(rule);
    const { levels, book } = this;
    this.policies = new PolicyRule({
      ...{ book, levels, records, clock, now, reorder: options.reorder },
      spentElsewhere: () => this.#trials.spent,
    });
    this.#trials = new PlaceTrials({
      ...{ book, levels, records, now, patterns: () => this.consumer.fold.patterns },
      hasBudget: () => this.policies.explorationShare < EXPLORATION_MAX,
    });
    this.#mandates = new Mandates({ book, records, clock });
    this.#accounts = new Accounts({ mandates: this.#mandates, nodeOf: options.nodeOf });
    this.#joint = new JointRule({
      ...{ book, levels, clock, now, fold: () => this.consumer.fold },
      ...{ loadOf: options.loadOf, together: options.together },
    });
    this.consumer = new FoldConsumer({
      ...{ history, store, records, clock, failed },
      looked: (fold) => this.#holds.look(fold),
    });
    this.#scorer = new RunScorer({
      ...{ twin: options.twin, clock, failed },
      predictions: (filter, page) => history.predictions(filter, page),
      observe: (observation) => this.levels.observe(observation, now()),
      examine: async (rows) => this.#examiner.examine(rows, await history.alarms(ALARMS)),
      replayed: (meshId, replay) => this.#replayed(meshId, replay),
      decided: () => this.book.tallies.all.reduce((sum, { made }) => sum + made, 0),
    });
    records.keep('singles', () => this.#scorer.snapshot());
  }

  /** A level is worth what came of what it alone may do. */
  #learnFrom(row: Unnumbered<DecisionRow>): void {
    const observation = evidenceOf(row);
    if (observation === null || !this.#records.isLeading) return;
    this.levels.observe(observation, this.#options.now()).catch(this.#options.failed);
  }

  /** `plain`: what is done without what was learned; the same as `inner` where nothing learns. `choices`: what drift changes. */
  advisorOver(inner: Advisor, plain: Advisor, choices?: DriftChoices): ConsciousAdvisor {
    this.#accounts.choices = choices;
    const order = new MeshOrder({ policies: this.policies, joint: this.#joint, learned: inner, plain });
    const { nodeOf } = this.#options;
    const placed = inner === plain ? inner : avoidingAdvisor(inner, { trials: this.#trials, nodeOf });
    return new ConsciousAdvisor({
      ...{ inner: placed, plain, gate: this.gate, order },
      ...{ mandates: this.#mandates, accounts: this.#accounts, tuned: this.#options.tuned },
      settled: (attempt) => this.#settled(attempt),
    });
  }

  get isLeading(): boolean {
    return this.#records.isLeading && this.consumer.isLeading;
  }

  /** Requests of other servers that were. */
  get carriedOut(): CarriedOut {
    return this.#records.carriedOut;
  }

  /** Raised so far. */
  get insights(): number {
    return this.#records.insights;
  }

  meshBegan(mesh: BegunMesh): void {
    if (!this.isLeading) return;
    for (const begun of [this.policies.begun(mesh), this.#trials.begun(mesh), this.#joint.begun(mesh)])
      begun.catch(this.#options.failed);
  }

  meshEnded(meshId: string): void {
    if (!this.isLeading) return;
    this.#joint.ended(meshId);
    this.#scorer.meshEnded(meshId);
  }

  /** Nothing of it is scored. */
  meshCancelled(meshId: string): void {
    if (!this.isLeading) return;
    this.#joint.ended(meshId);
    this.#replayed(meshId, null).catch(this.#options.failed);
  }

  async #replayed(meshId: string, replay: Replay | null): Promise<Observation[]> {
    if (replay === null) {
      await this.#trials.dropped(meshId);
      return [...(await this.policies.dropped(meshId)), ...(await this.#joint.scored(meshId))];
    }
    this.#accounts.replayed(replay);
    await this.#trials.scored(meshId, replay);
    return [...(await this.policies.scored(meshId, replay)), ...(await this.#joint.scored(meshId))];
  }

  lead(epoch: number): void {
    const before = this.follow();
    const leading = new AbortController();
    this.#leading = leading;
    this.#begun = before.then(() => this.#insist(epoch, leading.signal));
  }

  /** Resolves when nothing is decided or written any more; nothing is held back from the call on. */
  async follow(): Promise<void> {
    this.#leading?.abort();
    this.#leading = undefined;
    this.#tick?.cancel();
    for (const rule of [this.#breakers, this.#quarantines, this.#holds, this.#starvations]) rule.end();
    for (const rule of [this.policies, this.#trials, this.#joint]) rule.end();
    this.#scorer.end();
    this.book.end();
    this.#mandates.end();
    this.#accounts.end();
    await this.#begun;
    await this.consumer.follow();
    this.#records.end();
  }

  async #insist(epoch: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#begin(epoch, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#options.failed(error);
        await new Promise<void>((resolve) => this.#options.clock.setTimer(AGAIN_MS, resolve));
      }
    }
  }

  async #begin(epoch: number, signal: AbortSignal): Promise<void> {
    const { store, now } = this.#options;
    const { standing: text } = await store.state();
    const standing = text === undefined ? undefined : (JSON.parse(text) as Standing);
    if (standing !== undefined) this.#recallStanding(standing);
    this.#records.lead(epoch);
    await this.levels.lead(standing === undefined, now());
    await this.book.lead(await store.decisions({ open: true }, { limit: OPEN_MAX }));
    if (signal.aborted) return;
    this.#breakers.lead(standing?.breakers);
    this.#quarantines.lead(standing?.quarantines);
    this.#holds.lead();
    this.policies.lead();
    this.#trials.lead();
    this.#mandates.lead(standing?.mandates);
    this.#joint.lead();
    this.#scorer.restore(standing?.singles);
    this.#examiner.begin();
    this.#scorer.lead();
    this.consumer.lead(epoch);
    this.#arm();
  }

  #recallStanding(standing: Standing): void {
    this.levels.recall(standing as JsonObject);
    this.book.recall(standing);
    this.policies.recall(standing['policies']);
    this.#trials.recall(standing['placeTrials']);
    if (standing.carriedOut !== undefined) this.carriedOut.restore(standing.carriedOut);
    if (typeof standing.insights === 'number') this.#records.insights = standing.insights;
  }

  #arm(): void {
    this.#tick = this.#options.clock.setTimer(TICK_MS, () => {
      const { now, waiting, failed } = this.#options;
      const ticked = [
        this.levels.pass(now()),
        this.book.enforce(),
        this.#records.flush(),
        this.#lookAtMandates(),
        this.#starvations.look(waiting()),
      ];
      for (const one of ticked) one.catch(failed);
      this.#arm();
    });
  }

  /** A retry that was set anew is decided about when it is, and not with the next failure. */
  async #lookAtMandates(): Promise<void> {
    await this.#mandates.look();
    for (const tuned of this.#options.tuned()) followRetry(this.#mandates, tuned);
  }

  /** May how much is done at once be otherwise than configured? */
  mayTune(wish: TuningWish): boolean {
    return mayTune(this.#mandates, wish);
  }

  /** May drift change where work starts? */
  mayHeed(wish: DriftWish): boolean {
    return this.#mandates.follows('DRIFT', wish.machine, (name) => driftDraft(name, wish)) !== null;
  }

  #settled(attempt: SettledAttempt): void {
    this.#breakers.settled(attempt);
    this.#quarantines.settled(attempt);
    this.#holds.settled(attempt);
    this.#starvations.settled();
  }

  /** The next answer has in it what the leader has just written. */
  recallAnew(): void {
    this.#recalledAt = Number.NEGATIVE_INFINITY;
  }

  /** On a server that follows: as the leader last wrote it. */
  async recall(): Promise<void> {
    const { clock, store } = this.#options;
    const now = clock.monotonic();
    if (this.#leading !== undefined || now - this.#recalledAt < RECALL_MS) return;
    this.#recalledAt = now;
    const { standing } = await store.state();
    if (standing !== undefined && this.#leading === undefined)
      this.#recallStanding(JSON.parse(standing) as { readonly [part: string]: Json });
    await this.consumer.recall();
  }
}
