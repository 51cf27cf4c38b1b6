/** The twin of what consciousness keeps, for simulation and fast tests. */
import { assert } from '../../kit/assert.js';
import type { AuditRow } from '../../lifecycle/batch.js';
import type {
  ConsciousnessBounds,
  ConsciousnessState,
  ConsciousnessStore,
  ConsciousnessWrite,
  DecisionFilter,
  DecisionRow,
  EpisodeRow,
  ExternalEventRow,
  InsightFilter,
  InsightRow,
  LevelLineRow,
  LineFilter,
  PatternFilter,
  PatternRow,
  Unnumbered,
} from '../consciousness.js';
import type { Slice } from '../numbered-feed.js';

/** Rows by id, numbered in the order of writing. */
class NumberedRows<Row extends { readonly id: string; readonly number: number }> {
  readonly #rows = new Map<string, Row>();
  #last = 0;

  /** `merge`: what becomes of a row that is there. */
  add(rows: readonly Unnumbered<Row>[], merge: (old: Row, row: Unnumbered<Row>) => Row = (old) => old): void {
    for (const row of rows) {
      const id = (row as unknown as Row).id;
      const old = this.#rows.get(id);
      const added = old === undefined ? { ...row, number: ++this.#last } : merge(old, row);
      this.#rows.set(id, added as Row);
    }
  }

  slice(isWanted: (row: Row) => boolean, slice: Slice): Row[] {
    return sliceOf([...this.#rows.values()].filter(isWanted), slice);
  }

  keep(count: number): void {
    for (const { id } of this.slice(() => true, { newestFirst: true, limit: Infinity }).slice(count))
      this.#rows.delete(id);
  }

  clear(): void {
    this.#rows.clear();
  }
}

function sliceOf<Row extends { readonly number: number }>(
  rows: readonly Row[],
  { after = -Infinity, before = Infinity, newestFirst = false, limit }: Slice,
): Row[] {
  const sorted = rows
    .filter(({ number }) => number > after && number < before)
    .sort((a, b) => (newestFirst ? b.number - a.number : a.number - b.number));
  return sorted.slice(0, limit);
}

/** Lines of the ledger that are not kept for good. */
const FREQUENT = ['OBSERVED', 'PASSED'];

const same = <T>(wanted: T | undefined, value: T): boolean => wanted === undefined || wanted === value;

/** What the CHECKs of the table refuse. */
function checkDecision({ propensity, rating }: Unnumbered<DecisionRow>): void {
  assert(propensity > 0 && propensity <= 1, 'a propensity is above 0 and at most 1');
  assert(rating === null || Math.abs(rating) <= 1, 'a rating is between -1 and 1');
}

export class MemoryConsciousness implements ConsciousnessStore {
  #epoch = 0;
  /** Entries of the audit, for whoever asks whether they came with the changes. */
  readonly audits: AuditRow[] = [];
  #state: ConsciousnessState = { fold: undefined, standing: undefined };
  readonly #patterns = new NumberedRows<PatternRow>();
  readonly #insights = new NumberedRows<InsightRow>();
  readonly #events = new NumberedRows<ExternalEventRow>();
  readonly #decisions = new NumberedRows<DecisionRow>();
  readonly #lines = new Map<number, LevelLineRow>();
  readonly #episodes = new Map<number, EpisodeRow>();

  state(): Promise<ConsciousnessState> {
    return Promise.resolve(this.#state);
  }

  write(epoch: number, write: ConsciousnessWrite): Promise<boolean> {
    for (const row of write.decisions ?? []) checkDecision(row);
    if (!this.#leads(epoch)) return Promise.resolve(false);
    const { patterns = [], insights = [], events = [], lines = [], episodes = [], forgotten = [] } = write;
    this.audits.push(...(write.audits ?? []));
    this.#patterns.add(patterns, (old, { endedAt }) => ({ ...old, endedAt }));
    this.#insights.add(insights);
    this.#events.add(events);
    this.#decisions.add(write.decisions ?? [], (old, { outcome, rating, ratedBy }) => ({
      ...old,
      outcome: outcome ?? old.outcome,
      rating: rating ?? old.rating,
      ratedBy: ratedBy ?? old.ratedBy,
    }));
    for (const line of lines) if (!this.#lines.has(line.number)) this.#lines.set(line.number, line);
    for (const one of episodes) if (!this.#episodes.has(one.seq)) this.#episodes.set(one.seq, one);
    for (const seq of forgotten) this.#episodes.delete(seq);
    const { fold = this.#state.fold, standing = this.#state.standing } = write;
    this.#state = { fold, standing };
    return Promise.resolve(true);
  }

  forget(epoch: number): Promise<boolean> {
    if (!this.#leads(epoch)) return Promise.resolve(false);
    this.#state = { ...this.#state, fold: undefined };
    this.#patterns.clear();
    this.#episodes.clear();
    return Promise.resolve(true);
  }

  #leads(epoch: number): boolean {
    if (epoch < this.#epoch) return false;
    this.#epoch = epoch;
    return true;
  }

  patterns({ kind, subject, holds }: PatternFilter, slice: Slice): Promise<PatternRow[]> {
    return Promise.resolve(
      this.#patterns.slice(
        (row) => same(kind, row.kind) && same(subject, row.subject) && same(holds, row.endedAt === null),
        slice,
      ),
    );
  }

  insights({ kind }: InsightFilter, slice: Slice): Promise<InsightRow[]> {
    return Promise.resolve(this.#insights.slice((row) => same(kind, row.kind), slice));
  }

  events(slice: Slice): Promise<ExternalEventRow[]> {
    return Promise.resolve(this.#events.slice(() => true, slice));
  }

  lines({ kinds }: LineFilter, slice: Slice): Promise<LevelLineRow[]> {
    const wanted = [...this.#lines.values()].filter(({ kind }) => kinds?.includes(kind) ?? true);
    return Promise.resolve(sliceOf(wanted, slice));
  }

  decisions({ id, kind, subject, mode, open }: DecisionFilter, slice: Slice): Promise<DecisionRow[]> {
    return Promise.resolve(
      this.#decisions.slice(
        (row) =>
          same(id, row.id) &&
          same(kind, row.kind) &&
          same(subject, row.subject) &&
          same(mode, row.mode) &&
          same(open, row.outcome === null),
        slice,
      ),
    );
  }

  episodes(limit: number): Promise<EpisodeRow[]> {
    const rows = [...this.#episodes.values()].sort((a, b) => a.seq - b.seq);
    return Promise.resolve(rows.slice(-limit));
  }

  episodesBySeq(seqs: readonly number[]): Promise<EpisodeRow[]> {
    return Promise.resolve(seqs.flatMap((seq) => this.#episodes.get(seq) ?? []));
  }

  prune({ patterns, insights, events, observations, decisions }: ConsciousnessBounds): Promise<void> {
    this.#patterns.keep(patterns);
    this.#insights.keep(insights);
    this.#events.keep(events);
    this.#decisions.keep(decisions);
    const observed = [...this.#lines.values()].filter(({ kind }) => FREQUENT.includes(kind));
    const old = sliceOf(observed, { newestFirst: true, limit: Infinity }).slice(observations);
    const leadsOn = (number: number): boolean => {
      const next = this.#lines.get(number + 1)?.kind ?? 'CHECKPOINT';
      return next !== 'CHECKPOINT' && !FREQUENT.includes(next);
    };
    const gone = old.filter(({ number }) => !leadsOn(number));
    for (const { number } of gone) this.#lines.delete(number);
    return Promise.resolve();
  }
}
