/**
 * The captured lines of a task as a stream: from any line on and into the present. The doors subscribe; the log writer
 * publishes what it has stored. Line ids are not gap-free, so nothing can be found missing by them; the bus says when
 * it dropped something, and then the store is read. What another server stores is found by looking, when a hint comes and
 * otherwise now and then.
 */
import type { Bus, BusListener } from '../events/bus.js';
import type { Clock, Timer } from '../kit/clock.js';
import { Waves } from '../kit/waves.js';
import type { Hints } from '../store/hints.js';
import type { Store, StoredLogRow } from '../store/store.js';
import { FeedReader, type FeedSource } from './feed/feed-reader.js';
import type { LogFeed } from './watch.js';

export interface LogFeedOptions {
  readonly store: Pick<Store, 'logsAfter'>;
  readonly bus: Bus<StoredLogRow>;
  readonly clock: Clock;
  /** With other servers on the database: whether there are any now, and hints that they stored lines. */
  readonly others?: {
    readonly any: () => boolean;
    readonly hints: Pick<Hints, 'on'>;
    readonly store: Pick<Store, 'lastLines'>;
  };
}

const LOOK_MS = 500;

/** All readers of one task, and the highest line of it that was published while somebody read. */
interface Watched {
  readonly readers: Set<FeedReader<StoredLogRow>>;
  known: number;
}

export class StoreLogFeed implements LogFeed, BusListener<StoredLogRow> {
  readonly #options: LogFeedOptions;
  readonly #waves: Waves;
  readonly #tasks = new Map<string, Watched>();
  readonly #stopListening: (() => void)[];
  #look: Timer | undefined;
  #looking = false;

  constructor(options: LogFeedOptions) {
    this.#options = options;
    this.#waves = new Waves(options.clock);
    this.#stopListening = [options.bus.subscribe(this)];
    if (options.others !== undefined)
      this.#stopListening.push(options.others.hints.on('lines', () => void this.#lookForLines()));
  }

  get subscribers(): number {
    return [...this.#tasks.values()].reduce((sum, { readers }) => sum + readers.size, 0);
  }

  lines(
    taskId: string,
    after: number | undefined,
    signal: AbortSignal,
  ): AsyncIterable<readonly StoredLogRow[]> {
    const watched = this.#tasks.get(taskId) ?? { readers: new Set(), known: 0 };
    this.#tasks.set(taskId, watched);
    const left = (): void => this.#leave(taskId, watched, reader);
    const reader: FeedReader<StoredLogRow> = new FeedReader({
      source: this.#source(taskId, watched),
      after,
      signal,
      clock: this.#options.clock,
      waves: this.#waves,
      left,
    });
    watched.readers.add(reader);
    signal.addEventListener('abort', left, { once: true });
    if (signal.aborted) left();
    else this.#lookLater();
    return reader.read();
  }

  close(): void {
    for (const stop of this.#stopListening) stop();
    this.#look?.cancel();
  }

  deliver(batch: readonly StoredLogRow[]): void {
    if (this.#tasks.size === 0) return;
    const groups = new Map<string, StoredLogRow[]>();
    for (const row of batch) {
      if (!this.#tasks.has(row.taskId)) continue;
      const group = groups.get(row.taskId);
      if (group === undefined) groups.set(row.taskId, [row]);
      else group.push(row);
    }
    for (const [taskId, rows] of groups) this.#offer(this.#tasks.get(taskId) as Watched, rows);
  }

  missed(): void {
    for (const { readers } of this.#tasks.values()) for (const reader of readers) reader.lapse();
  }

  /** `from: 0` joins on to anything: between two published lines of a task there are no others. */
  #offer(watched: Watched, items: readonly StoredLogRow[]): void {
    const to = (items.at(-1) as StoredLogRow).id;
    watched.known = Math.max(watched.known, to);
    for (const reader of watched.readers) reader.offer({ from: 0, to, items });
  }

  #lookLater(): void {
    if (this.#options.others === undefined || this.#tasks.size === 0) return;
    this.#look ??= this.#options.clock.setTimer(LOOK_MS, () => {
      this.#look = undefined;
      void this.#lookForLines().finally(() => this.#lookLater());
    });
  }

  /** One statement for all tasks that are watched; only the readers of those with news read. */
  async #lookForLines(): Promise<void> {
    const { others } = this.#options;
    if (this.#looking || this.#tasks.size === 0 || others?.any() !== true) return;
    this.#looking = true;
    const lines = await others.store.lastLines([...this.#tasks.keys()]).catch(() => []);
    this.#looking = false;
    for (const { taskId, id } of lines) {
      const watched = this.#tasks.get(taskId);
      if (watched === undefined || id <= watched.known) continue;
      watched.known = id;
      for (const reader of watched.readers) reader.lapse();
    }
  }

  #leave(taskId: string, watched: Watched, reader: FeedReader<StoredLogRow>): void {
    watched.readers.delete(reader);
    if (watched.readers.size === 0 && this.#tasks.get(taskId) === watched) this.#tasks.delete(taskId);
  }

  #source(taskId: string, watched: Watched): FeedSource<StoredLogRow> {
    const { store } = this.#options;
    return {
      page: async (after, limit) => {
        const items = await store.logsAfter(taskId, after, limit);
        return { items, scannedTo: items.at(-1)?.id ?? after };
      },
      positionOf: (row) => row.id,
      known: () => watched.known,
      present: () => lastLine(store, taskId),
    };
  }
}

/** The log of an attempt is bounded, so walking to its end is too; who wants the present rarely comes to a long one. */
async function lastLine(store: Pick<Store, 'logsAfter'>, taskId: string): Promise<number> {
  let last = 0;
  for (;;) {
    const page = await store.logsAfter(taskId, last, 10_000);
    last = page.at(-1)?.id ?? last;
    if (page.length < 10_000) return last;
  }
}
