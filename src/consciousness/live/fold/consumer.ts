/**
 * Drives the fold along the committed history while this server leads. It reads what has been folded into the tables (within a
 * second of the commit), takes in what was told from outside, and keeps with every checkpoint how far it has come; after a
 * crash or under the next leader it goes on from there.
 *
 * States: idle; leading (one run of `#run`, ended by its signal). The fold outlives the leadership, to answer questions.
 */
import type { Clock } from '../../../kit/clock.js';
import { jsonInStages } from '../../../kit/json-stages.js';
import type { Json, JsonObject } from '../../../kit/json.js';
import { LeadingLoop } from '../../../kit/loop/leading-loop.js';
import { inTurns, nextTurn } from '../../../kit/turn.js';
import type {
  ConsciousnessBounds,
  ConsciousnessStore,
  ExternalEventRow,
  Unnumbered,
} from '../../../store/consciousness.js';
import type { EndedAttempt, LearningStore } from '../../../store/learning.js';
import { type Asking, leadsNoLonger, type Records } from '../records/records.js';
import { EPISODES_MAX, Fold } from './fold.js';
import { insightOf } from './insights.js';

export interface FoldConsumerOptions {
  readonly history: Pick<LearningStore, 'endedAfter' | 'factsOf'>;
  readonly store: ConsciousnessStore;
  readonly records: Records;
  readonly clock: Clock;
  /** After each look along the history, with all that it made written. */
  readonly looked: (fold: Fold) => void;
  readonly failed: (error: unknown) => void;
}

type TellingRow = Unnumbered<ExternalEventRow>;

interface Telling {
  readonly event: Omit<TellingRow, 'seq'>;
  readonly asking: Asking;
  readonly told: (row: TellingRow) => void;
  readonly refused: (error: unknown) => void;
}

export const BOUNDS: ConsciousnessBounds = {
  patterns: 5_000,
  insights: 10_000,
  events: 10_000,
  observations: 50_000,
  decisions: 50_000,
};

const LOOK_MS = 500;
/** After a look that went through so many events there are probably more. */
const LARGE_LOOK = 10_000;
/** The database looks for a twentieth of the time at most: what is committed meanwhile goes before what is found. */
const LOOKED_PART = 19;
const AT_ONCE = 200;
/** Attempts that are looked at closely before others get a turn: some milliseconds. */
const A_TURN = 10;
const CHECKPOINT_MS = 60_000;

export class FoldConsumer {
  readonly #options: FoldConsumerOptions;
  #fold = new Fold();
  readonly #loop: LeadingLoop;
  #savedAt = Number.NEGATIVE_INFINITY;
  #savedSeq = 0;
  #caughtUp = false;
  /** Told before, and not taken in yet by this fold, which is behind. */
  #pending: TellingRow[] = [];
  #tellings: Telling[] = [];

  constructor(options: FoldConsumerOptions) {
    this.#options = options;
    const { clock, failed } = options;
    this.#loop = new LeadingLoop({ clock, failed, run: (epoch, signal) => this.#run(epoch, signal) });
  }

  get fold(): Fold {
    return this.#fold;
  }

  get isLeading(): boolean {
    return this.#loop.isLeading;
  }

  get isCaughtUp(): boolean {
    return this.#caughtUp;
  }

  lead(epoch: number): void {
    this.#loop.lead(epoch);
  }

