/** The log feed: every line of the task exactly once and in order, from any line on, whatever the bus drops. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bus } from '../../../src/events/bus.js';
import { SystemClock } from '../../../src/kit/clock.js';
import { SeededRandom } from '../../../src/kit/random.js';
import { StoreLogFeed } from '../../../src/orchestrator/log-feed.js';
import type { StoredLogRow } from '../../../src/store/store.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Stored lines of two tasks; ids have gaps, as those of a database sequence have. */
class Lines {
  readonly rows: StoredLogRow[] = [];
  #id = 0;

  constructor(private readonly random: SeededRandom) {}

  store(count: number): StoredLogRow[] {
    const stored = Array.from({ length: count }, (_, line): StoredLogRow => {
      this.#id += 1 + this.random.int(3);
      return {
        id: this.#id,
        taskId: `t${this.random.int(2)}`,
        attempt: 1,
        line,
        at: 0,
        stream: 'STDOUT',
        level: 'INFO',
        text: '',
      };
    });
    this.rows.push(...stored);
    return stored;
  }

  async logsAfter(taskId: string, after: number, limit: number): Promise<StoredLogRow[]> {
    for (let turns = this.random.int(3); turns > 0; turns--) await turn();
    const page = this.rows.filter((row) => row.taskId === taskId && row.id > after).slice(0, limit);
    for (let turns = this.random.int(3); turns > 0; turns--) await turn();
    return page;
  }
}

const scenario = fc.record({
  seed: fc.nat(),
  before: fc.integer({ min: 0, max: 600 }),
  batches: fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 20 }),
  after: fc.constantFrom(0, 0, 37, 500),
  slow: fc.constantFrom(0, 1, 4),
  busMax: fc.constantFrom(100_000, 300),
});

describe('the log feed', () => {
  it('gives every line of its task exactly once and in order, whatever happens', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ seed, before, batches, after, slow, busMax }) => {
        const random = new SeededRandom(seed);
        const lines = new Lines(random.fork('lines'));
        lines.store(before);
        const bus = new Bus<StoredLogRow>({ itemsMax: busMax });
        const feed = new StoreLogFeed({ store: lines, bus, clock: new SystemClock() });
        const stop = new AbortController();
        const seen: number[] = [];
        const reading = (async () => {
          for await (const rows of feed.lines('t0', after, stop.signal)) {
            seen.push(...rows.map((row) => row.id));
            for (let turns = slow; turns > 0; turns--) await turn();
          }
        })();
        for (const size of batches) {
          bus.publish(lines.store(size));
          for (let turns = random.int(4); turns > 0; turns--) await turn();
        }
        const wanted = lines.rows.filter((row) => row.taskId === 't0' && row.id > after).map((row) => row.id);
        const giveUpAt = performance.now() + 5000;
        while (seen.length < wanted.length && performance.now() < giveUpAt) await turn();
        for (let turns = 0; turns < 20; turns++) await turn();
        stop.abort();
        await reading;
        expect(seen).toEqual(wanted);
        expect(feed.subscribers).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('starts at the present when no cursor is given', async () => {
    const lines = new Lines(new SeededRandom(5));
    const bus = new Bus<StoredLogRow>();
    const feed = new StoreLogFeed({ store: lines, bus, clock: new SystemClock() });
    lines.store(40);
    const stop = new AbortController();
    const iterator = feed.lines('t0', undefined, stop.signal)[Symbol.asyncIterator]();
    const first = iterator.next();
    for (let i = 0; i < 30; i++) await turn();
    const stored = lines.store(20);
    bus.publish(stored);
    expect((await first).value).toEqual(stored.filter((row) => row.taskId === 't0'));
    stop.abort();
    feed.close();
  });
});
