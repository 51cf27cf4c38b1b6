/**
 * What is known from the history and from what was told: profiles of kinds of task, patterns, episodes. One deterministic fold;
 * the consumer drives it, decisions ask it. No clock, no store. What it made since it was last asked is taken by `take`.
 */
import type { Json } from '../../../kit/json.js';
import type { Stages } from '../../../kit/turn.js';
import { BoundedMap } from '../../../learning/bounded-map.js';
import { errorClassOf } from '../../../learning/error-class.js';
import { Thinning } from '../../../learning/live/fold/thinning.js';
import { machineOf } from '../../../learning/live/views.js';
import type { AttemptFacts, EndedAttempt } from '../../../store/learning.js';
import type { EpisodeRow, ExternalEventRow, PatternRow, Unnumbered } from '../../../store/consciousness.js';
import { EpisodicMemory, type Situation } from '../../memory/episodic-memory.js';
import type { Aggregate } from '../../memory/pruning.js';
import { SequenceFinder, type SequenceState } from '../../patterns/behavioural/sequence-finder.js';
import { taskGroupsInStages } from '../../patterns/behavioural/task-groups.js';
import { AssociationFinder, type AssociationState } from '../../patterns/causal/association-finder.js';
import { failingTypesInStages } from '../../patterns/causal/failing-types.js';
import { Precedence, type PrecedenceState } from '../../patterns/causal/precedence.js';
import type { Period } from '../../patterns/temporal/period.js';
import { episodeOf, rememberedFrom } from './episodes.js';
import {
  associationFinding,
  failingTypeFinding,
  type Finding,
  groupFinding,
  type PatternKind,
  precedenceFinding,
  sequenceFinding,
} from './findings.js';
import { span } from './span.js';
import { type DescriptionsState, TypeDescriptions } from './type-descriptions.js';
import { isSlow, NO_PROFILE, type TypeProfile, withAttempt } from './type-profile.js';
import { type PeriodShares, type RecogniserState, TypeRecognisers } from './type-recognisers.js';

/** Changes when what is stored of it can be read no longer. */
export const FOLD_SHAPE = 4;
export const EPISODES_MAX = 20_000;
const TYPES_MAX = 2_000;
const PATTERNS_MAX = 500;
/** Attempts that were looked at closely, between two looks for what goes together. */
const LOOK_EVERY = 100;
/** Between two looks for groups of kinds, which change slowly. */
const GROUPS_EVERY = 5 * LOOK_EVERY;
const FAILING_TYPES_OF = 200;
/** An episode without a failure is kept when it surprised by so many bits, or is one of the first of its kind. */
const SURPRISE_MIN = 2;
const FIRST_KEPT = 20;
/** What was told from outside is a circumstance of attempts that began within so long. */
const TOLD_MS = 30 * 60_000;
const TOLD_MAX = 50;

interface Told {
  readonly factor: string;
  readonly atMs: number;
}

type Pattern = Unnumbered<PatternRow>;

export interface Made {
  /** New ones, and those that hold no longer with their end. */
  readonly patterns: readonly Pattern[];
  readonly episodes: readonly EpisodeRow[];
  readonly forgotten: readonly number[];
}

interface FoldState {
  readonly shape: number;
  readonly seq: number;
  readonly at: number;
  readonly looked: number;
  readonly told: readonly Told[];
  readonly lastTold: string | null;
  readonly profiles: readonly (readonly [string, TypeProfile])[];
  readonly patterns: readonly (readonly [string, Omit<Pattern, 'foundAt'> & { readonly foundAt: number }])[];
  readonly recognisers: RecogniserState;
  readonly associations: AssociationState;
  readonly sequences: SequenceState;
  readonly precedence: PrecedenceState;
  readonly descriptions: DescriptionsState;
  readonly judged: Json;
  readonly aggregates: readonly (readonly [string, Aggregate])[];
  readonly failures: Json;
  readonly completions: Json;
}

export class Fold {
  /** The last event that was looked at. */
  seq = 0;
  /** Of the last one that was told from outside. */
  lastTold: string | null = null;
  /** The clock of the history, which never goes back. */
  #at = 0;
  #looked = 0;
  #isLookDue = false;
  #told: Told[] = [];
  readonly #profiles = new BoundedMap<TypeProfile>(TYPES_MAX);
  /** Those that hold, by kind and subject. */
  readonly #patterns = new BoundedMap<Pattern>(PATTERNS_MAX);
  readonly #recognisers = new TypeRecognisers();
  #associations = new AssociationFinder();
  #sequences = new SequenceFinder();
  #precedence = new Precedence();
  #descriptions = new TypeDescriptions();
  #memory = new EpisodicMemory({ episodesMax: EPISODES_MAX, episodes: [], aggregates: [] });
  readonly #failures = new Thinning();
  readonly #completions = new Thinning();
  /** Attempts that count for what comes before a failure: chosen without a look at how they ended. */
  readonly #judged = new Thinning();
  #made: { patterns: Pattern[]; episodes: EpisodeRow[]; forgotten: number[] } = nothing();

