/**
 * The history as a stream: from any point of it and on into the present, each event exactly once. The doors subscribe;
 * the core publishes its committed batches on the bus while this server leads. While another leads, its commits are read from
 * the store, once for all subscribers, when a hint comes and otherwise a few times a second. What the bus misses is found by the
 * gap in `seq` or by looking now and then.
 */
import type { Bus, BusListener } from '../events/bus.js';
import type { CommittedEvent } from '../events/catalogue.js';
import type { Clock, Timer } from '../kit/clock.js';
import { Waves } from '../kit/waves.js';
import type { Hints } from '../store/hints.js';
import type { Reads } from '../store/reads.js';
import type { EventFilter, Store } from '../store/store.js';
import { FeedReader, type FeedSource } from './feed/feed-reader.js';
import type { EventFeed, Sieve } from './watch.js';

export interface EventFeedOptions {
  readonly store: Pick<Store, 'eventsAfter'>;
  readonly reads: Pick<Reads, 'lastEventSeq'>;
  readonly bus: Bus<CommittedEvent>;
  readonly clock: Clock;
  /** With other servers on the database: who commits now, and hints that there is news. */
  readonly others?: { readonly leads: () => boolean; readonly hints: Pick<Hints, 'on'> };
  /** News that nobody published is noticed at the second look. One statement per interval while anyone subscribes. */
  readonly lookMs?: number;
}

const LOOK_MS = 500;
/** While another server leads. */
const FOLLOW_MS = 250;
const FOLLOW_PAGE = 1000;
/** One who is farther behind lets every subscriber read for itself what it wants. */
const FOLLOW_PAGES_MAX = 20;

export function matchesEvent(
  event: CommittedEvent,
  { meshId, taskId, types, statuses }: EventFilter,
): boolean {
  if (meshId !== undefined && event.meshId !== meshId) return false;
  if (taskId !== undefined && event.taskId !== taskId) return false;
  if (types !== undefined && !types.includes(event.type)) return false;
  return statuses === undefined || (event.to !== null && statuses.includes(event.to));
}

interface Subscriber {
  readonly filter: EventFilter;
  readonly reader: FeedReader<CommittedEvent>;
}

/** Subscribers by the mesh they watch, so that a batch is compared with those it can concern. */
function byMesh(batch: readonly CommittedEvent[]): ReadonlyMap<string, readonly CommittedEvent[]> {
  const groups = new Map<string, CommittedEvent[]>();
  for (const event of batch) {
    const group = groups.get(event.meshId);
    if (group === undefined) groups.set(event.meshId, [event]);
    else group.push(event);
  }
  return groups;
}

export class StoreEventFeed implements EventFeed, BusListener<CommittedEvent> {
  readonly #options: EventFeedOptions;
  readonly #waves: Waves;
  readonly #subscribers = new Set<Subscriber>();
  readonly #stopListening: (() => void)[];
  #known = 0;
  #suspected = 0;
  #look: Timer | undefined;
  #isLooking = false;
  #following: Promise<void> | undefined;

