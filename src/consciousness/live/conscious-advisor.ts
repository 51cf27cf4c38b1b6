/**
 * The advisor that the orchestrator asks. Over it stands the gate that decisions close. What was learned is followed for order,
 * place, time limits, memory and retries as far as a mandate is open; where none is, the answer is that of the static rule.
 */
import type { ClusterNode } from '../../lifecycle/cluster-node.js';
import { demandOf } from '../../lifecycle/demand.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import { errorClassOf } from '../../learning/error-class.js';
import { kindOfTenant, tenantOfKind } from '../../lifecycle/role.js';
import type { TunedRetry } from '../../learning/tuning/tuning.js';
import type {
  Advisor,
  AttemptPlace,
  DurationEstimate,
  LayerCandidate,
  MeshOutline,
  MeshPlanner,
  Observation,
  OrderAdvice,
  PlanDecision,
  PlanMoment,
  SettledAttempt,
  StartedAttempt,
  StartGate,
  TaskFacts,
} from '../../orchestrator/advisor.js';
import { type Accounts, meshOf } from './mandates/accounts.js';
import { layerDraft, memoryDraft, orderDraft, timeoutDraft } from './mandates/drafts.js';
import type { Mandate } from './mandates/mandate.js';
import type { Mandates } from './mandates/mandates.js';
import { followRetry } from './mandates/retries.js';

export interface ConsciousAdvisorOptions {
  /** What has learned, and what is done without it; the same where nothing learns: then there is nothing to follow. */
  readonly inner: Advisor;
  readonly plain: Advisor;
  readonly gate: StartGate;
  readonly order: OrderAdvice;
  readonly mandates: Mandates;
  readonly accounts: Accounts;
  /** First retries that what was learned has set. */
  readonly tuned: () => readonly TunedRetry[];
  readonly settled: (attempt: SettledAttempt) => void;
}

/** All of the contract, optional or not: what is not handed on here would be lost. */
export class ConsciousAdvisor implements Required<Omit<Advisor, 'plannerOf'>> {
  readonly gate: StartGate;
  readonly order: OrderAdvice;
  /** Undefined where the other has none: the core then makes no outlines. */
  readonly plannerOf: Advisor['plannerOf'];
  readonly #options: ConsciousAdvisorOptions;
  readonly #inner: Advisor;
  readonly #plain: Advisor;
  readonly #hasLearned: boolean;

