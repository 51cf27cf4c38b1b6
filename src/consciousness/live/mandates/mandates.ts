/**
 * Predictions change order, place, time limits, memory, retries and how much is done at once only while a decision says so: a mandate, with a row that was
 * written before. One for each subject and not one for each task, so that asking costs a look-up. Whoever advises asks here; who
 * is told no follows the static rule, and the mandate is asked for meanwhile. Also in shadow, where it is counted what would have been.
 *
 * States: following (nobody is told yes); leading.
 */
import type { Clock } from '../../../kit/clock.js';
import type { Json } from '../../../kit/json.js';
import type { Proposal } from '../../decisions/decision.js';
import type { DecisionBook, Result } from '../records/decision-book.js';
import type { Records } from '../records/records.js';
import { Mandate, MANDATE_KINDS, type MandateKind } from './mandate.js';
import { Past } from './past.js';

/** What a mandate is asked for with; `version`: of what was learned, another one needs another mandate. */
export type Draft = Omit<Proposal, 'kind' | 'subject' | 'candidates' | 'expectedEffect' | 'propensity'> & {
  /** What following is expected to cost, as a share of the static rule; else what those before it came to. */
  readonly promised?: number;
  readonly version?: number;
};

export interface MandatesOptions {
  readonly book: DecisionBook;
  readonly records: Records;
  readonly clock: Clock;
}

/** Of one kind; subjects beyond share one mandate. */
const SUBJECTS_MAX = 200;
export const OTHERS = 'all others';
/** A mandate is closed with what came of it after so long, and after so long without use. */
const WINDOW_MS = 3_600_000;
const IDLE_MS = 600_000;
const PART = 'mandates';

export class Mandates {
  readonly #options: MandatesOptions;
  readonly #open: Readonly<Record<MandateKind, Map<string, Mandate>>>;
  readonly #usedAt = new Map<Mandate, number>();
  readonly #past = new Past();
  #isLeading = false;
  /** Grows whenever another one acts, or one acts no longer. */
  changes = 0;

  constructor(options: MandatesOptions) {
    this.#options = options;
    this.#open = Object.fromEntries(MANDATE_KINDS.map((kind) => [kind, new Map()])) as never;
    options.records.keep(PART, () => this.#past.snapshot());
  }

  lead(stored: Json | undefined): void {
    this.#past.restore(stored);
    this.#isLeading = true;
  }

  end(): void {
    this.#isLeading = false;
    for (const open of Object.values(this.#open)) {
      for (const mandate of open.values()) mandate.state = 'OVER';
      open.clear();
    }
    this.#usedAt.clear();
  }

  /** The one that there is, whatever its state. */
  of(kind: MandateKind, subject: string): Mandate | undefined {
    const open = this.#open[kind];
    if (open.size === 0) return undefined;
    return open.get(subject) ?? (open.size > SUBJECTS_MAX ? open.get(OTHERS) : undefined);
  }

  /** Is there one of the kind, whatever its state? */
  has(kind: MandateKind): boolean {
    return this.#open[kind].size > 0;
  }

  /** For forecasts: would the next start follow predictions? Nothing is asked for because of it. */
  wouldFollow(kind: MandateKind, subject: string): boolean {
    return this.of(kind, subject)?.acts ?? this.#options.book.acts(kind, subject);
  }

  /** Are predictions followed now? Without a mandate it is asked for, with what `draft` says; null: there is nothing to follow. */
  follows(kind: MandateKind, subject: string, draft: (subject: string) => Draft | null): Mandate | null {
    if (!this.#isLeading) return null;
    const known = this.of(kind, subject);
    if (known === undefined) {
      this.#ask(kind, subject, draft);
      return null;
    }
    known.isUsed = true;
    return known.acts ? known : null;
  }

  /** As `follows` of what changes now and then, each version of which is a decision of its own. */
  followsVersion(kind: MandateKind, subject: string, draft: Draft): Mandate | null {
    const known = this.of(kind, subject);
    const isOutdated = known !== undefined && known.parameter('version') !== draft.version;
    if (isOutdated && (known.acts || known.state === 'SHADOW')) void this.#close(known);
    if (isOutdated) return null;
    return this.follows(kind, subject, () => draft);
  }

  #ask(kind: MandateKind, subject: string, draftOf: (subject: string) => Draft | null): void {
    const open = this.#open[kind];
    const name = open.size < SUBJECTS_MAX ? subject : OTHERS;
    const draft = draftOf(name);
    if (draft === null) return;
    const { clock } = this.#options;
    const mandate = new Mandate({
      ...{ kind, subject: name, since: clock.monotonic() },
      proposal: this.#proposalOf(kind, name, draft),
    });
    open.set(name, mandate);
    void this.#decide(mandate);
  }

  async #decide(mandate: Mandate): Promise<void> {
    const { book } = this.#options;
    const { kind, subject, proposal } = mandate;
    const row = await book.decide({
      ...{ proposal, recalled: [] },
      isRoutine: this.#past.has(kind, subject),
      release: () => this.#release(mandate),
    });
    if (mandate.state !== 'ASKED') return;
    mandate.id = row?.id;
    mandate.state = row === undefined ? 'REFUSED' : row.mode;
    if (mandate.acts) this.changes++;
  }

  #release(mandate: Mandate): Result {
    const { kind, subject, result } = mandate;
    if (mandate.acts) this.changes++;
    mandate.state = 'OVER';
    if (this.#open[kind].get(subject) === mandate) this.#open[kind].delete(subject);
    this.#usedAt.delete(mandate);
    this.#past.add(kind, subject, result.cost);
    return result;
  }

  #proposalOf(kind: MandateKind, subject: string, draft: Draft): Proposal {
    const { promised, version, parameters, ...words } = draft;
    const follow = this.#past.expected(words.chosen, {
      kind,
      subject,
      ...(promised !== undefined && { promised }),
    });
    return {
      ...{ ...words, kind, subject, propensity: 1, expectedEffect: 1 - follow.mean },
      candidates: [follow, { name: words.staticChoice, mean: 1, from: 1, to: 1 }],
      parameters: version === undefined ? parameters : { ...parameters, version },
    };
  }

  /** To be called with the time: ends those whose time is over, and those that may now do what they might not, or the reverse. */
  async look(): Promise<void> {
    const { book, clock } = this.#options;
    const now = clock.monotonic();
    for (const mandate of Object.values(this.#open).flatMap((open) => [...open.values()])) {
      const { kind, subject, state } = mandate;
      if (state === 'REFUSED') this.#release(mandate);
      if (state !== 'ACTING' && state !== 'SHADOW') continue;
      if (mandate.isUsed) this.#usedAt.set(mandate, now);
      mandate.isUsed = false;
      const isOver = kind !== 'RETRY' && kind !== 'CONCURRENCY' && now - mandate.since >= WINDOW_MS;
      const isIdle = now - (this.#usedAt.get(mandate) ?? mandate.since) >= IDLE_MS;
      const isOther = mandate.acts !== book.acts(kind, subject);
      if (isOver || isIdle || isOther) await this.#close(mandate);
    }
  }

  async #close({ id }: Mandate): Promise<void> {
    if (id !== undefined) await this.#options.book.close(id);
  }
}
