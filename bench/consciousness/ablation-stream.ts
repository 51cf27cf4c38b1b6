/**
 * A stream of tasks on four slots with a virtual clock, with the consciousness of the product at a fixed level or without any:
 * the same fold, rules, rows and gate as on a server. What differs between levels is the level alone.
 */
import { LiveConsciousness } from '../../src/consciousness/live/live-consciousness.js';
import type { Level } from '../../src/consciousness/evolution/level.js';
import { VirtualClock } from '../../src/kit/clock.js';
import { SeededRandom } from '../../src/kit/random.js';
import type { TaskSpec } from '../../src/lifecycle/task.js';
import type { Advisor } from '../../src/orchestrator/advisor.js';
import { QuantileAdvisor } from '../../src/orchestrator/advice/quantile-advisor.js';
import type { AttemptFacts, EndedAttempt } from '../../src/store/learning.js';
import { MemoryConsciousness } from '../../src/store/memory/memory-consciousness.js';
import { specOf } from '../../test/support/core-harness.js';

export const STREAMS = ['steady', 'periodic failures', 'broken dependency', 'both'] as const;
export type StreamName = (typeof STREAMS)[number];

export interface StreamCost {
  /** Seconds of a task until it is done; one that failed for good counts as `LOST_SECONDS`. */
  readonly meanSeconds: number;
  readonly failedAttempts: number;
  readonly failedTasks: number;
}

export const LOST_SECONDS = 300;
const SLOTS = 4;
const STEP_MS = 500;
const DURATION_MS = 2 * 3_600_000;
const ATTEMPTS_MAX = 5;
const TURNS = 12;
/** The sync fails in so many seconds of every five minutes, which begin a little earlier or later each time. */
const BAD = { everyMs: 300_000, forMs: 20_000, jitterMs: 3000 };
/** The dependency is away six times, for one to four minutes; who asks it then waits for five seconds in vain. */
const OUTAGES = 6;
const IN_VAIN_MS = 5000;

interface Job {
  readonly id: string;
  readonly spec: TaskSpec;
  readonly bornAt: number;
  readonly runMs: number;
  attempt: number;
  availableAt: number;
  startedAt: number;
  endsAt: number;
  failing: boolean;
}

type Interval = readonly [from: number, to: number];

const KINDS = {
  report: specOf('report', { typeKey: 'command:report', work: { command: { argv: ['report'] } } }),
  sync: specOf('sync', { typeKey: 'command:sync', work: { command: { argv: ['sync'] } } }),
  call: specOf('call', {
    typeKey: 'command:call',
    work: { command: { argv: ['call'] } },
    metadata: { dependency: 'warehouse' },
  }),
} as const;

const PLAIN = new QuantileAdvisor();

export class AblationStream {
  readonly #clock = new VirtualClock(1_760_000_000_000);
  readonly #random: SeededRandom;
  readonly #bad: readonly Interval[];
  readonly #outages: readonly Interval[];
  readonly #hasSync: boolean;
  readonly #hasCalls: boolean;
  readonly #live: LiveConsciousness | undefined;
  readonly #advisor: Advisor | undefined;
  readonly #history: AttemptFacts[] = [];
  readonly #pending: Job[] = [];
  readonly #running = new Set<Job>();
  #jobs = 0;
  #seconds = 0;
  #ended = 0;
  #failedAttempts = 0;
  #failedTasks = 0;

  /** `level` null: without consciousness. */
  constructor(name: StreamName, level: Level | null, seed: string) {
    const random = new SeededRandom(`${name} ${seed}`);
    this.#random = random.fork('jobs');
    this.#hasSync = name === 'periodic failures' || name === 'both';
    this.#hasCalls = name === 'broken dependency' || name === 'both';
    this.#bad = badIntervals(random.fork('bad'));
    this.#outages = outages(random.fork('outages'));
    this.#live = level === null ? undefined : this.#consciousness(level);
    this.#advisor = this.#live?.advisorOver(PLAIN, PLAIN);
  }

