/**
 * Draws one order of tasks for each mesh that begins, from several that are held with amplitudes; takes in what the replay of the
 * run says of all of them, and updates. Where the level may not, nothing is drawn and replays alone tell. Called with every mesh
 * that begins and every run that was scored; the pure part is `policies/policy-mixture.ts`.
 */
import type { Clock } from '../../../kit/clock.js';
import type { Json, JsonObject } from '../../../kit/json.js';
import type { Observation } from '../../evolution/evidence.js';
import { candidate, type Proposal } from '../../decisions/decision.js';
import { ORDER_POLICIES, type OrderPolicy, POLICY_WORDS } from '../../policies/order-policies.js';
import { type MixtureState, type PolicyDraw, PolicyMixture } from '../../policies/policy-mixture.js';
import type { DecisionBook, Result } from '../records/decision-book.js';
import type { LevelKeeper } from '../records/level-keeper.js';
import type { Records } from '../records/records.js';
import type { Replay } from '../replay.js';
import { PolicyEffects } from './policy-effects.js';

export interface BegunMesh {
  readonly meshId: string;
  readonly name: string;
  readonly tasks: number;
}

export interface PolicyRuleOptions {
  readonly book: DecisionBook;
  readonly levels: LevelKeeper;
  readonly records: Records;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly now: () => number;
  /** What was spent on finding out by other means than draws, in runs. */
  readonly spentElsewhere: () => number;
  /** The tasks of a mesh count otherwise than before. */
  readonly reorder: (meshId: string) => void;
}

export interface PolicyReport {
  readonly context: string;
  readonly name: OrderPolicy;
  readonly meaning: string;
  /** Its square is the probability that the policy is the best. It carries no phase, and nothing interferes. */
  readonly amplitude: number;
  readonly probability: number;
  /** Runs of the context that were replayed, fading. */
  readonly runs: number;
  /** ln(makespan / that of the static twin): mean of what is believed. */
  readonly meanCost: number;
  /** One dominates, or all are the same: nothing is drawn. */
  readonly idle: boolean;
  /** Of draws in all contexts: by which share the makespan is longer with it than without; null: too few draws. */
  readonly effect: {
    readonly difference: number;
    readonly from: number;
    readonly to: number;
    readonly draws: number;
  } | null;
}

const PART = 'policies';
const SEED = 'policies';
/** Smaller ones have no order to choose, larger ones are not put in order anew while they run. */
const TASKS_MIN = 3;
const TASKS_MAX = 500;
/** Rows that are written for draws: so many at once, and so many a second. */
const BURST = 20;
const PER_SECOND = 2;
const DRAWN_MAX = 500;
const CONTEXTS_MAX = 50;
const REPORTED = 10;
/** POLICIES is told of when the gate would see it otherwise, and every so many runs. */
const TOLD_EVERY = 20;
const Z90 = 1.645;
const DEFAULT: OrderPolicy = ORDER_POLICIES[0];

interface Drawn {
  readonly context: string;
  readonly draw: PolicyDraw;
  readonly decisionId: string;
  readonly acts: boolean;
  result: Result;
}

const UNKNOWN: Result = { cost: null, staticCost: null, affected: 0, saved: 0 };

export class PolicyRule {
  readonly #options: PolicyRuleOptions;
  #mixture = fresh();
  readonly effects = new PolicyEffects();
  /** Seconds that runs of a context take on the virtual clock in the static order: mean of logarithms. */
  #usual = new Map<string, number>();
  readonly #drawn = new Map<string, Drawn>();
  readonly #acting = new Map<string, OrderPolicy>();
  #isLeading = false;
  #credit = BURST;
  #creditedAt = 0;
  #told = '';
  #sinceTold = 0;
  #idle = new Set<string>();

