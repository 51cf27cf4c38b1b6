/**
 * The story of the demo, against a server that is there: a periodic failure is found and explained, a level is forced and only
 * thought, it is earned with its evidence, starts are held back before the bad windows, and a person vetoes. Told as it happens,
 * over subscriptions; what has to have happened in the end is counted. Called by the command line and by its test.
 */
import type { DemoDoor } from '../demo-learning/door.js';
import {
  type Change,
  changeLines,
  type Decision,
  decisionLines,
  DECISIONS,
  ENDED,
  HISTORY,
  type History,
  historyLines,
  LEVELS,
  outcomeLine,
  PATTERNS,
  TOLD_KINDS,
} from './tellers.js';
import type { DemoWork } from './work.js';

export interface StoryPlan {
  /** The story is cut here, whatever is missing. */
  readonly msMax: number;
  readonly forceAfterMs: number;
  /** Windows that are held back before the veto. */
  readonly held: number;
  /** How long it goes on after the veto. */
  readonly vetoedMs: number;
}

/** What happened, and how often. */
export interface Told {
  /** Over the subscriptions. */
  readonly periods: number;
  readonly forced: number;
  readonly promoted: number;
  readonly thought: number;
  readonly held: number;
  /** By holds that are over: starts that waited, and attempts that are estimated to have been saved. */
  readonly waited: number;
  readonly saved: number;
  readonly vetoed: number;
  /** Of the ledger, the oldest first. */
  readonly levels: readonly string[];
}

const FORCE =
  'mutation { evolveConsciousness(input: { level: COGNITIVE, why: "to see what it would hold back" }) { kind } }';
const VETO = 'mutation ($id: ID!) { vetoDecision(id: $id, why: "the sync has to go out today") { id } }';
const LOOK_MS = 500;

export class Story {
  readonly #door: DemoDoor;
  readonly #work: DemoWork;
  readonly #plan: StoryPlan;
  readonly #say: (...lines: readonly string[]) => void;
  readonly #began = Date.now();
  readonly #told = new Set<string>();
  readonly #changes: Change[] = [];
  #periods = 0;
  #decided: Decision[] = [];
  /** Holds that are over. */
  #over: Decision[] = [];
  #vetoedAt: number | undefined;
  #isOver = false;

  constructor(of: {
    readonly door: DemoDoor;
    readonly work: DemoWork;
    readonly plan: StoryPlan;
    readonly say: (...lines: readonly string[]) => void;
  }) {
    this.#door = of.door;
    this.#work = of.work;
    this.#plan = of.plan;
    this.#say = of.say;
  }

  /** The streams end with the server. */
  async tell(): Promise<Told> {
    for (const stream of [this.#patterns(), this.#levels(), this.#decisions()])
      stream.catch((error: unknown) => this.#isOver || this.#say(`a stream ended: ${String(error)}`));
    await this.#work.start((error) => this.#isOver || this.#say(`refused: ${String(error)}`));
    const force = setTimeout(() => void this.#door.ask(FORCE), this.#plan.forceAfterMs);
    while (!this.#isDone) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      await this.#look();
    }
    clearTimeout(force);
    this.#isOver = true;
    this.#work.stop();
    return await this.#summary();
  }

  get #isDone(): boolean {
    const now = Date.now();
    const isVetoed = this.#vetoedAt !== undefined && now - this.#vetoedAt > this.#plan.vetoedMs;
    return (isVetoed && this.#thought > 0) || now - this.#began > this.#plan.msMax;
  }

  async #patterns(): Promise<void> {
    type Found = { patternRecognized: { kind: string; text: string } };
    for await (const { patternRecognized: one } of this.#door.follow<Found>(PATTERNS, {})) {
      if (one.kind === 'PERIOD') this.#periods++;
      this.#say(`found: ${one.kind}: ${one.text}`);
    }
  }

  async #levels(): Promise<void> {
    type Changed = { consciousnessEvolved: Change };
    for await (const { consciousnessEvolved: one } of this.#door.follow<Changed>(LEVELS, {})) {
      this.#changes.push(one);
      this.#say(...changeLines(one));
    }
  }

  async #decisions(): Promise<void> {
    for await (const { decisionMade: one } of this.#door.follow<{ decisionMade: Decision }>(DECISIONS, {})) {
      if (!TOLD_KINDS.includes(one.kind)) continue;
      this.#say(...decisionLines(one));
      if (one.kind !== 'HOLD') continue;
      this.#decided.push(one);
      await this.#maybeVeto(one);
    }
  }

  async #maybeVeto({ id, mode }: Decision): Promise<void> {
    const isDue = this.#acting.length >= this.#plan.held && this.#vetoedAt === undefined;
    if (!isDue || mode !== 'ACTING') return;
    this.#vetoedAt = Date.now();
    await this.#door.ask(VETO, { id });
    this.#say('a person vetoes that: from now on the like is only thought');
  }

