/**
 * Which level of autonomy is active, by evidence. A fold over observations with their times: it has no clock and draws
 * nothing, so that the same lines of the ledger lead to the same level. Called by the consciousness with scored runs;
 * it never touches scheduling, others ask `active` and `shadow` what they may do.
 */
import { assert } from '../../kit/assert.js';
import { stakeMax } from '../../kit/statistics/bet.js';
import { NO_EVIDENCE, withObservation } from './evidence.js';
import type { Observation } from './evidence.js';
import { entryOf, exitOf } from './gates.js';
import { below, LEVELS, lower, nextAbove, rankOf } from './level.js';
import type { Level } from './level.js';
import type {
  EvolutionSettings,
  EvolutionState,
  ForceRequest,
  Input,
  LedgerLine,
  Transition,
} from './ledger.js';
import { evidenceWithout } from './evidence-without.js';

const HOUR_MS = 3_600_000;
const WINDOWS_PER_HOUR = 60;
/** Runs in which a level that was given, not earned, has to prove itself. */
const PROBATION_RUNS = 200;
const CHECKPOINT_EVERY = 10_000;

/** States: earned = active; on probation (active above earned); either with a shadow level above. */
export class Evolution {
  #state: EvolutionState;

  private constructor(state: EvolutionState) {
    this.#state = state;
  }

  /** With the first line of its ledger. */
  static start(settings: EvolutionSettings, atMs: number): { evolution: Evolution; line: LedgerLine } {
    const { initialLevel, evolutionRate } = settings;
    assert(evolutionRate >= 0 && evolutionRate <= 1, 'evolution_rate is between 0 and 1');
    const state: EvolutionState = {
      ...{ settings, earned: 'BASIC', active: initialLevel, shadow: null, probationRuns: 0 },
      ...{ evidence: NO_EVIDENCE, windowEndsMs: atMs + windowMs(evolutionRate), lines: 1 },
    };
    return {
      evolution: new Evolution(state),
      line: { number: 0, atMs, entry: { kind: 'STARTED', settings } },
    };
  }

  static restore(state: EvolutionState): Evolution {
    return new Evolution(state);
  }

  snapshot(): EvolutionState {
    return this.#state;
  }

  get active(): Level {
    return this.#state.active;
  }

  get shadow(): Level | null {
    return this.#state.shadow;
  }

  /** Reverse evidence demotes at once, promotion waits for the end of a window. */
  observe(observation: Observation, atMs: number): LedgerLine[] {
    const before = this.#state;
    const { evidence, settings, probationRuns, active, earned } = before;
    const cap = stakeMax(settings.evolutionRate);
    const onProbation = active !== earned && observation.kind === 'RUN';
    this.#state = {
      ...this.#state,
      evidence: withObservation(evidence, observation, cap),
      probationRuns: onProbation ? probationRuns + 1 : probationRuns,
    };
    const made = [...this.#demote(), ...this.#endWindow(atMs), ...this.#endProbation()];
    return this.#write(atMs, { kind: 'OBSERVED', observation }, made, before);
  }

  pass(atMs: number): LedgerLine[] {
    const before = this.#state;
    if (atMs < before.windowEndsMs) return [];
    return this.#write(atMs, { kind: 'PASSED' }, this.#endWindow(atMs), before);
  }

