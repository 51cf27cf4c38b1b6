/** Slots of a layer are tuned by the work that gets done, whatever the tasks are, and the account of it is true. */
import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/kit/clock.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { ThroughputTuning } from '../../../../src/learning/tuning/throughput/throughput-tuning.js';
import { BATCH, batchOf, slotsOf } from '../../../../src/learning/tuning/throughput/tunable.js';
import type { LayerLoad } from '../../../../src/orchestrator/advisor.js';
import type { TaskSpec } from '../../../../src/lifecycle/task.js';
import type { TuningChange } from '../../../../src/store/learning.js';
import { COMMAND, specOf } from '../../../support/core-harness.js';

const SLOTS = 8;

/** Seconds that a task of one second takes beside so many. */
type Law = (atOnce: number) => number;
const contention: Law = (atOnce) => 1 + 0.25 * (atOnce - 1) ** 2;
const free: Law = () => 1;

/** A layer that runs tasks of several kinds without end, each as long as the law says while it started. */
class World {
  readonly clock = new VirtualClock();
  readonly random = new SeededRandom('world');
  readonly news: TuningChange[] = [];
  /** Seconds of a kind, alone; they may change. */
  seconds: Readonly<Record<string, number>> = { short: 0.5, long: 2 };
  law: Law;
  limit = SLOTS;
  isAllowed = true;
  waiting = 100;
  done = 0;
  readonly tuning: ThroughputTuning;
  /** What is expected: as the latest ones were, so that it follows the slots in use. */
  readonly #expected = new Map<string, number>();
  readonly #running = new Set<number>();