  /** Before the level is earned, if the period is found by then; after the veto in any case. */
  get #thought(): number {
    return this.#decided.filter(({ mode }) => mode === 'SHADOW').length;
  }

  /** Holds that held somebody back, and are over. */
  get #acting(): readonly Decision[] {
    return this.#over.filter(({ mode, outcome }) => mode === 'ACTING' && (outcome?.affected ?? 0) > 0);
  }

  async #look(): Promise<void> {
    const { decisions } = await this.#door.ask<{ decisions: { nodes: Decision[] } }>(ENDED);
    for (const decision of decisions.nodes.toReversed()) {
      if (this.#told.has(decision.id)) continue;
      this.#told.add(decision.id);
      this.#say(outcomeLine(decision));
      if (decision.outcome?.ended === 'DONE') this.#over.push(decision);
    }
  }

  async #summary(): Promise<Told> {
    const history = await this.#door.ask<History>(HISTORY);
    const sum = (of: readonly Decision[], what: 'affected' | 'saved'): number =>
      of.reduce((all, { outcome }) => all + (outcome?.[what] ?? 0), 0);
    const saved = sum(this.#acting, 'saved');
    const shadow = this.#over.filter(({ mode }) => mode === 'SHADOW');
    this.#say(
      'in the history:',
      ...historyLines(history),
      `attempts of the sync that failed: ${await this.#work.failures()}; saved by ${this.#acting.length} holds: ${saved.toFixed(1)}; only thought, they would have been: ${sum(shadow, 'saved').toFixed(0)}`,
    );
    const evolved = (kind: string): number => this.#changes.filter((one) => one.kind === kind).length;
    const { consciousness, consciousnessHistory } = history;
    return {
      ...{ periods: this.#periods, forced: evolved('SHADOWED'), promoted: evolved('PROMOTED') },
      thought: this.#thought,
      ...{ held: this.#acting.length, waited: sum(this.#acting, 'affected'), saved },
      vetoed: consciousness.decisions.reduce((all, { vetoed }) => all + vetoed, 0),
      levels: consciousnessHistory.nodes.map(({ kind }) => kind).toReversed(),
    };
  }
}

/** What the story promises and did not happen; nothing: it is whole. */
export function missingOf(told: Told): string[] {
  const promised: readonly (readonly [string, boolean])[] = [
    ['a period that is found and explained', told.periods > 0],
    ['a level that is forced, and only thought', told.forced > 0 && told.levels.includes('SHADOWED')],
    ['a hold that was only thought', told.thought > 0],
    ['a promotion with its evidence', told.promoted > 0 && told.levels.includes('PROMOTED')],
    ['a hold that saved attempts', told.held > 0 && told.saved > 0],
    ['a veto', told.vetoed > 0],
  ];
  return promised.flatMap(([what, happened]) => (happened ? [] : [what]));
}