  /** Resolves when nothing is folded or written any more; what is known is saved first, if the lead still allows it. */
  async follow(): Promise<void> {
    await this.#loop.follow();
    for (const { refused } of this.#tellings.splice(0)) refused(leadsNoLonger());
  }

  look(): void {
    this.#loop.wake();
  }

  /** Resolves when it is written, with the place in the history at which it was taken in. */
  tell(event: Telling['event'], asking: Asking = {}): Promise<TellingRow> {
    return new Promise((told, refused) => {
      this.#tellings.push({ event, asking, told, refused });
      this.look();
    });
  }

  /** What the leader knew at its last checkpoint, for servers that follow. */
  async recall(): Promise<void> {
    const { fold: stored } = await this.#options.store.state();
    if (stored === undefined || this.isLeading || stored.seq <= this.#fold.seq) return;
    const fold = new Fold();
    const episodes = await this.#options.store.episodes(EPISODES_MAX);
    if (!this.isLeading && fold.restore(JSON.parse(stored.snapshot) as Json, episodes)) this.#fold = fold;
  }

  async #run(epoch: number, signal: AbortSignal): Promise<void> {
    const { history, looked, clock } = this.#options;
    this.#caughtUp = false;
    const fold = await this.#begin(epoch);
    this.#fold = fold;
    while (!signal.aborted) {
      const before = clock.monotonic();
      const { ended, scannedTo } = await history.endedAfter(fold.seq);
      const lookMs = clock.monotonic() - before;
      const isAll = scannedTo - fold.seq < LARGE_LOOK;
      if (!(await this.#foldAll(ended, fold, signal))) return;
      fold.seq = scannedTo;
      if (!(await this.#write(fold, signal.aborted))) return;
      this.#caughtUp = isAll;
      if (signal.aborted) break;
      if (isAll) looked(fold);
      const restMs = Math.max(isAll ? LOOK_MS : 0, LOOKED_PART * lookMs);
      if (restMs > 0 && this.#tellings.length === 0) await this.#loop.pause(restMs);
    }
    await this.#write(fold, true);
  }

  async #begin(epoch: number): Promise<Fold> {
    const { store, clock } = this.#options;
    const fold = new Fold();
    const { fold: stored } = await store.state();
    const fits =
      stored !== undefined &&
      fold.restore(JSON.parse(stored.snapshot) as Json, await store.episodes(EPISODES_MAX));
    if (!fits && stored !== undefined) await store.forget(epoch);
    [this.#savedSeq, this.#savedAt] = [fold.seq, clock.monotonic()];
    const told = await store.events({ newestFirst: true, limit: BOUNDS.events });
    const last = told.findIndex(({ id }) => id === fold.lastTold);
    this.#pending = (last < 0 ? told.filter(({ seq }) => seq >= fold.seq) : told.slice(0, last)).reverse();
    return fold;
  }

  /** False: told to stop in between. What was folded then is in no checkpoint. */
  async #foldAll(ended: readonly EndedAttempt[], fold: Fold, signal: AbortSignal): Promise<boolean> {
    for (let from = 0; from < ended.length; from += AT_ONCE) {
      const some = ended.slice(from, from + AT_ONCE);
      const taken = some.filter((one) => fold.takes(one));
      const facts = new Map((await this.#options.history.factsOf(taken)).map((one) => [one.seq, one]));
      let sinceTurn = 0;
      for (const one of some) {
        if (signal.aborted) return false;
        this.#tellUntil(one.seq, fold);
        const its = facts.get(one.seq);
        fold.attempt(one, its);
        if (fold.isLookDue) await inTurns(fold.look());
        if (its === undefined || ++sinceTurn % A_TURN > 0) continue;
        await nextTurn();
      }
    }
    return true;
  }

  #tellUntil(seq: number, fold: Fold): void {
    while ((this.#pending[0]?.seq ?? Number.POSITIVE_INFINITY) < seq)
      fold.tell(this.#pending.shift() as TellingRow);
  }

  /** What was found and told, and once in a while all that is known. False: another leads. */
  async #write(fold: Fold, isLast: boolean): Promise<boolean> {
    const { clock, records, store } = this.#options;
    this.#tellUntil(fold.seq + 1, fold);
    const tellings = this.#tellings.splice(0);
    const events = tellings.map(({ event }) => ({ ...event, seq: fold.seq }));
    for (const event of events) fold.tell(event);
    const { patterns, episodes, forgotten } = fold.take();
    const isDue = isLast || clock.monotonic() - this.#savedAt >= CHECKPOINT_MS;
    const isCheckpoint = isDue && fold.seq > this.#savedSeq;
    if (patterns.length + episodes.length + events.length === 0 && !isCheckpoint) return true;
    const insights = patterns.filter(({ endedAt }) => endedAt === null).map(insightOf);
    const checkpoint = isCheckpoint ? { fold: { seq: fold.seq, snapshot: await textOf(fold) } } : {};
    try {
      const audits = tellings.flatMap(({ asking: { audit } }) => (audit ? [audit] : []));
      const rows = { patterns, insights, episodes, forgotten, events, audits, ...checkpoint };
      const requests = tellings.map(({ asking: { requestId } }, at) => {
        const { seq, at: when } = events[at] as TellingRow;
        return { requestId, said: { seq, at: when.toISOString() } };
      });
      if (!(await records.change(() => ({ rows, requests })))) throw leadsNoLonger();
      tellings.forEach(({ told }, at) => told(events[at] as TellingRow));
    } catch (error) {
      for (const { refused } of tellings) refused(error);
      if (!records.isLeading) return false;
      throw error;
    }
    if (isCheckpoint) {
      [this.#savedSeq, this.#savedAt] = [fold.seq, clock.monotonic()];
      await store.prune(BOUNDS);
    }
    return true;
  }
}

async function textOf(fold: Fold): Promise<string> {
  return await inTurns(jsonInStages(fold.snapshot() as JsonObject));
}
