/**
 * Every decision as a row: written before anything is done, closed with what came of it, vetoed or undone by people. A rule
 * proposes and carries out; whether it acts or is only thought, the book says, by level and by the vetoes that stand. Called by
 * the rules and by people.
 */
import type { Json, JsonObject } from '../../../kit/json.js';
import type {
  DecisionEnd,
  DecisionMode,
  DecisionOutcomeRow,
  DecisionRow,
  InsightRow,
  Unnumbered,
} from '../../../store/consciousness.js';
import type { Candidate, DecisionKind, Proposal } from '../../decisions/decision.js';
import { forecastScore } from '../../decisions/score.js';
import type { Power } from '../../evolution/level.js';
import type { LevelKeeper } from './level-keeper.js';
import { Objections } from './objections.js';
import { type Asking, leadsNoLonger, type Records, type Standing } from './records.js';
import { Tallies } from './tallies.js';

type Row = Unnumbered<DecisionRow>;

/** What came of a decision, as the rule that carried it out knows. Costs: see `DecisionOutcomeRow`. */
export interface Result {
  readonly cost: number | null;
  readonly staticCost: number | null;
  readonly affected: number;
  readonly saved: number;
}

export interface Asked {
  readonly proposal: Proposal;
  readonly recalled: readonly number[];
  /** The like was done before, and people were told of it then. */
  readonly isRoutine?: boolean;
  /** Ends what is done because of it, and tells what came of it. */
  readonly release: (row: Row) => Result;
}

export interface Person extends Asking {
  readonly by: string;
  readonly why: string;
}

export interface DecisionBookOptions {
  readonly records: Records;
  readonly levels: LevelKeeper;
  readonly newId: () => string;
  readonly now: () => number;
  /** Told of what came of each that acted until it was over. */
  readonly ended: (row: Row) => void;
  readonly failed: (error: unknown) => void;
}

/** Kinds that are decided on a running server, and the power that each needs. */
export const POWER_OF: Readonly<Partial<Record<DecisionKind, Power>>> = {
  CIRCUIT_BREAK: 'CIRCUIT_BREAKER',
  ALERT: 'ALERT',
  HOLD: 'HOLD_BEFORE_BAD_WINDOW',
  QUARANTINE: 'QUARANTINE_TYPE',
  POLICY: 'POLICY_MIXTURE',
  EXPERIMENT: 'EXPLORATION',
  ORDER: 'PREDICTED_ORDER',
  LAYER: 'PREDICTED_LAYER',
  DRIFT: 'HEED_DRIFT',
  TIMEOUT: 'PREDICTED_TIMEOUT',
  MEMORY: 'PREDICTED_MEMORY',
  RETRY: 'RETRY_BY_ERROR_CLASS',
  CONCURRENCY: 'TUNING',
  SHARE: 'JOINT_OBJECTIVE',
};

const NOTHING: Result = { cost: null, staticCost: null, affected: 0, saved: 0 };
const GOOD = 0.5;
/** Its part of the standing. */
const OBJECTIONS = 'objections';

export class DecisionBook {
  readonly #options: DecisionBookOptions;
  readonly #open = new Map<string, { readonly row: Row; readonly release: Asked['release'] }>();
  readonly objections = new Objections();
  readonly tallies = new Tallies();

  constructor(options: DecisionBookOptions) {
    this.#options = options;
    options.records.keep(OBJECTIONS, () => this.objections.snapshot());
    options.records.keep('tallies', () => this.tallies.snapshot());
  }

  get openCount(): number {
    return this.#open.size;
  }

  recall({ objections, tallies }: Standing): void {
    if (objections !== undefined) this.objections.restore(objections);
    if (tallies !== undefined) this.tallies.restore(tallies);
  }

  /** Those of a leader before are over: what was done because of them ended with its lead. */
  async lead(left: readonly Row[]): Promise<void> {
    const why = 'the server that made it leads no longer';
    const decisions = left.map((row) => this.#ended(row, NOTHING, { how: 'DONE', by: null, why }));
    if (decisions.length > 0) await this.#options.records.write({ decisions });
  }

  end(): void {
    for (const { row, release } of this.#open.values()) release(row);
    this.#open.clear();
  }

  /** Would it be done now, and not only thought? */
  acts(kind: DecisionKind, subject: string): boolean {
    return this.#modeOf(kind, subject).mode === 'ACTING';
  }

  /** Resolves with the row when it is written; undefined: it could not be, and nothing may be done. */
  async decide({ proposal, recalled, release, isRoutine = false }: Asked): Promise<Row | undefined> {
    const row = this.#rowOf(proposal, recalled);
    this.tallies.made(row.kind, row.mode);
    const insights = row.mode === 'ACTING' && !isRoutine ? [insightOf(row)] : [];
    const isWritten = await this.#options.records.write({ decisions: [row], insights }).catch((error) => {
      this.#options.failed(error);
      return false;
    });
    if (!isWritten) return undefined;
    this.#open.set(row.id, { row, release });
    return row;
  }

  /** What it was made for is over. */
  async close(id: string): Promise<void> {
    const open = this.#open.get(id);
    if (open === undefined) return;
    await this.#end(open, { how: 'DONE', by: null, why: null });
  }

