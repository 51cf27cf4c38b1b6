/**
 * Whether a machine really makes work fail or lag that was found to go with it: for each mesh that begins it is drawn, with equal
 * chances, whether the mesh keeps away from that machine where it has another, and what comes of both is compared. Only this makes
 * a cause of an association. One machine is tried at a time. Called with meshes that begin and runs that were scored.
 */
import type { Json } from '../../../kit/json.js';
import { SeededRandom } from '../../../kit/random.js';
import type { InsightRow, PatternRow, Unnumbered } from '../../../store/consciousness.js';
import { candidate, type Proposal } from '../../decisions/decision.js';
import { type Effect, effectOf } from '../../patterns/causal/randomised-effect.js';
import { causeFinding } from '../fold/findings.js';
import type { DecisionBook, Result } from '../records/decision-book.js';
import type { LevelKeeper } from '../records/level-keeper.js';
import type { Records } from '../records/records.js';
import type { Replay } from '../replay.js';
import type { BegunMesh } from './policy-rule.js';

type Pattern = Unnumbered<PatternRow>;

export interface PlaceTrialOptions {
  readonly book: DecisionBook;
  readonly levels: LevelKeeper;
  readonly records: Records;
  readonly now: () => number;
  /** Those that hold. */
  readonly patterns: () => readonly Pattern[];
  /** Exploring may cost more than it has. */
  readonly hasBudget: () => boolean;
}

const PART = 'placeTrials';
const SEED = 'places';
const AVOIDS = 0.5;
/** Meshes after which the difference is looked at. The risk of 5 % to see one that is none is shared by the looks (Bonferroni). */
const LOOKS = [40, 80, 160, 300] as const;
const CONFIDENCE = 1 - 0.05 / LOOKS.length;
const OPEN_MAX = 100;
const SETTLED_MAX = 100;
const TASKS_MIN = 2;
const MACHINE = 'machine ';
const UNKNOWN: Result = { cost: null, staticCost: null, affected: 0, saved: 0 };

interface Trial {
  readonly patternId: string;
  readonly machine: string;
  readonly outcome: string;
  /** Did the mesh keep away, what came of it, and how long it took as a share of what the static twin does. */
  readonly draws: (readonly [avoided: boolean, loss: number, cost: number])[];
}

interface Open {
  readonly decisionId: string;
  readonly machine: string;
  readonly avoids: boolean;
  readonly acts: boolean;
}

export class PlaceTrials {
  readonly #options: PlaceTrialOptions;
  #trial: Trial | undefined;
  /** Associations that were tried. */
  #settled: string[] = [];
  readonly #open = new Map<string, Open>();
  readonly #avoiding = new Map<string, string>();
  /** By trials that are over; see `spent`. */
  #spentBefore = 0;
  #isLeading = false;

