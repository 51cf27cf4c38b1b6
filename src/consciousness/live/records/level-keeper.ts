/**
 * Keeps the evolution of levels on a running server: takes observations in, writes the lines of its ledger with where it stands,
 * and tells people when the level changes. Called by the scorer of runs, by people who force a level, and with the time. A level
 * counts here from the commit of its line on, never before.
 */
import type { Json, JsonObject } from '../../../kit/json.js';
import type { InsightRow, LevelLineRow, Unnumbered } from '../../../store/consciousness.js';
import { NO_EVIDENCE, type Observation } from '../../evolution/evidence.js';
import { Evolution } from '../../evolution/evolution.js';
import {
  type EvolutionSettings,
  type EvolutionState,
  type ForceRequest,
  isTransition,
  type LedgerLine,
  type Transition,
} from '../../evolution/ledger.js';
import { type Level, type Power, powersOf } from '../../evolution/level.js';
import { type Asking, leadsNoLonger, type Records } from './records.js';

const PART = 'evolution';

export class LevelKeeper {
  readonly #records: Records;
  readonly #settings: EvolutionSettings;
  #evolution: Evolution;
  #isObserved = false;

  constructor(records: Records, settings: EvolutionSettings) {
    this.#records = records;
    this.#settings = settings;
    this.#evolution = Evolution.start(settings, 0).evolution;
    records.keep(PART, () => this.#evolution.snapshot() as unknown as Json);
  }

  get state(): EvolutionState {
    return this.#evolution.snapshot();
  }

  get active(): Level {
    return this.#evolution.active;
  }

  may(power: Power): boolean {
    return powersOf(this.#evolution.active).includes(power);
  }

  /** It is thought, and not done: a person forced its level, and the gates have not passed. */
  shadows(power: Power): boolean {
    const { shadow } = this.#evolution;
    return shadow !== null && powersOf(shadow).includes(power);
  }

  /** For servers that follow, and before a lead. */
  recall(standing: JsonObject): void {
    const state = standing[PART] as unknown as EvolutionState | undefined;
    if (state === undefined) return;
    // what is kept may come from a version that gathered less
    const evidence = { ...NO_EVIDENCE, ...state.evidence };
    this.#evolution = Evolution.restore({ ...state, evidence });
  }

  /** Goes on from what was recalled; the first time at all, and under a new configuration, with a line of its own. */
  async lead(isNew: boolean, atMs: number): Promise<void> {
    if (isNew) {
      const { evolution, line } = Evolution.start(this.#settings, atMs);
      await this.#write(() => ({ evolution, lines: [line] }));
      return;
    }
    const { initialLevel, evolutionRate } = this.state.settings;
    const isSame =
      initialLevel === this.#settings.initialLevel && evolutionRate === this.#settings.evolutionRate;
    if (!isSame) await this.#step((evolution) => evolution.configure(this.#settings, atMs));
  }

  observe(observation: Observation, atMs: number): Promise<readonly LedgerLine[]> {
    return this.#step((evolution) => {
      this.#isObserved = true;
      return evolution.observe(observation, atMs);
    });
  }

  /** The line that tells what came of it. */
  async force(request: ForceRequest, atMs: number, { requestId, audit }: Asking = {}): Promise<LevelLineRow> {
    const lines = await this.#step((evolution) => evolution.force(request, atMs), { requestId, audit });
    return rowOf(lines.at(-1) as LedgerLine);
  }

  /** The end of a window; where nothing was observed in it, it can change nothing. */
  async pass(atMs: number): Promise<void> {
    if (!this.#isObserved || !this.#records.isLeading) return;
    const lines = await this.#step((evolution) => evolution.pass(atMs));
    if (lines.length > 0) this.#isObserved = false;
  }

  /** On a copy, which takes its place when the lines are committed. */
  #step(
    take: (evolution: Evolution) => readonly LedgerLine[],
    asking?: Asking,
  ): Promise<readonly LedgerLine[]> {
    return this.#write(() => {
      const evolution = Evolution.restore(this.#evolution.snapshot());
      return { evolution, lines: take(evolution) };
    }, asking);
  }

  async #write(
    make: () => { readonly evolution: Evolution; readonly lines: readonly LedgerLine[] },
    { requestId, audit }: Asking = {},
  ): Promise<readonly LedgerLine[]> {
    let made: readonly LedgerLine[] = [];
    const isWritten = await this.#records.change(() => {
      const { evolution, lines } = make();
      made = lines;
      if (lines.length === 0) return null;
      return {
        rows: { lines: lines.map(rowOf), insights: lines.flatMap(insightsOf), audits: audit ? [audit] : [] },
        part: [PART, evolution.snapshot() as unknown as Json],
        requests: [{ requestId, said: lines.at(-1)?.number }],
        committed: () => {
          this.#evolution = evolution;
        },
      };
    });
    if (!isWritten) throw leadsNoLonger();
    return made;
  }
}

export function rowOf({ number, atMs, entry }: LedgerLine): LevelLineRow {
  return { number, at: new Date(atMs), kind: entry.kind, entry: entry as unknown as JsonObject };
}

function insightsOf({ number, atMs, entry }: LedgerLine): Unnumbered<InsightRow>[] {
  if (!isTransition(entry)) return [];
  return [
    {
      ...{ id: `LEVEL:${number}`, at: new Date(atMs), kind: 'LEVEL', subject: entry.to },
      ...{ text: textOf(entry), patternId: null, decisionId: null },
    },
  ];
}

export function textOf(entry: Transition): string {
  const { from, to } = entry;
  switch (entry.kind) {
    case 'PROMOTED':
      return `${to} is earned: ${entry.because.map(({ name, has }) => `${name} (${has})`).join('; ')}`;
    case 'DEMOTED':
      return `back from ${from} to ${to}: ${entry.because.map(({ name, has }) => `${name} (${has})`).join('; ')}`;
    case 'PROBATION_FAILED':
      return `${from} was given and not earned on probation, so ${to} acts; it lacked ${entry.because.map(({ name, has, needs }) => `${name} (${has}, needs ${needs})`).join('; ')}`;
    case 'SHADOWED':
      return `${entry.who} forced ${to} (${entry.why}): its powers run in shadow until its gates have passed`;
    case 'RISK_TAKEN':
      return `${entry.who} forced ${to} and took the risk (${entry.why}): its powers act, on probation`;
    case 'LOWERED':
      return `${entry.who} lowered the level from ${from} to ${to} (${entry.why})`;
  }
}
