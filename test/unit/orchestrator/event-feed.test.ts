/**
 * The event feed under everything that may happen to it: slow readers, concurrent publishing, a bus that drops, events
 * that nobody publishes, a store that fails. Whatever happens, each matching event arrives exactly once and in order.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bus } from '../../../src/events/bus.js';
import { type CommittedEvent, EVENT_TYPES } from '../../../src/events/catalogue.js';
import { SystemClock, VirtualClock } from '../../../src/kit/clock.js';
import { SeededRandom } from '../../../src/kit/random.js';
import { matchesEvent, StoreEventFeed } from '../../../src/orchestrator/event-feed.js';
import type { Sieve } from '../../../src/orchestrator/watch.js';
import type { EventFilter } from '../../../src/store/store.js';

const STATUSES = ['QUEUED', 'RUNNING', 'COMPLETED', null] as const;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A committed history with the two reads that the feed needs, each taking a few turns of the event loop. */
class History {
  readonly events: CommittedEvent[] = [];

  constructor(
    private readonly random: SeededRandom,
    private readonly failures = 0,
  ) {}

  commit(count: number): CommittedEvent[] {
    const batch = Array.from({ length: count }, () => this.#event());
    return batch;
  }

  async eventsAfter(
    after: number,
    filter: EventFilter,
    limit: number,
  ): Promise<{ events: CommittedEvent[]; scannedTo: number }> {
    await this.#wait();
    if (this.random.next() < this.failures) throw new Error('the database is away');
    const events: CommittedEvent[] = [];
    for (let i = after; i < this.events.length; i++) {
      const event = this.events[i] as CommittedEvent;
      if (matchesEvent(event, filter)) events.push(event);
      if (events.length === limit) return { events, scannedTo: event.seq };
    }
    const answer = { events, scannedTo: Math.max(after, this.events.length) };
    await this.#wait();
    return answer;
  }

  async lastEventSeq(): Promise<number> {
    await this.#wait();
    return this.events.length;
  }

  async #wait(): Promise<void> {
    for (let turns = this.random.int(3); turns > 0; turns--) await turn();
  }

  #event(): CommittedEvent {
    const event: CommittedEvent = {
      seq: this.events.length + 1,
      at: 0,
      type: this.random.pick(EVENT_TYPES),
      meshId: `m${this.random.int(3)}`,
      taskId: `t${this.random.int(4)}`,
      from: null,
      to: this.random.pick(STATUSES),
      payload: {},
    };
    this.events.push(event);
    return event;
  }
}

interface Scenario {
  readonly seed: number;
  readonly before: number;
  /** `led`: committed by this server, which tells its bus, or by another, which gives a hint; unless that is lost. */
  readonly batches: readonly { readonly size: number; readonly published: boolean; readonly led: boolean }[];
  readonly filter: EventFilter;
  readonly after: number;
  readonly slow: number;
  /** How the subscriber's events are picked out: not at all, at once, after a question, after one that fails now and then. */
  readonly sieve: 'none' | 'at once' | 'later' | 'fails';
  readonly busMax: number;
  readonly failures: number;
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.nat(),
  before: fc.integer({ min: 0, max: 700 }),
  batches: fc.array(
    fc.record({
      size: fc.integer({ min: 1, max: 400 }),
      published: fc.boolean(),
      led: fc.oneof(fc.constant(true), fc.boolean()),
    }),
    { maxLength: 25 },
  ),
  filter: fc.record(
    {
      meshId: fc.constantFrom('m0', 'm1', 'm9'),
      taskId: fc.constantFrom('t0', 't3'),
      types: fc.subarray([...EVENT_TYPES], { minLength: 3 }),
      statuses: fc.constantFrom(['QUEUED'], ['RUNNING', 'COMPLETED']),
    },
    { requiredKeys: [] },
  ),
  after: fc.integer({ min: 0, max: 800 }),
  slow: fc.constantFrom(0, 0, 1, 5),
  sieve: fc.constantFrom('none', 'at once', 'later', 'fails'),
  busMax: fc.constantFrom(100_000, 500, 50),
  failures: fc.constantFrom(0, 0, 0.2),
});