  constructor(law: Law) {
    this.law = law;
    this.tuning = new ThroughputTuning({
      clock: this.clock,
      windowMs: 5000,
      expectedSeconds: ({ typeKey }) => this.#expected.get(typeKey) ?? null,
      tunables: () => [slotsOf(this.#load, (slots) => this.#use(slots))],
      allowed: () => this.isAllowed,
    });
  }

  run(seconds: number): void {
    this.#fill();
    this.clock.advance(1000 * seconds);
    this.news.push(...this.tuning.takeNews());
  }

  get #load(): LayerLoad {
    const oldestAt = Math.min(Number.POSITIVE_INFINITY, ...this.#running);
    return { layer: 'LOCAL', slots: SLOTS, used: this.#running.size, waiting: this.waiting, oldestAt };
  }

  #use(slots: number): void {
    this.limit = slots;
    this.#fill();
  }

  #fill(): void {
    while (this.#running.size < this.limit) this.#start();
  }

  #start(): void {
    const kinds = Object.entries(this.seconds);
    const [kind, seconds] = kinds[this.random.int(kinds.length)] as [string, number];
    const from = this.clock.monotonic() + this.#running.size * 1e-6;
    this.#running.add(from);
    const runMs = 1000 * seconds * this.law(this.#running.size) * (0.9 + 0.2 * this.random.next());
    this.clock.setTimer(runMs, () => {
      this.#running.delete(from);
      this.done += seconds;
      const spec: TaskSpec = specOf(kind, { work: COMMAND, typeKey: kind });
      this.tuning.settled({ taskId: 't', layer: 'LOCAL', spec, runMs, failureCode: null });
      this.#expected.set(kind, 0.7 * (this.#expected.get(kind) ?? runMs / 1000) + 0.3 * (runMs / 1000));
      this.#fill();
    });
  }
}

describe('slots of a layer', () => {
  let world: World;
  beforeEach(() => {
    world = new World(contention);
    world.tuning.lead(1, []);
  });

  it('become fewer where that gets more done, with what was predicted and what came', () => {
    world.run(60);
    const first = world.done / 60;
    world.run(300);
    world.done = 0;
    world.run(300);
    // two at once do 2/1.25 a second, eight 8/13
    expect(world.done / 300).toBeGreaterThan(0.95 * 1.6);
    expect(world.done / 300).toBeGreaterThan(1.5 * first);
    const change = world.news.findLast(({ before, after }) => before !== after);
    expect(change).toMatchObject({ parameter: 'concurrency, slots', scope: 'LOCAL', revertedAt: null });
    expect(change?.predictedGain).toBeGreaterThan(0);
    expect(change?.realisedGain).toBeGreaterThan(0);
    expect(world.tuning.inForce).toEqual([
      { parameter: 'concurrency, slots', scope: 'LOCAL', value: world.limit },
    ]);
  });

  it('stay where nothing is to be gained, and that is told', () => {
    world.law = free;
    world.run(900);
    expect(world.limit).toBe(SLOTS);
    const kept = world.news.filter(({ before, after }) => before === SLOTS && after === SLOTS);
    expect(kept).toHaveLength(1);
    expect(
      world.news.filter(({ before, after, revertedAt }) => before !== after && revertedAt === null),
    ).toEqual([]);
  });

  it('are not mistaken for what harder tasks take, nor for what easier ones do', () => {
    world.law = free;
    world.run(200);
    world.seconds = { longer: 20 };
    world.run(1500);
    world.seconds = { quick: 0.1 };
    world.run(200);
    expect(world.limit).toBe(SLOTS);
  });

  it('are not touched while nothing waits', () => {
    world.waiting = 0;
    world.run(600);
    expect([world.limit, world.news]).toEqual([SLOTS, []]);
  });

  it('are as configured as long as nothing else is allowed, and at once when it is no longer', () => {
    world.isAllowed = false;
    world.run(300);
    expect([world.limit, world.news]).toEqual([SLOTS, []]);
    world.isAllowed = true;
    world.run(600);
    expect(world.limit).toBeLessThan(5);
    world.waiting = 0;
    world.isAllowed = false;
    world.run(1);
    expect(world.limit).toBe(SLOTS);
  });

  it('are as they were found best under the next leader, and in the next process', () => {
    world.run(600);
    const held = world.news.filter(({ before, after }) => before !== after).at(-1)?.after as number;
    expect(held).toBeLessThan(5);
    world.tuning.follow();
    world.limit = SLOTS;
    world.tuning.lead(2, []);
    expect(world.limit).toBe(held);
    const next = new World(contention);
    next.tuning.lead(3, world.news.toReversed());
    expect(next.limit).toBe(held);
  });
});

describe('outcomes in one step', () => {
  /** A flood of outcomes through a step that costs something each, something for each outcome, and more where there are many. */
  function flood(costUs: (outcomes: number) => number, seconds: number) {
    const clock = new VirtualClock();
    const [told, random] = [{ outcomes: 0, steps: 0, crowd: 0 }, new SeededRandom('flood')];
    let [size, before] = [256, { ...told }];
    const tuning = new ThroughputTuning({
      clock,
      windowMs: 2000,
      expectedSeconds: () => null,
      tunables: () => {
        const seen = { start: 256, now: { ...told }, before };
        before = seen.now;
        return [batchOf(seen, (outcomes) => (size = outcomes))];
      },
    });
    tuning.lead(1, []);
    while (clock.monotonic() < 1000 * seconds) {
      const us = (size * costUs(size) * (0.9 + 0.2 * random.next())) / 1000;
      told.outcomes += size;
      told.steps++;
      told.crowd += 1000;
      tuning.wake();
      clock.advance(us);
    }
    return { size, news: tuning.takeNews() };
  }

  it('become more where that gets more done', () => {
    const { size, news } = flood((outcomes) => 20 + 20_000 / outcomes, 150);
    expect(size).toBeGreaterThan(512);
    expect(news[0]).toMatchObject({ parameter: BATCH, scope: 'core', before: 256 });
  });

  it('stay as they are where it makes no difference, and that is told', () => {
    const { size, news } = flood((outcomes) => 20 + 40 / outcomes, 150);
    expect(size).toBe(256);
    expect(news.filter(({ before, after }) => before === 256 && after === 256)).toHaveLength(1);
  });
});