  constructor(options: PolicyRuleOptions) {
    this.#options = options;
    options.records.keep(PART, () => this.#snapshot());
  }

  recall(state: Json | undefined): void {
    if (state === undefined) return;
    const { mixture, effects, usual } = state as unknown as {
      mixture: MixtureState;
      effects: Json;
      usual: [string, number][];
    };
    this.#mixture = new PolicyMixture(mixture);
    this.effects.restore(effects);
    this.#usual = new Map(usual);
  }

  lead(): void {
    this.#isLeading = true;
  }

  end(): void {
    this.#isLeading = false;
    this.#drawn.clear();
    this.#acting.clear();
    this.#idle.clear();
  }

  get isIdle(): boolean {
    return this.#acting.size === 0;
  }

  /** Undefined: as the levels beneath do. */
  policyOf(meshId: string): OrderPolicy | undefined {
    return this.#acting.get(meshId);
  }

  /** Nothing is drawn in a context of which no run was replayed yet. */
  async begun({ meshId, name, tasks }: BegunMesh): Promise<void> {
    const usual = this.#usual.get(name);
    const { levels } = this.#options;
    const isAsked = levels.may('POLICY_MIXTURE') || levels.shadows('POLICY_MIXTURE');
    if (!this.#isLeading || !isAsked || usual === undefined || tasks < TASKS_MIN || tasks > TASKS_MAX) return;
    this.#mixture.spentElsewhere = this.#options.spentElsewhere();
    const draw = this.#mixture.draw(name, meshId);
    if (draw.idle && draw.policy === DEFAULT) return;
    if (!this.#hasCredit()) return;
    // whose end was missed
    if (this.#drawn.size >= DRAWN_MAX) await this.dropped(this.#drawn.keys().next().value as string);
    await this.#decide({ meshId, name, tasks }, draw, Math.exp(usual));
  }

  async #decide({ meshId, name, tasks }: BegunMesh, draw: PolicyDraw, usual: number): Promise<void> {
    const { book, reorder } = this.#options;
    const held: { drawn?: Drawn } = {};
    const proposal = this.#proposalOf({ meshId, name, tasks }, draw, usual);
    const release = (): Result => {
      this.#drawn.delete(meshId);
      if (this.#acting.delete(meshId)) reorder(meshId);
      return held.drawn?.result ?? UNKNOWN;
    };
    const row = await book.decide({ proposal, recalled: [], isRoutine: true, release });
    if (row === undefined || !this.#isLeading) return;
    const drawn = { context: name, draw, decisionId: row.id, acts: row.mode === 'ACTING', result: UNKNOWN };
    held.drawn = drawn;
    this.#drawn.set(meshId, drawn);
    if (!drawn.acts || draw.policy === DEFAULT) return;
    this.#acting.set(meshId, draw.policy as OrderPolicy);
    reorder(meshId);
  }

  #proposalOf({ meshId, name, tasks }: BegunMesh, draw: PolicyDraw, usual: number): Proposal {
    const beliefs = this.#mixture.forecasts(name);
    const candidates = ORDER_POLICIES.map((policy, at) => {
      const { mean, sd } = beliefs[at] as { mean: number; sd: number };
      const [from, to] = [mean - Z90 * sd, mean + Z90 * sd].map((log) => usual * Math.exp(log));
      return candidate(policy, usual * Math.exp(mean), from, to);
    });
    const expected = (policy: string): number => candidates.find((one) => one.name === policy)?.mean ?? 0;
    const byPolicy = (values: readonly number[]): JsonObject =>
      Object.fromEntries(ORDER_POLICIES.map((policy, at) => [policy, digits(values[at] as number)]));
    return {
      ...{ kind: 'POLICY', subject: name, candidates, chosen: draw.policy, staticChoice: DEFAULT },
      reason: `${draw.reason} (${POLICY_WORDS[draw.policy as OrderPolicy]})`,
      expectedEffect: expected(DEFAULT) - expected(draw.policy),
      propensity: draw.propensity,
      parameters: {
        ...{ meshId, tasks, propensities: byPolicy(draw.propensities) },
        amplitudes: byPolicy(draw.amplitudes),
      },
    };
  }

  /** A run was replayed in every order. What the gates are told of it. */
  async scored(meshId: string, replay: Replay): Promise<Observation[]> {
    const { meshName, makespans, actualSeconds, tasks } = replay;
    if (tasks < TASKS_MIN || !(makespans.STATIC > 0)) return await this.dropped(meshId);
    const drawn = this.#drawn.get(meshId);
    const policy = drawn?.acts === true ? (drawn.draw.policy as OrderPolicy) : DEFAULT;
    const costs = Object.fromEntries(
      ORDER_POLICIES.map((one) => [one, Math.log(makespans[one] / makespans.STATIC)]),
    );
    this.#mixture.measure(meshName, drawn?.acts === true ? policy : null, costs);
    this.#learnUsual(meshName, makespans.STATIC);
    if (drawn !== undefined) await this.#close(drawn, replay);
    if (drawn?.acts === true && !drawn.draw.idle && actualSeconds > 0)
      this.effects.add(policy, Math.log(actualSeconds / makespans.STATIC), drawn.draw.propensities);
    await this.#tellIdle(meshName);
    const gain = (makespans[DEFAULT] - makespans[policy]) / Math.max(makespans[DEFAULT], 1e-9);
    const ablation: Observation[] = this.#options.levels.may('POLICY_MIXTURE')
      ? [{ kind: 'ABLATION', level: 'QUANTUM', gain }]
      : [];
    return [...ablation, ...this.#policies()];
  }

  /** It ended and cannot be replayed. */
  async dropped(meshId: string): Promise<Observation[]> {
    const drawn = this.#drawn.get(meshId);
    if (drawn !== undefined) await this.#options.book.close(drawn.decisionId);
    return [];
  }

  get explorationShare(): number {
    this.#mixture.spentElsewhere = this.#options.spentElsewhere();
    return this.#mixture.explorationShare;
  }

  /** Of the contexts in which most was seen lately. */
  report(): PolicyReport[] {
    return this.#mixture.busiest(REPORTED).flatMap(({ context, runs }) => {
      const probabilities = this.#mixture.probabilities(context);
      const amplitudes = this.#mixture.amplitudes(context);
      const beliefs = this.#mixture.forecasts(context);
      const { idle } = this.#mixture.draw(context, '');
      return ORDER_POLICIES.map((name, at): PolicyReport => {
        const { verdict, difference, from, to, draws } = this.effects.effectOf(name);
        return {
          ...{ context, name, meaning: POLICY_WORDS[name], runs, idle },
          amplitude: amplitudes[at] as number,
          probability: probabilities[at] as number,
          meanCost: beliefs[at]?.mean ?? 0,
          effect: verdict === 'TOO_FEW' ? null : { difference, from, to, draws },
        };
      });
    });
  }

  async #close({ draw, decisionId, acts }: Drawn, { makespans, tasks }: Replay): Promise<void> {
    const drawn = [...this.#drawn.values()].find((one) => one.decisionId === decisionId);
    if (drawn !== undefined)
      drawn.result = {
        cost: makespans[draw.policy as OrderPolicy],
        staticCost: makespans[DEFAULT],
        affected: acts && draw.policy !== DEFAULT ? tasks : 0,
        saved: 0,
      };
    await this.#options.book.close(decisionId);
  }

  #learnUsual(context: string, seconds: number): void {
    const known = this.#usual.get(context);
    const log = Math.log(seconds);
    this.#usual.delete(context);
    this.#usual.set(context, known === undefined ? log : known + 0.2 * (log - known));
    if (this.#usual.size > CONTEXTS_MAX) this.#usual.delete(this.#usual.keys().next().value as string);
  }

  /** Of the busiest context in which policies differ at all. */
  #policies(): Observation[] {
    const [busiest] = this.#mixture.busiest(1);
    if (busiest === undefined) return [];
    const probabilities = this.#mixture.probabilities(busiest.context).map(digits);
    const explorationShare = digits(this.explorationShare);
    const open = probabilities.filter((p) => p >= 0.1 && p <= 0.9).length;
    const told = `${busiest.context} ${open} ${explorationShare > 0.02}`;
    if (told === this.#told && ++this.#sinceTold < TOLD_EVERY) return [];
    [this.#told, this.#sinceTold] = [told, 0];
    return [{ kind: 'POLICIES', probabilities, explorationShare }];
  }

  /** Once, when a context has settled. */
  async #tellIdle(context: string): Promise<void> {
    const { levels, records, now } = this.#options;
    if (!levels.may('POLICY_MIXTURE')) return;
    const { idle, reason, policy } = this.#mixture.draw(context, '');
    if (idle === this.#idle.has(context)) return;
    if (!idle) {
      this.#idle.delete(context);
      return;
    }
    this.#idle.add(context);
    const text = `orders of ${context}: ${reason}; QUANTUM adds nothing there for now`;
    const id = `POLICY:${context}:${now()}`;
    await records.settle({
      insights: [
        { id, at: new Date(now()), kind: 'POLICY', subject: policy, text, patternId: null, decisionId: null },
      ],
    });
  }

  #hasCredit(): boolean {
    const now = this.#options.clock.monotonic();
    this.#credit = Math.min(BURST, this.#credit + ((now - this.#creditedAt) * PER_SECOND) / 1000);
    this.#creditedAt = now;
    if (this.#credit < 1) return false;
    this.#credit--;
    return true;
  }

  #snapshot(): Json {
    const state = {
      mixture: this.#mixture.snapshot(),
      effects: this.effects.snapshot(),
      usual: [...this.#usual],
    };
    return state as unknown as Json;
  }
}

function fresh(): PolicyMixture {
  return new PolicyMixture({ policies: ORDER_POLICIES, seed: SEED, contexts: [] });
}

function digits(value: number): number {
  return Number(value.toPrecision(4));
}
