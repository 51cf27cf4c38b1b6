/**
 * Group commit: one batch is in flight, what happens meanwhile is the next one, and nothing leaves before the commit
 * that states it. No timers: an idle system commits at once, a busy one in larger batches. An unknown answer is asked
 * again with the same batch until it is known; a fence or a refusal ends this leadership.
 */
import { backoffMs } from '../kit/backoff.js';
import type { Clock } from '../kit/clock.js';
import { nextTurn } from '../kit/turn.js';
import type { CommittedEvent } from '../events/catalogue.js';
import { stamp } from '../lifecycle/mesh-state.js';
import type { Effect, Entry, Ledger, PendingEvent } from '../lifecycle/ledger.js';
import type { Refusal } from '../lifecycle/refusal.js';
import type { CommitResult, Store } from '../store/store.js';

export interface CommitReport {
  readonly rows: number;
  readonly seconds: number;
  readonly events: number;
}

export interface CommitterOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly epoch: number;
  readonly lastBatchSeq: number;
  /** Carries out an effect; called in order, after the commit. */
  readonly release: (effect: Effect) => void;
  readonly publish: (events: readonly CommittedEvent[]) => void;
  readonly committed: (report: CommitReport, at: number) => void;
  readonly unanswered: (kind: string) => void;
  /** This leadership is over; called once. */
  readonly ended: (reason: string) => void;
}

/** From here on writing a batch, or telling of it, takes so long that others get a turn first. */
const LARGE_ROWS = 2000;
const AGAIN = { initialIntervalMs: 20, backoffCoefficient: 2, maxIntervalMs: 1000, jitter: false };
const LOST: Refusal = {
  code: 'UNAVAILABLE',
  message:
    'the orchestrator lost the database before it could confirm; look whether it was done, then send it again',
};

export class Committer {
  readonly #ledger: Ledger;
  readonly #options: CommitterOptions;
  #seq: number;
  #busy = false;
  #over = false;
  #inFlight: Entry | undefined;
  /** Committed and not yet published, batch by batch; of the first, so many are. */
  readonly #untold: (readonly CommittedEvent[])[] = [];
  #told = 0;
  #waitingForIdle: (() => void)[] = [];

  constructor(ledger: Ledger, options: CommitterOptions) {
    this.#ledger = ledger;
    this.#options = options;
    this.#seq = options.lastBatchSeq;
  }

  /**
   * Call after every step. The batch leaves at the end of this turn of the event loop: attempts that end together (as
   * those of a wave of a graph do) otherwise make two batches, one of the first and one of the rest.
   */
  kick(): void {
    if (this.#busy || this.#over || this.#ledger.isEmpty) return;
    this.#busy = true;
    process.nextTick(() => void this.#run());
  }

  /** Answers everyone who still waits that nothing is certain. Nothing is committed or released afterwards. */
  end(): void {
    this.#over = true;
    for (const entry of [this.#inFlight, this.#ledger.take()]) {
      for (const effect of entry?.effects ?? []) if (effect.kind === 'reply') effect.answer(LOST);
    }
    this.#inFlight = undefined;
    this.#tellIdle();
  }

  /** Resolves when nothing is in flight or waiting, or when this leadership is over. */
  async idle(): Promise<void> {
    if (this.#busy && !this.#over) await new Promise<void>((resolve) => this.#waitingForIdle.push(resolve));
  }

  #tellIdle(): void {
    for (const resolve of this.#waitingForIdle.splice(0)) resolve();
  }

  async #run(): Promise<void> {
    while (!this.#over && !this.#ledger.isEmpty) {
      const entry = this.#ledger.take();
      this.#inFlight = entry;
      if (rowsOf(entry) > LARGE_ROWS) await nextTurn();
      const at = saysSomething(entry) ? await this.#commit(entry) : 0;
      if (this.#over || at === undefined) break;
      this.#inFlight = undefined;
      this.#release(entry, at);
    }
    this.#busy = false;
    this.#tellIdle();
  }

  /** The database's time of the commit, or undefined when this leadership is over. */
  async #commit(entry: Entry): Promise<number | undefined> {
    const { clock, epoch } = this.#options;
    const startedAt = clock.monotonic();
    const seq = ++this.#seq;
    for (let attempt = 1; !this.#over; attempt++) {
      const result = await this.#send({ epoch, seq }, entry);
      if (result.kind === 'applied') {
        const seconds = (clock.monotonic() - startedAt) / 1000;
        this.#options.committed(
          { rows: rowsOf(entry), seconds, events: entry.batch.events.length },
          result.at,
        );
        return result.at;
      }
      this.#options.unanswered(result.kind);
      if (result.kind !== 'unknown') {
        const reason =
          result.kind === 'fenced'
            ? 'another leader has taken over'
            : `the store refused a batch: ${result.reason}`;
        this.#options.ended(reason);
        return undefined;
      }
      await new Promise<void>((resolve) => clock.setTimer(backoffMs(AGAIN, attempt, 0), resolve));
    }
    return undefined;
  }

  async #send(key: { epoch: number; seq: number }, entry: Entry): Promise<CommitResult> {
    try {
      return await this.#options.store.commit(key, entry.batch);
    } catch (error) {
      return {
        kind: 'rejected',
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      };
    }
  }

  /**
   * Starts and answers first; what is committed is told in the next turn of the event loop, when the outcomes of short
   * attempts are on their way to the store: who watches delays neither.
   */
  #release(entry: Entry, at: number): void {
    for (const effect of entry.effects) {
      if (effect.kind === 'start') stamp(effect.live, at);
      this.#options.release(effect);
    }
    const { events } = entry.batch;
    if (events.length > 0) this.#publishNext(events, at);
  }

  #publishNext(events: readonly PendingEvent[], at: number): void {
    for (const event of events) event.at = at;
    this.#untold.push(events as readonly CommittedEvent[]);
    if (this.#untold.length === 1) setImmediate(() => this.#tell());
  }

  /** In the order of the history; a submission of 10,000 tasks in parts, with a turn for everybody else between them. */
  #tell(): void {
    const [events] = this.#untold;
    if (events === undefined) return;
    const told = this.#told + LARGE_ROWS;
    const isWhole = this.#told === 0 && told >= events.length;
    this.#options.publish(isWhole ? events : events.slice(this.#told, told));
    this.#told = told < events.length ? told : 0;
    if (this.#told === 0) this.#untold.shift();
    if (this.#untold.length > 0) setImmediate(() => this.#tell());
  }
}

function saysSomething({ batch }: Entry): boolean {
  return batch.events.length + batch.commands.length + batch.relayAnswers.length > 0;
}

function rowsOf({ batch }: Entry): number {
  let rows = 0;
  for (const list of Object.values(batch)) rows += (list as unknown[]).length;
  return rows;
}