  async run(): Promise<StreamCost> {
    this.#live?.lead(1);
    await turns();
    const start = this.#clock.monotonic();
    while (this.#now - start < DURATION_MS || this.#pending.length + this.#running.size > 0) {
      if (this.#now - start < DURATION_MS) this.#arrive(this.#now - start);
      this.#end();
      this.#start(start);
      this.#clock.advance(STEP_MS);
      if (this.#live !== undefined) await turns();
    }
    const following = this.#live?.follow();
    this.#clock.advance(STEP_MS);
    await turns();
    await following;
    return {
      meanSeconds: this.#seconds / this.#ended,
      failedAttempts: this.#failedAttempts,
      failedTasks: this.#failedTasks,
    };
  }

  get #now(): number {
    return this.#clock.monotonic();
  }

  #consciousness(level: Level): LiveConsciousness {
    let ids = 0;
    const { seq } = { seq: (): number => this.#history.length };
    return new LiveConsciousness({
      // at a rate of 0 no level is ever earned or left by evidence
      settings: { initialLevel: level, evolutionRate: 0 },
      store: new MemoryConsciousness(),
      history: {
        endedAfter: (after) => Promise.resolve({ ended: this.#history.slice(after), scannedTo: seq() }),
        factsOf: (ended: readonly EndedAttempt[]) =>
          Promise.resolve(ended.map(({ seq: at }) => this.#history[at - 1] as AttemptFacts)),
        alarms: () => Promise.resolve([]),
        predictions: () => Promise.resolve({ nodes: [], cursors: [], hasNextPage: false }),
      },
      clock: this.#clock,
      now: () => this.#clock.wall(),
      newId: () => `decision ${++ids}`,
      gateChanged: () => undefined,
      reorder: () => undefined,
      nodeOf: () => '',
      waiting: () => [],
      twin: () => Promise.resolve(null),
      tuned: () => [],
      loadOf: () => Promise.resolve(null),
      together: () => Promise.resolve(null),
      failed: (error) => {
        throw error;
      },
    });
  }

  #arrive(at: number): void {
    const { sync, call, report } = KINDS;
    if (this.#hasSync && at % 3000 === 0) this.#add(sync, 2000 + 500 * this.#random.int(3));
    if (this.#hasCalls && at % 2500 === 0) this.#add(call, 1000 + 500 * this.#random.int(3));
    if (at % 4000 === 0) this.#add(report, 1000 * (1 + this.#random.int(5)));
  }

  #add(spec: TaskSpec, runMs: number): void {
    const times = { bornAt: this.#now, availableAt: this.#now, startedAt: 0, endsAt: 0 };
    this.#pending.push({ id: `t${++this.#jobs}`, spec, runMs, attempt: 0, failing: false, ...times });
  }

  #start(origin: number): void {
    for (const job of [...this.#pending]) {
      if (this.#running.size >= SLOTS) return;
      if (job.availableAt > this.#now || this.#isHeldBack(job)) continue;
      this.#pending.splice(this.#pending.indexOf(job), 1);
      this.#running.add(job);
      job.attempt++;
      job.startedAt = this.#now;
      const at = this.#now - origin;
      const failsAt = this.#failsAt(job, at);
      job.failing = failsAt !== null;
      job.endsAt = this.#now + (failsAt === null ? job.runMs : failsAt - at);
    }
  }

  #isHeldBack({ id, spec }: Job): boolean {
    const gate = this.#advisor?.gate;
    return gate !== undefined && !gate.isOpen && gate.waitMs(id, spec) > 0;
  }

  /** When it fails that starts at that time; null: it completes. */
  #failsAt({ spec, runMs }: Job, at: number): number | null {
    if (spec === KINDS.sync) {
      const met = this.#bad.find(([from, to]) => at < to && at + runMs > from);
      return met === undefined ? null : Math.max(at, met[0]) + STEP_MS;
    }
    if (spec !== KINDS.call) return null;
    return this.#outages.some(([from, to]) => at < to && at + runMs > from) ? at + IN_VAIN_MS : null;
  }

  #end(): void {
    for (const job of this.#running) {
      if (job.endsAt > this.#now) continue;
      this.#running.delete(job);
      const runMs = job.endsAt - job.startedAt;
      const failureCode = job.failing ? 'EXIT_1' : null;
      this.#tell(job, runMs, failureCode);
      this.#advisor?.settled?.({ taskId: job.id, spec: job.spec, runMs, failureCode });
      if (!job.failing) this.#done((this.#now - job.bornAt) / 1000);
      else this.#failed(job);
    }
  }

  /** Tried again after 1, 2, 4 and 8 seconds. */
  #failed(job: Job): void {
    this.#failedAttempts++;
    if (job.attempt < ATTEMPTS_MAX) {
      job.availableAt = this.#now + 1000 * 2 ** (job.attempt - 1);
      this.#pending.push(job);
      return;
    }
    this.#failedTasks++;
    this.#done(LOST_SECONDS);
  }

  #done(seconds: number): void {
    this.#ended++;
    this.#seconds += seconds;
  }

  #tell({ id, spec, attempt }: Job, runMs: number, errorCode: string | null): void {
    const wall = this.#clock.wall();
    this.#history.push({
      ...{ seq: this.#history.length + 1, at: wall, taskId: id, attempt, typeKey: spec.typeKey },
      ...{ layer: 'LOCAL', node: 'host:1:1', outcome: errorCode === null ? 'COMPLETED' : 'FAILED', runMs },
      ...{ meshId: id, meshName: 'stream', spec, parents: 0, children: 0, inputCount: 0, inputBytes: 0 },
      ...{ lastError: attempt > 1 ? 'EXIT_1' : null, startedAt: wall - runMs, waitMs: 0, errorCode },
      ...{ cpuMs: null, memoryPeakBytes: null, outputBytes: null },
    } as AttemptFacts);
  }
}

function badIntervals(random: SeededRandom): Interval[] {
  const phase = random.int(BAD.everyMs);
  return Array.from({ length: Math.ceil(DURATION_MS / BAD.everyMs) + 1 }, (_, k): Interval => {
    const from = phase + k * BAD.everyMs + Math.round(BAD.jitterMs * (2 * random.next() - 1));
    return [from, from + BAD.forMs];
  });
}

function outages(random: SeededRandom): Interval[] {
  return Array.from({ length: OUTAGES }, (_, k): Interval => {
    const from = (DURATION_MS / OUTAGES) * (k + 0.2 + 0.5 * random.next());
    return [from, from + 60_000 * (1 + 3 * random.next())];
  });
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}