  constructor(options: ConsciousAdvisorOptions) {
    const { inner, plain, gate, order } = options;
    this.#options = options;
    this.#inner = inner;
    this.#plain = plain;
    this.#hasLearned = inner !== plain;
    this.gate = gate;
    this.order = order;
    this.plannerOf = inner.plannerOf && ((mesh) => this.#planned(mesh));
  }

  estimate(task: TaskFacts, place?: AttemptPlace): DurationEstimate | null {
    if (!this.#hasLearned) return this.#inner.estimate(task, place);
    const isFollowed = this.#options.mandates.follows('ORDER', meshOf(task), (subject) =>
      isSame(this.#inner.estimate(task, place), this.#plain.estimate(task)) ? null : orderDraft(subject),
    );
    return isFollowed ? this.#inner.estimate(task, place) : this.#plain.estimate(task);
  }

  chooseLayer(task: TaskFacts, candidates: readonly LayerCandidate[]): LayerName {
    if (!this.#hasLearned) return this.#inner.chooseLayer(task, candidates);
    return this.#mayPlace(meshOf(task), candidates[0]?.layer)
      ? this.#inner.chooseLayer(task, candidates)
      : this.#plain.chooseLayer(task, candidates);
  }

  /** A person chose the policy that asks for this. */
  rateNode(task: TaskFacts, node: ClusterNode): number | null {
    return this.#inner.rateNode?.(task, node) ?? null;
  }

  timeoutMs(task: TaskFacts): number | null {
    const learned = this.#learnedLimit(task);
    const { mandates } = this.#options;
    if (learned === null || !this.#hasLearned) return learned;
    const draft = (subject: string) => timeoutDraft(subject, learned, task.spec.executionTimeoutMs);
    return mandates.follows('TIMEOUT', task.typeKey, draft) ? learned : null;
  }

  memoryBytes(task: TaskFacts): number | null {
    if (this.#isKnownToRefuse('MEMORY', task.typeKey)) return null;
    const learned = this.#inner.memoryBytes?.(task) ?? null;
    if (learned === null || !this.#hasLearned) return learned;
    const draft = (subject: string) => memoryDraft(subject, learned, demandOf(task.spec).memoryBytes);
    return this.#options.mandates.follows('MEMORY', task.typeKey, draft) ? learned : null;
  }

  retryMs(code: string, typeKey: string): number | null {
    if (!this.#hasLearned) return this.#inner.retryMs?.(code, typeKey) ?? null;
    const { mandates, tuned } = this.#options;
    const errorClass = kindOfTenant(tenantOfKind(typeKey), errorClassOf(code));
    const set = tuned().find((one) => one.errorClass === errorClass);
    const mandate = set === undefined ? null : followRetry(mandates, set);
    if (set === undefined || mandate === null) return null;
    mandate.changed++;
    return set.ms;
  }

  started(attempt: StartedAttempt): void {
    this.#inner.started?.(attempt);
    if (this.#hasLearned) this.#options.accounts.started(attempt, this.#inner);
  }

  observe(observation: Observation): void {
    this.#inner.observe(observation);
  }

  settled(attempt: SettledAttempt): void {
    this.#inner.settled?.(attempt);
    if (this.#hasLearned) this.#options.accounts.settled(attempt);
    this.#options.settled(attempt);
  }

  /**
   * What would be advised, for forecasts: nothing is asked for because of it. Seconds are as they are predicted, whatever the order
   * goes by.
   */
  forecaster(): Advisor {
    const { mandates } = this.#options;
    const inner = this.#inner;
    const follows = (kind: 'TIMEOUT' | 'MEMORY', { typeKey }: TaskFacts): boolean =>
      !this.#hasLearned || mandates.wouldFollow(kind, typeKey);
    return {
      estimate: (task, place) => inner.estimate(task, place),
      chooseLayer: (task, candidates) => inner.chooseLayer(task, candidates),
      observe: () => undefined,
      timeoutMs: (task) => (follows('TIMEOUT', task) ? (inner.timeoutMs?.(task) ?? null) : null),
      memoryBytes: (task) => (follows('MEMORY', task) ? (inner.memoryBytes?.(task) ?? null) : null),
    };
  }

  /** A prediction takes a hundred times as long as a look-up: nothing is predicted that will not be followed. */
  #isKnownToRefuse(kind: 'TIMEOUT' | 'MEMORY', typeKey: string): boolean {
    const mandate = this.#options.mandates.of(kind, typeKey);
    if (mandate === undefined || mandate.acts) return false;
    mandate.isUsed = true;
    return true;
  }

  #learnedLimit(task: TaskFacts): number | null {
    if (this.#isKnownToRefuse('TIMEOUT', task.typeKey)) return null;
    return this.#inner.timeoutMs?.(task) ?? null;
  }

  #mayPlace(meshName: string, first: LayerName | undefined): Mandate | null {
    const draft = (subject: string) => layerDraft(subject, first ?? 'LOCAL');
    return this.#options.mandates.follows('LAYER', meshName, draft);
  }

  /** Nodes are places of a plan under the policy LEARNED alone, which a person chose. */
  #planned(mesh: MeshOutline): MeshPlanner | null {
    const plan = (): MeshPlanner | null => this.#inner.plannerOf?.(mesh) ?? null;
    if (!this.#hasLearned || mesh.places.some(({ node }) => node !== null)) return plan();
    const facts = mesh.tasks.find((task) => task.facts !== null)?.facts?.();
    if (facts == null) return null;
    const isFollowed = (): boolean => this.#mayPlace(meshOf(facts), mesh.places[0]?.layer) !== null;
    const planner = isFollowed() ? plan() : null;
    const { mandates } = this.#options;
    return planner && new MandatedPlan(planner, isFollowed, () => mandates.changes);
  }
}

/**
 * Says nothing while there is no mandate; the core then chooses as without a plan. What counts of drift is asked about while it is
 * ranked, so that it is ranked anew when another mandate holds.
 */
class MandatedPlan implements MeshPlanner {
  readonly #planner: MeshPlanner;
  readonly #isFollowed: () => boolean;
  readonly #changes: () => number;
  #ranked: number;

  constructor(planner: MeshPlanner, isFollowed: () => boolean, changes: () => number) {
    this.#planner = planner;
    this.#isFollowed = isFollowed;
    this.#changes = changes;
    this.#ranked = changes();
  }

  started(task: number, layer: LayerName): void {
    this.#planner.started(task, layer);
  }

  ended(task: number): void {
    this.#planner.ended(task);
  }

  outdated(): void {
    this.#planner.outdated();
  }

  decide(moment: PlanMoment): PlanDecision {
    if (!this.#isFollowed()) return NO_DECISION;
    const changes = this.#changes();
    if (changes !== this.#ranked) this.#planner.outdated();
    this.#ranked = changes;
    return this.#planner.decide(moment);
  }
}

const NO_DECISION: PlanDecision = { starts: [], waits: [], cost: 0 };

function isSame(one: DurationEstimate | null, other: DurationEstimate | null): boolean {
  return one === other || (one !== null && one.p50 === other?.p50);
}