/** Whether this server leads, and the hints of the one that does. */
class OtherServers {
  isLed = true;
  hint: () => void = () => {};
  readonly leads = (): boolean => this.isLed;
  readonly hints = {
    on: (_hint: string, listener: () => void): (() => void) => {
      this.hint = listener;
      return () => {};
    },
  };
}

async function publishAll(
  { batches }: Scenario,
  history: History,
  { bus, others }: { bus: Bus<CommittedEvent>; others: OtherServers },
  random: SeededRandom,
): Promise<void> {
  for (const { size, published, led } of batches) {
    others.isLed = led;
    const batch = history.commit(size);
    if (published && led) bus.publish(batch);
    else if (published) others.hint();
    for (let turns = random.int(4); turns > 0; turns--) await turn();
  }
}

const isOdd = ({ seq }: CommittedEvent): boolean => seq % 2 === 1;

function sieveOf({ sieve }: Scenario, random: SeededRandom): Sieve<CommittedEvent> | undefined {
  if (sieve === 'none') return undefined;
  if (sieve === 'at once') return (events) => events.filter(isOdd);
  return async (events) => {
    await turn();
    if (sieve === 'fails' && random.next() < 0.2) throw new Error('nobody knows');
    return events.filter(isOdd);
  };
}

/** Reads until as many events as expected have come, then waits a little for any that should not. */
async function readAll(
  batches: AsyncIterable<readonly CommittedEvent[]>,
  stop: AbortController,
  expected: () => number,
  slow: number,
): Promise<CommittedEvent[]> {
  const seen: CommittedEvent[] = [];
  let late = 0;
  const finish = setInterval(() => {
    if (seen.length >= expected() && ++late > 3) stop.abort();
  }, 10);
  for await (const batch of batches) {
    expect(batch.length).toBeLessThanOrEqual(256);
    seen.push(...batch);
    for (let turns = slow; turns > 0; turns--) await turn();
  }
  clearInterval(finish);
  return seen;
}

async function run(one: Scenario): Promise<void> {
  const random = new SeededRandom(one.seed);
  const history = new History(random.fork('history'), one.failures);
  history.commit(one.before);
  const bus = new Bus<CommittedEvent>({ itemsMax: one.busMax });
  const others = new OtherServers();
  const feed = new StoreEventFeed({
    store: history,
    reads: history,
    bus,
    clock: new SystemClock({ timersHoldProcess: true }),
    lookMs: 15,
    others,
  });
  const stop = new AbortController();
  const after = Math.min(one.after, one.before);
  let publishing = true;
  const wanted = (): CommittedEvent[] =>
    history.events.filter(
      (event) =>
        event.seq > after && matchesEvent(event, one.filter) && (one.sieve === 'none' || isOdd(event)),
    );
  const reading = readAll(
    feed.events(one.filter, after, stop.signal, sieveOf(one, random.fork('sieve'))),
    stop,
    () => (publishing ? Infinity : wanted().length),
    one.slow,
  );
  await publishAll(one, history, { bus, others }, random.fork('publisher'));
  publishing = false;
  const seen = await reading;
  expect(seen.map((event) => event.seq)).toEqual(wanted().map((event) => event.seq));
  expect(feed.subscribers).toBe(0);
  feed.close();
}