  constructor(options: PlaceTrialOptions) {
    this.#options = options;
    options.records.keep(
      PART,
      () =>
        ({
          ...{ trial: this.#trial ?? null, settled: this.#settled },
          spent: this.#spentBefore,
        }) as unknown as Json,
    );
  }

  recall(state: Json | undefined): void {
    if (state === undefined) return;
    const { trial, settled, spent } = structuredClone(state) as unknown as {
      trial: Trial | null;
      settled: string[];
      spent?: number;
    };
    this.#spentBefore = spent ?? 0;
    this.#trial = trial ?? undefined;
    this.#settled = settled;
  }

  lead(): void {
    this.#isLeading = true;
  }

  end(): void {
    this.#isLeading = false;
    this.#open.clear();
    this.#avoiding.clear();
  }

  /**
   * What keeping away has cost, in runs of the static twin: how much longer those meshes took than those that did not. Of a trial as
   * a whole and only what is beyond its standard error: makespans spread by tens of per cent, and chance is no cost.
   */
  get spent(): number {
    return this.#spentBefore + (this.#trial === undefined ? 0 : costOf(this.#trial));
  }

  get isIdle(): boolean {
    return this.#avoiding.size === 0;
  }

  avoids(meshId: string, machine: string): boolean {
    return this.#avoiding.get(meshId) === machine;
  }

  async begun({ meshId, name, tasks }: BegunMesh): Promise<void> {
    const { levels, book, hasBudget } = this.#options;
    const isAsked = levels.may('EXPLORATION') || levels.shadows('EXPLORATION');
    if (!this.#isLeading || !isAsked || tasks < TASKS_MIN) return;
    const trial = this.#current();
    if (trial === undefined || !hasBudget()) return;
    // whose end was missed
    if (this.#open.size >= OPEN_MAX) await this.dropped(this.#open.keys().next().value as string);
    const { machine, patternId } = trial;
    const avoids = new SeededRandom(SEED).fork(`${patternId}/${meshId}`).next() < AVOIDS;
    const release = (): Result => {
      this.#open.delete(meshId);
      this.#avoiding.delete(meshId);
      return UNKNOWN;
    };
    const proposal = proposalOf(trial, { meshId, name, avoids });
    const row = await book.decide({ proposal, recalled: [], isRoutine: true, release });
    if (row === undefined || !this.#isLeading) return;
    const acts = row.mode === 'ACTING';
    this.#open.set(meshId, { decisionId: row.id, machine, avoids, acts });
    if (acts && avoids) this.#avoiding.set(meshId, machine);
  }

  async scored(meshId: string, replay: Replay): Promise<void> {
    const open = this.#open.get(meshId);
    if (open === undefined) return;
    await this.#options.book.close(open.decisionId);
    const trial = this.#trial;
    if (!open.acts || trial?.machine !== open.machine) return;
    trial.draws.push([open.avoids, lossOf(trial.outcome, replay), timeOf(replay)]);
    if (!LOOKS.some((look) => look === trial.draws.length)) return;
    const draws = trial.draws.map(([chosen, loss]) => ({ chosen, propensity: AVOIDS, loss }));
    const effect = effectOf(draws, CONFIDENCE);
    if (effect.verdict === 'EFFECT' || draws.length === LOOKS.at(-1)) await this.#settle(trial, effect);
  }

  async dropped(meshId: string): Promise<void> {
    const open = this.#open.get(meshId);
    if (open !== undefined) await this.#options.book.close(open.decisionId);
  }

  #current(): Trial | undefined {
    const held = this.#options.patterns().filter(({ kind }) => kind === 'ASSOCIATION');
    if (this.#trial !== undefined && held.some(({ id }) => id === this.#trial?.patternId)) return this.#trial;
    this.#close();
    for (const { id, evidence } of held) {
      const { factor, outcome } = evidence as { factor?: string; outcome?: string };
      if (factor?.startsWith(MACHINE) !== true || this.#settled.includes(id)) continue;
      const machine = factor.slice(MACHINE.length);
      this.#trial = { patternId: id, machine, outcome: outcome ?? 'FAILED', draws: [] };
      break;
    }
    return this.#trial;
  }

  #close(): void {
    this.#spentBefore = this.spent;
    this.#trial = undefined;
  }

  async #settle({ patternId, machine, outcome, draws }: Trial, effect: Effect): Promise<void> {
    this.#close();
    this.#settled = [...this.#settled, patternId].slice(-SETTLED_MAX);
    const { records, now } = this.#options;
    const at = new Date(now());
    const isCause = effect.verdict === 'EFFECT' && effect.difference < 0;
    const finding = causeFinding({ machine, outcome, effect, patternId });
    const id = `CAUSE:${patternId}`;
    const pattern: Pattern = { id, ...finding, foundAt: at, seq: 0, endedAt: null };
    const text = isCause
      ? finding.text
      : `${machine} goes with ${outcome === 'FAILED' ? 'failures' : 'slow runs'} and was not shown to cause them: ${draws.length} meshes were drawn to keep away from it or not, and the difference lies between ${effect.from.toPrecision(2)} and ${effect.to.toPrecision(2)}`;
    const insight: Unnumbered<InsightRow> = {
      ...{ id: `INSIGHT:${id}`, at, kind: 'CAUSE', subject: machine, text },
      ...{ patternId: isCause ? id : patternId, decisionId: null },
    };
    await records.settle({ patterns: isCause ? [pattern] : [], insights: [insight] });
  }
}

function lossOf(outcome: string, replay: Replay): number {
  if (outcome === 'FAILED') return replay.failed / Math.max(1, replay.attempts);
  return Math.log(timeOf(replay));
}

function timeOf({ actualSeconds, makespans }: Replay): number {
  return Math.max(actualSeconds, 1e-3) / Math.max(makespans.STATIC, 1e-3);
}

function costOf({ draws }: Trial): number {
  const costs = (avoided: boolean): number[] =>
    draws.flatMap(([kept, , cost]) => (kept === avoided ? [cost] : []));
  const [away, there] = [costs(true), costs(false)];
  if (away.length < 2 || there.length < 2) return 0;
  const error = Math.sqrt(varianceOfMean(away) + varianceOfMean(there));
  return Math.max(0, away.length * (meanOf(away) - meanOf(there) - error));
}

function varianceOfMean(values: readonly number[]): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return squares / (values.length * (values.length - 1));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function proposalOf(
  { machine, patternId, outcome, draws }: Trial,
  { meshId, name, avoids }: { readonly meshId: string; readonly name: string; readonly avoids: boolean },
): Proposal {
  const chosen = avoids ? 'keep away' : 'as advised';
  return {
    ...{ kind: 'EXPERIMENT', subject: machine, chosen, staticChoice: 'as advised', propensity: AVOIDS },
    candidates: [candidate('keep away', 0), candidate('as advised', 0)],
    reason: `drawn with ${100 * AVOIDS} %, to see whether ${machine} causes the ${outcome === 'FAILED' ? 'failures' : 'slow runs'} that go with it: mesh ${name} ${avoids ? 'keeps away from it where it has another place' : 'may run there'} (draw ${draws.length + 1})`,
    expectedEffect: 0,
    parameters: { meshId, pattern: patternId },
  };
}