  /** Another rate holds from now on. A higher initial level is given as at the start: on probation. */
  configure(settings: EvolutionSettings, atMs: number): LedgerLine[] {
    const before = this.#state;
    const { active } = before;
    const { initialLevel, evolutionRate } = settings;
    const isGiven = initialLevel !== before.settings.initialLevel && rankOf(initialLevel) > rankOf(active);
    this.#state = {
      ...this.#state,
      settings,
      ...(isGiven ? { active: initialLevel, probationRuns: 0 } : {}),
      windowEndsMs: atMs + windowMs(evolutionRate),
    };
    return this.#write(atMs, { kind: 'CONFIGURED', settings }, [], before);
  }

  /** Up or down. Up without accepting the risk, the new powers run in shadow until the gates have passed. */
  force(request: ForceRequest, atMs: number): LedgerLine[] {
    const before = this.#state;
    const { active, earned, evidence } = before;
    const { to, who, why, acceptRisk } = request;
    const missing = LEVELS.slice(rankOf(earned) + 1, rankOf(to) + 1).flatMap((level) =>
      entryOf(level, evidence).filter(({ met }) => !met),
    );
    const isLower = rankOf(to) <= rankOf(active);
    const acts = acceptRisk || isLower;
    const kind = isLower ? 'LOWERED' : acts ? 'RISK_TAKEN' : 'SHADOWED';
    const transition: Transition = { kind, from: active, to, who, why, missing };
    this.#state = acts
      ? { ...this.#state, active: to, earned: lower(earned, to), shadow: null, probationRuns: 0 }
      : { ...this.#state, shadow: to };
    return this.#write(atMs, { kind: 'FORCED', request }, [transition], before);
  }

  #demote(): Transition[] {
    const { active, earned, evidence } = this.#state;
    for (const level of LEVELS.slice(1, rankOf(active) + 1)) {
      const because = exitOf(level, evidence).filter(({ met }) => met);
      if (because.length === 0) continue;
      const to = below(level);
      const left = LEVELS.slice(rankOf(level), rankOf(active) + 1);
      this.#state = {
        ...this.#state,
        active: to,
        earned: lower(earned, to),
        probationRuns: 0,
        evidence: evidenceWithout(evidence, left),
      };
      return [{ kind: 'DEMOTED', from: active, to, because }];
    }
    return [];
  }

  #endWindow(atMs: number): Transition[] {
    const { windowEndsMs, settings } = this.#state;
    if (atMs < windowEndsMs) return [];
    this.#state = { ...this.#state, windowEndsMs: atMs + windowMs(settings.evolutionRate) };
    const made: Transition[] = [];
    for (let to = nextAbove(this.#state.earned); to !== null; to = nextAbove(to)) {
      const because = entryOf(to, this.#state.evidence);
      if (because.some(({ met }) => !met)) break;
      made.push({ kind: 'PROMOTED', from: this.#state.earned, to, because });
      this.#earn(to);
    }
    return made;
  }

  #earn(to: Level): void {
    const { active, shadow, evidence } = this.#state;
    const isHigher = rankOf(to) > rankOf(active);
    this.#state = {
      ...this.#state,
      earned: to,
      active: isHigher ? to : active,
      shadow: shadow !== null && rankOf(shadow) <= rankOf(to) ? null : shadow,
      // METACOGNITIVE has to be held: what was decided before does not count for the next level.
      evidence: to === 'METACOGNITIVE' ? { ...evidence, metacognitiveDecisions: 0 } : evidence,
    };
  }

  #endProbation(): Transition[] {
    const { active, earned, probationRuns, evidence } = this.#state;
    if (active === earned || probationRuns < PROBATION_RUNS) return [];
    const missing = LEVELS.slice(rankOf(earned) + 1, rankOf(active) + 1).flatMap((level) =>
      entryOf(level, evidence).filter(({ met }) => !met),
    );
    this.#state = { ...this.#state, active: earned, probationRuns: 0 };
    return [{ kind: 'PROBATION_FAILED', from: active, to: earned, because: missing }];
  }

  #write(
    atMs: number,
    input: Input,
    transitions: readonly Transition[],
    before: EvolutionState,
  ): LedgerLine[] {
    const from = before.lines;
    const since = from - (before.checkpoint ?? 0);
    // none behind another: a replay may begin at one
    const isDue = since > 1 && (transitions.length > 0 || since >= CHECKPOINT_EVERY);
    const known = isDue ? { ...before, lines: from + 1, checkpoint: from } : before;
    const { lines, checkpoint } = known;
    this.#state = {
      ...this.#state,
      lines: lines + 1 + transitions.length,
      ...(checkpoint === undefined ? {} : { checkpoint }),
    };
    const entries = [
      ...(isDue ? [{ kind: 'CHECKPOINT', state: known } as const] : []),
      input,
      ...transitions,
    ];
    return entries.map((entry, i) => ({ number: from + i, atMs, entry }));
  }
}

/** At a rate of 0 no window ever ends. */
function windowMs(evolutionRate: number): number {
  return evolutionRate === 0 ? Number.MAX_SAFE_INTEGER : HOUR_MS / (WINDOWS_PER_HOUR * evolutionRate);
}