  /** Ended, and learned from. Undefined: it is not open. */
  async veto(id: string, { by, why, requestId, audit }: Person): Promise<Row | undefined> {
    const open = this.#open.get(id);
    if (open === undefined) return undefined;
    const { kind, subject } = open.row;
    this.objections.raise({ kind, subject, by, why, atMs: this.#options.now() });
    return await this.#end(open, { how: 'VETOED', by, why }, { requestId, audit });
  }

  /** Ended now, and nothing is learned from it. Undefined: it is not open. */
  async undo(id: string, { by, why, requestId, audit }: Person): Promise<Row | undefined> {
    const open = this.#open.get(id);
    if (open === undefined) return undefined;
    return await this.#end(open, { how: 'UNDONE', by, why }, { requestId, audit });
  }

  /** -1 to 1: how good it was. */
  async rate(before: Row, rating: number, { by, why, requestId, audit }: Person): Promise<void> {
    const { id, kind, subject } = before;
    const atMs = this.#options.now();
    const hear = (objections: Objections): void => {
      if (rating <= -GOOD) objections.raise({ kind, subject, by, why, atMs });
      else if (rating >= GOOD) objections.answer(kind, subject);
    };
    const isWritten = await this.#options.records.change(() => {
      const objections = this.objections.copy();
      hear(objections);
      const row = { ...(this.#open.get(id)?.row ?? before), rating, ratedBy: by };
      return {
        rows: { decisions: [row], audits: audit ? [audit] : [] },
        part: [OBJECTIONS, objections.snapshot()],
        requests: [{ requestId }],
        committed: () => {
          hear(this.objections);
          const open = this.#open.get(id);
          if (open !== undefined) this.#open.set(id, { ...open, row: { ...open.row, rating, ratedBy: by } });
        },
      };
    });
    if (!isWritten) throw leadsNoLonger();
  }

  #rowOf(proposal: Proposal, recalled: readonly number[]): Row {
    const { kind, subject, candidates, chosen, staticChoice, reason, expectedEffect, propensity } = proposal;
    const { newId, now, levels } = this.#options;
    const { mode, because } = this.#modeOf(kind, subject);
    return {
      ...{ id: newId(), at: new Date(now()), kind, subject, level: levels.active, mode },
      candidates: candidates.map((one) => ({ ...one })) as unknown as Json,
      ...{ chosen, staticChoice, reason: reason + because, expectedEffect, propensity },
      parameters: proposal.parameters as JsonObject,
      ...{ recalled, outcome: null, rating: null, ratedBy: null },
    };
  }

  #modeOf(kind: DecisionKind, subject: string): { mode: DecisionMode; because: string } {
    const objection = this.objections.against(kind, subject);
    if (objection !== undefined) {
      const because = ` (only thought: ${objection.by} vetoed it, and it has to have paid ${objection.owed} times first)`;
      return { mode: 'SHADOW', because };
    }
    const { levels } = this.#options;
    const power = POWER_OF[kind];
    if (power !== undefined && levels.may(power)) return { mode: 'ACTING', because: '' };
    return { mode: 'SHADOW', because: ` (only thought: ${levels.active} may not do this)` };
  }

  async #end(
    { row, release }: { row: Row; release: Asked['release'] },
    how: { how: DecisionEnd; by: string | null; why: string | null },
    { requestId, audit }: Asking = {},
  ): Promise<Row> {
    this.#open.delete(row.id);
    const ended = this.#ended(row, release(row), how);
    const insights = this.#learn(ended);
    const settled = { decisions: [ended], insights, audits: audit ? [audit] : [] };
    await this.#options.records.settle(settled, { requestId }).catch(this.#options.failed);
    if (how.how === 'DONE' && row.mode === 'ACTING') this.#options.ended(ended);
    return ended;
  }

  /** A level that was left takes with it what only it may do. To be called with the time. */
  async enforce(): Promise<void> {
    const { levels } = this.#options;
    for (const open of [...this.#open.values()]) {
      const power = POWER_OF[open.row.kind as DecisionKind];
      if (open.row.mode === 'SHADOW' || power === undefined || levels.may(power)) continue;
      await this.#end(open, { how: 'UNDONE', by: null, why: `${levels.active} may not do this` });
    }
  }

  #ended(
    row: Row,
    result: Result,
    { how, by, why }: { how: DecisionEnd; by: string | null; why: string | null },
  ): Row {
    const { cost, staticCost, affected, saved } = result;
    const candidates = row.candidates as unknown as readonly Candidate[];
    const chosen = candidates.find(({ name }) => name === row.chosen);
    const score = cost === null || chosen === undefined ? null : forecastScore(chosen, cost);
    const outcome: DecisionOutcomeRow = {
      ...{ endedAt: new Date(this.#options.now()), ended: how, by, why, cost, staticCost, affected, saved },
      regret: cost === null || staticCost === null ? null : cost - staticCost,
      ...{ pit: score?.pit ?? null, covered: score?.covered ?? null },
    };
    this.tallies.ended(row.kind, row.mode, outcome);
    return { ...row, outcome };
  }

  /** What was only thought because of a veto, and would have paid, speaks against the veto. */
  #learn({ id, kind, subject, mode, outcome }: Row): Unnumbered<InsightRow>[] {
    const paid = mode === 'SHADOW' && outcome?.ended === 'DONE' && (outcome.regret ?? 0) < 0;
    if (!paid || !this.objections.answer(kind, subject)) return [];
    const text = `${kind} about ${subject} would have paid often enough since it was vetoed: it is done again from now on; veto it again to stop it`;
    const at = new Date(this.#options.now());
    return [{ id: `OBJECTION:${id}`, at, kind: 'OBJECTION', subject, text, patternId: null, decisionId: id }];
  }
}

function insightOf({ id, at, kind, subject, reason }: Row): Unnumbered<InsightRow> {
  return { id: `DECISION:${id}`, at, kind, subject, text: reason, patternId: null, decisionId: id };
}
