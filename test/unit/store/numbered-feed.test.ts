/** Rows that get numbers, followed by many: each has all of them once and in order, and the store is read once for all. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { NumberedFeed, type Slice } from '../../../src/store/numbered-feed.js';
import { until } from '../../support/until.js';

interface Row {
  readonly number: number;
}

class Rows {
  readonly all: Row[] = [];
  reads = 0;

  readonly read = async ({ after = 0, newestFirst = false, limit }: Slice): Promise<Row[]> => {
    this.reads++;
    const rows = this.all.filter(({ number }) => number > after);
    await new Promise((resolve) => setImmediate(resolve));
    return (newestFirst ? rows.reverse() : rows).slice(0, limit);
  };

  write(count: number): void {
    for (let index = 0; index < count; index++) this.all.push({ number: this.all.length + 1 });
  }
}

/** What it has been told so far, by numbers. */
function listener(rows: (signal: AbortSignal) => AsyncIterable<readonly Row[]>) {
  const stop = new AbortController();
  const seen: number[] = [];
  const ended = (async () => {
    for await (const batch of rows(stop.signal)) seen.push(...batch.map(({ number }) => number));
  })();
  return { seen, end: () => (stop.abort(), ended) };
}

/** Until nothing goes on but by the clock: each read takes a turn of the event loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, at) => from + at);

describe('many who follow', () => {
  it('have all of it once and in order, and ask the store once for all of them', async () => {
    const rows = new Rows();
    rows.write(3);
    const feed = new NumberedFeed(new VirtualClock());
    const follow = feed.of(rows.read);
    const crowd = await Promise.all(
      Array.from({ length: 1000 }, async () => listener(await follow(undefined))),
    );
    await settled();
    const before = rows.reads;
    rows.write(2);
    feed.wake();
    await until('all have heard', () => crowd.every(({ seen }) => seen.length === 2));
    expect(new Set(crowd.map(({ seen }) => String(seen)))).toEqual(new Set(['4,5']));
    // what there is now, and that there is no more
    expect(rows.reads - before).toBeLessThanOrEqual(4);
    await Promise.all(crowd.map(({ end }) => end()));
  });

  it('hear of what is written while they look', async () => {
    const rows = new Rows();
    const clock = new VirtualClock();
    const feed = new NumberedFeed(clock);
    const reader = listener(await feed.of(rows.read)(0));
    // no time passes, so that only a wake can tell
    for (let written = 0; written < 50; written++) {
      rows.write(1);
      feed.wake();
      if (written % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await until('it has heard', () => reader.seen.length === 50);
    expect(reader.seen).toEqual(upTo(50));
    await reader.end();
  });

  it('look for what others write, once a second for all', async () => {
    const rows = new Rows();
    const clock = new VirtualClock();
    const feed = new NumberedFeed(clock);
    const follow = feed.of(rows.read);
    const crowd = await Promise.all(Array.from({ length: 100 }, async () => listener(await follow(0))));
    await settled();
    const before = rows.reads;
    rows.write(1);
    clock.advance(999);
    await settled();
    expect(rows.reads).toBe(before);
    clock.advance(1);
    await settled();
    expect(crowd.every(({ seen }) => String(seen) === '1')).toBe(true);
    expect(rows.reads - before).toBeLessThanOrEqual(2);
    await Promise.all(crowd.map(({ end }) => end()));
  });
});

describe('who comes later', () => {
  it('begins behind its number, and is told what is known by then', async () => {
    const rows = new Rows();
    rows.write(600);
    const clock = new VirtualClock();
    const feed = new NumberedFeed(clock);
    const follow = feed.of(rows.read);
    const first = listener(await follow(0));
    await until('the first has all', () => first.seen.length === 600);
    await first.end();
    clock.advance(3600_000);
    rows.write(10);
    const second = listener(await follow(500));
    await until('the second has its own', () => second.seen.length === 110);
    expect([first.seen, second.seen]).toEqual([upTo(600), upTo(610, 501)]);
    await second.end();
    await expect(follow(611)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('ends at once when it is told to, also while it waits', async () => {
    const feed = new NumberedFeed(new VirtualClock());
    const reader = listener(await feed.of(new Rows().read)(undefined));
    await settled();
    await reader.end();
    expect(reader.seen).toEqual([]);
  });
});