  get patterns(): readonly Pattern[] {
    return [...this.#patterns.values()];
  }

  get memory(): EpisodicMemory {
    return this.#memory;
  }

  profile(typeKey: string): TypeProfile {
    return this.#profiles.get(typeKey) ?? NO_PROFILE;
  }

  /** Kinds of task whose failures come at a period now. */
  *periods(): Generator<{ readonly id: string; readonly typeKey: string; readonly period: Period }> {
    for (const { kind, subject, id } of this.#patterns.values()) {
      const period = kind === 'PERIOD' ? this.#recognisers.period(subject) : null;
      if (period !== null) yield { id, typeKey: subject, period };
    }
  }

  /** It was found to fail more than all other kinds together, and that holds. */
  isFailing(typeKey: string): boolean {
    return this.#patterns.get(`FAILING_TYPE\n${typeKey}`) !== undefined;
  }

  shares(typeKey: string): PeriodShares | null {
    return this.#recognisers.shares(typeKey);
  }

  /** Are its facts asked for? To be asked once for each ended attempt, in the order of the history. */
  takes({ typeKey, at, outcome }: EndedAttempt): boolean {
    return (outcome === 'COMPLETED' ? this.#completions : this.#failures).takes(typeKey, at);
  }

  /** `facts`: of those that were taken. */
  attempt(ended: EndedAttempt, facts?: AttemptFacts): void {
    const { typeKey, seq, outcome, runMs } = ended;
    this.seq = seq;
    this.#at = Math.max(this.#at, ended.at);
    const seconds = runMs / 1000;
    const failed = outcome !== 'COMPLETED';
    const before = this.profile(typeKey);
    this.#profiles.set(typeKey, withAttempt(before, seconds, failed));
    const slow = failed ? null : isSlow(before, seconds);
    const attempt = { typeKey, startedMs: this.#at - runMs, endedMs: this.#at, failed, slow };
    this.#precedence.ended(attempt, this.#judged.takes(typeKey, this.#at));
    if (facts === undefined) return;
    this.#descriptions.observe(facts);
    const { found, over } = this.#recognisers.attempt({ typeKey, atMs: this.#at, seconds, failed });
    for (const kind of over) this.#end(kind, typeKey);
    for (const finding of found) this.#find(finding, true);
    this.#remember(facts, before);
    this.#relate(facts, before);
    if (++this.#looked % LOOK_EVERY === 0) this.#isLookDue = true;
  }

  tell({ id, kind, subject, at }: Pick<ExternalEventRow, 'id' | 'kind' | 'subject' | 'at'>): void {
    this.lastTold = id;
    const factor = `${kind} of ${subject} within ${span(TOLD_MS)} before`;
    this.#told = [...this.#told, { factor, atMs: at.getTime() }].slice(-TOLD_MAX);
  }

  take(): Made {
    const made = this.#made;
    this.#made = nothing();
    return made;
  }

  recall(situation: Situation, count: number) {
    return this.#memory.recall(situation, count);
  }

  #remember(facts: AttemptFacts, profile: TypeProfile): void {
    const episode = episodeOf(facts, profile);
    const isKept = episode.failed || episode.surprise >= SURPRISE_MIN || profile.attempts < FIRST_KEPT;
    if (!isKept) return;
    this.#made.episodes.push(episode);
    this.#made.forgotten.push(...this.#memory.remember(rememberedFrom(episode)));
  }

  #relate(facts: AttemptFacts, profile: TypeProfile): void {
    const { typeKey, meshId, errorCode, outcome, runMs } = facts;
    const failed = outcome !== 'COMPLETED';
    const slow = failed ? null : isSlow(profile, runMs / 1000);
    this.#associations.observe({ typeKey, factors: this.#factorsOf(facts), failed, slow });
    if (failed) this.#sequences.happened(meshId, `${typeKey} failing (${errorClassOf(errorCode ?? '')})`);
  }

  #factorsOf({ layer, node, startedAt, lastError, attempt }: AttemptFacts): string[] {
    const told = this.#told.filter(({ atMs }) => atMs <= startedAt && startedAt - atMs <= TOLD_MS);
    return [
      `machine ${machineOf(layer, node)}`,
      `a start at ${new Date(startedAt).getUTCHours()} h UTC`,
      ...(attempt > 1 ? [`a failure of class ${errorClassOf(lastError ?? '')} just before`] : []),
      ...told.map(({ factor }) => factor),
    ];
  }

  /** Enough was seen since the last look for what goes together. To be looked before anything more is folded. */
  get isLookDue(): boolean {
    return this.#isLookDue;
  }

  /** Nothing may be folded between the stages. */
  *look(): Stages<void> {
    this.#isLookDue = false;
    const records = [...this.#profiles.entries()]
      .slice(-FAILING_TYPES_OF)
      .map(([typeKey, { attempts, failures }]) => ({ typeKey, attempts, failures }));
    const failing = yield* failingTypesInStages(records);
    this.#findAll('FAILING_TYPE', failing.map(failingTypeFinding));
    const associations = yield* this.#associations.findingsInStages();
    this.#findAll('ASSOCIATION', associations.map(associationFinding));
    const sequences = yield* this.#sequences.findingsInStages();
    this.#findAll('SEQUENCE', sequences.map(sequenceFinding));
    const preceded = yield* this.#precedence.findingsInStages();
    this.#findAll('PRECEDENCE', preceded.map(precedenceFinding));
    if (this.#looked % GROUPS_EVERY > 0) return;
    const described = this.#descriptions.described((typeKey) => this.profile(typeKey));
    const groups = yield* taskGroupsInStages(described);
    this.#findAll('GROUP', groups.map(groupFinding));
  }

  /** All of the kind there are now: those that are not among them hold no longer. */
  #findAll(kind: PatternKind, findings: readonly Finding[]): void {
    const subjects = new Set(findings.map(({ subject }) => subject));
    for (const pattern of this.patterns)
      if (pattern.kind === kind && !subjects.has(pattern.subject)) this.#end(kind, pattern.subject);
    for (const finding of findings) this.#find(finding, false);
  }

  /** `isAnew`: one of the kind and subject that holds is over with it. */
  #find({ kind, subject, text, evidence }: Finding, isAnew: boolean): void {
    const key = `${kind}\n${subject}`;
    if (this.#patterns.get(key) !== undefined && !isAnew) return;
    this.#end(kind, subject);
    const id = `${kind}:${this.seq}:${subject}`;
    const pattern = { id, kind, subject, text, evidence, seq: this.seq, endedAt: null };
    this.#patterns.set(key, { ...pattern, foundAt: new Date(this.#at) });
    this.#made.patterns.push({ ...pattern, foundAt: new Date(this.#at) });
  }

  #end(kind: PatternKind, subject: string): void {
    const key = `${kind}\n${subject}`;
    const pattern = this.#patterns.get(key);
    if (pattern === undefined) return;
    this.#patterns.delete(key);
    this.#made.patterns.push({ ...pattern, endedAt: new Date(this.#at) });
  }

  snapshot(): Json {
    const state: FoldState = {
      ...{ shape: FOLD_SHAPE, seq: this.seq, at: this.#at, looked: this.#looked },
      ...{ told: [...this.#told], lastTold: this.lastTold },
      profiles: [...this.#profiles.entries()],
      patterns: [...this.#patterns.entries()].map(([key, pattern]) => [
        key,
        { ...pattern, foundAt: pattern.foundAt.getTime() },
      ]),
      recognisers: this.#recognisers.snapshot(),
      associations: this.#associations.snapshot(),
      sequences: this.#sequences.snapshot(),
      precedence: this.#precedence.snapshot(),
      descriptions: this.#descriptions.snapshot(),
      judged: this.#judged.snapshot(),
      aggregates: this.#memory.snapshot().aggregates,
      failures: this.#failures.snapshot(),
      completions: this.#completions.snapshot(),
    };
    return state as unknown as Json;
  }

  /** `episodes`: those that were kept until then. False, and unchanged: it is of another shape. */
  restore(stored: Json, episodes: readonly EpisodeRow[]): boolean {
    const state = stored as unknown as FoldState;
    if (state.shape !== FOLD_SHAPE) return false;
    this.seq = state.seq;
    this.#at = state.at;
    this.#looked = state.looked;
    this.#told = [...state.told];
    this.lastTold = state.lastTold;
    for (const [typeKey, profile] of state.profiles) this.#profiles.set(typeKey, profile);
    for (const [key, pattern] of state.patterns)
      this.#patterns.set(key, { ...pattern, foundAt: new Date(pattern.foundAt) });
    this.#recognisers.restore(state.recognisers);
    this.#associations = new AssociationFinder(state.associations);
    this.#sequences = new SequenceFinder(state.sequences);
    this.#precedence = new Precedence(state.precedence);
    this.#descriptions = new TypeDescriptions(state.descriptions);
    this.#judged.restore(state.judged);
    this.#memory = new EpisodicMemory({
      episodesMax: EPISODES_MAX,
      episodes: episodes.filter(({ seq }) => seq <= state.seq).map(rememberedFrom),
      aggregates: state.aggregates,
    });
    this.#failures.restore(state.failures);
    this.#completions.restore(state.completions);
    return true;
  }
}

function nothing() {
  return { patterns: [], episodes: [], forgotten: [] };
}