  constructor(options: EventFeedOptions) {
    this.#options = options;
    this.#waves = new Waves(options.clock);
    this.#stopListening = [options.bus.subscribe(this)];
    if (options.others !== undefined)
      this.#stopListening.push(options.others.hints.on('history', () => void this.#follow()));
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** How far in the history the subscribers are offered what they want. */
  get known(): number {
    return this.#known;
  }

  /** Listens from the moment of the call, before anything is read, if anything has to be; the first `next()` only starts the reading. */
  events(
    filter: EventFilter,
    after: number | undefined,
    signal: AbortSignal,
    sieve?: Sieve<CommittedEvent>,
  ): AsyncIterable<readonly CommittedEvent[]> {
    const left = (): void => this.#leave(subscriber);
    const isLive = after === undefined && this.#known > 0;
    const reader = new FeedReader({
      source: this.#source(filter),
      after: isLive ? this.#known : after,
      isLive,
      signal,
      clock: this.#options.clock,
      waves: this.#waves,
      sieve,
      left,
    });
    const subscriber: Subscriber = { filter, reader };
    this.#subscribers.add(subscriber);
    signal.addEventListener('abort', left, { once: true });
    if (signal.aborted) left();
    else this.#lookLater();
    return reader.read();
  }

  close(): void {
    for (const stop of this.#stopListening) stop();
    this.#look?.cancel();
    this.#look = undefined;
  }

  deliver(batch: readonly CommittedEvent[]): void {
    const from = (batch[0] as CommittedEvent).seq;
    const to = (batch.at(-1) as CommittedEvent).seq;
    this.#known = Math.max(this.#known, to);
    if (to - from + 1 !== batch.length) return this.missed();
    const groups = byMesh(batch);
    for (const { filter, reader } of this.#subscribers) {
      const near = filter.meshId === undefined ? batch : (groups.get(filter.meshId) ?? []);
      reader.offer({ from, to, items: near.filter((event) => matchesEvent(event, filter)) });
    }
  }

  missed(): void {
    for (const { reader } of this.#subscribers) reader.lapse();
  }

  #leave(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
    if (this.#subscribers.size > 0) return;
    this.#look?.cancel();
    this.#look = undefined;
  }

  #source(filter: EventFilter): FeedSource<CommittedEvent> {
    const { store, reads } = this.#options;
    return {
      page: async (after, limit) => {
        const { events, scannedTo } = await store.eventsAfter(after, filter, limit);
        return { items: events, scannedTo };
      },
      positionOf: (event) => event.seq,
      known: () => this.#known,
      present: () => reads.lastEventSeq(),
    };
  }

  /** One look at a time, and one timer: subscribers come and go while the store is asked. */
  #lookLater(): void {
    const { clock, lookMs = this.#leads ? LOOK_MS : FOLLOW_MS } = this.#options;
    if (!this.#isLooking) this.#look ??= clock.setTimer(lookMs, () => void this.#lookNow());
  }

  async #lookNow(): Promise<void> {
    this.#look = undefined;
    this.#isLooking = true;
    await (this.#leads ? this.#lookForNews() : this.#follow());
    this.#isLooking = false;
    if (this.#subscribers.size > 0) this.#lookLater();
  }

  get #leads(): boolean {
    return this.#options.others?.leads() ?? true;
  }

  /** What another leader has committed, once for all subscribers. One at a time; a store that is away is asked again. */
  #follow(): Promise<void> {
    if (this.#leads || this.#subscribers.size === 0) return Promise.resolve();
    return (this.#following ??= this.#readNews()
      .catch(() => undefined)
      .finally(() => {
        this.#following = undefined;
      }));
  }

  async #readNews(): Promise<void> {
    const { reads, store } = this.#options;
    const last = await reads.lastEventSeq();
    if (this.#known === 0 || last - this.#known > FOLLOW_PAGE * FOLLOW_PAGES_MAX) return this.#leapTo(last);
    while (this.#known < last) {
      const { events, scannedTo } = await store.eventsAfter(this.#known, {}, FOLLOW_PAGE);
      if (events.length > 0) this.deliver(events);
      else if (scannedTo <= this.#known) return;
      this.#known = Math.max(this.#known, scannedTo);
    }
  }

  #leapTo(seq: number): void {
    this.#known = Math.max(this.#known, seq);
    this.missed();
  }

  /**
   * What was committed a whole interval ago and has still not been heard of will not be. A store that does not answer
   * is asked again at the next look.
   */
  async #lookForNews(): Promise<void> {
    const last = await this.#options.reads.lastEventSeq().catch(() => 0);
    if (this.#suspected > this.#known) this.#leapTo(Math.max(this.#suspected, last));
    this.#suspected = last;
  }
}