describe('the event feed', () => {
  it('gives every matching event exactly once and in order, whatever happens', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(fc.asyncProperty(scenario, run), { numRuns: 150 });
  });

  it('starts at the present when no cursor is given', async () => {
    const history = new History(new SeededRandom(1));
    const bus = new Bus<CommittedEvent>();
    const feed = new StoreEventFeed({ store: history, reads: history, bus, clock: new SystemClock() });
    history.commit(10);
    const stop = new AbortController();
    const iterator = feed.events({}, undefined, stop.signal)[Symbol.asyncIterator]();
    const first = iterator.next();
    for (let i = 0; i < 20; i++) await turn();
    bus.publish(history.commit(2));
    expect((await first).value?.map((event: CommittedEvent) => event.seq)).toEqual([11, 12]);
    stop.abort();
    expect((await iterator.next()).done).toBe(true);
    feed.close();
  });

  it('asks the store for nothing when it begins where the others are', async () => {
    const history = new History(new SeededRandom(1));
    const bus = new Bus<CommittedEvent>();
    let pages = 0;
    const store = {
      eventsAfter: (...given: Parameters<History['eventsAfter']>) => {
        pages++;
        return history.eventsAfter(...given);
      },
    };
    const feed = new StoreEventFeed({ store, reads: history, bus, clock: new SystemClock() });
    bus.publish(history.commit(10));
    await turn();
    const stops = Array.from({ length: 100 }, () => new AbortController());
    const crowd = stops.map(({ signal }) => feed.events({}, undefined, signal)[Symbol.asyncIterator]());
    bus.publish(history.commit(2));
    for (const one of crowd)
      expect((await one.next()).value?.map((event: CommittedEvent) => event.seq)).toEqual([11, 12]);
    expect(pages).toBe(0);
    for (const stop of stops) stop.abort();
    feed.close();
  });

  it('ends at once when it is aborted while it waits', async () => {
    const history = new History(new SeededRandom(2));
    const feed = new StoreEventFeed({
      store: history,
      reads: history,
      bus: new Bus(),
      clock: new SystemClock(),
    });
    const stop = new AbortController();
    const iterator = feed.events({}, 0, stop.signal)[Symbol.asyncIterator]();
    const waiting = iterator.next();
    for (let i = 0; i < 20; i++) await turn();
    stop.abort();
    expect((await waiting).done).toBe(true);
    expect(feed.subscribers).toBe(0);
  });

  it('looks for news of another leader at one pace, however often subscribers come and go meanwhile', async () => {
    const history = new History(new SeededRandom(4));
    const clock = new VirtualClock();
    const others = { leads: () => false, hints: { on: () => () => undefined } };
    let looks = 0;
    let answer = (): void => {};
    const lastEventSeq = (): Promise<number> => {
      looks++;
      return new Promise((resolve) => (answer = () => resolve(0)));
    };
    const reads = { lastEventSeq };
    const feed = new StoreEventFeed({ store: history, reads, bus: new Bus(), clock, others, lookMs: 250 });
    const pass = async (): Promise<void> => {
      clock.advance(250);
      for (let i = 0; i < 10; i++) await turn();
    };
    const subscribe = (): AbortController => {
      const stop = new AbortController();
      feed.events({}, 0, stop.signal);
      return stop;
    };
    for (let round = 0; round < 5; round++) {
      const leaving = subscribe();
      await pass();
      leaving.abort();
      subscribe();
      answer();
      await pass();
      answer();
      for (let i = 0; i < 10; i++) await turn();
    }
    looks = 0;
    for (let round = 0; round < 4; round++) {
      await pass();
      answer();
      for (let i = 0; i < 10; i++) await turn();
    }
    expect(looks).toBe(4);
    expect(clock.timerCount).toBe(1);
    feed.close();
  });

  it('holds no more than its buffer for a reader that has stopped reading', async () => {
    const history = new History(new SeededRandom(3));
    const bus = new Bus<CommittedEvent>();
    const feed = new StoreEventFeed({ store: history, reads: history, bus, clock: new SystemClock() });
    const stop = new AbortController();
    const iterator = feed.events({}, 0, stop.signal)[Symbol.asyncIterator]();
    bus.publish(history.commit(1));
    await iterator.next();
    for (let i = 0; i < 200; i++) {
      bus.publish(history.commit(50));
      await turn();
    }
    const seqs: number[] = [1];
    while (seqs.length < history.events.length) {
      const { value } = await iterator.next();
      seqs.push(...(value as CommittedEvent[]).map((event) => event.seq));
    }
    expect(seqs).toEqual(history.events.map((event) => event.seq));
    stop.abort();
    feed.close();
  });
});
