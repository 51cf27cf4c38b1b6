/**
 * What commands cost: CPU time and peak memory of each. Called by the command run at start and exit of its process.
 * On Linux only; elsewhere everything is null.
 *
 * Node hides getrusage(2) of children, so two sources are combined. The kernel adds a child's CPU time, with that of
 * all descendants it waited for, to ours (`cutime`, `cstime` in /proc/self/stat) at the moment it is collected: the
 * difference is exact to a tick (10 ms), and over many attempts the errors cancel out. When several processes are
 * collected in one turn of the event loop it is divided by what was last seen of each. Sampling the tree adds what was
 * never waited for, and memory: the sum of resident sizes, or the largest peak of one process. What a process allocates
 * and frees within its first 25 ms, or between two samples in another process than the largest, is not seen.
 */
import type { Clock, Timer } from '../../kit/clock.js';
import { childrenOf, isLive, memoryOf, statOf, TICK_MS } from '../processes/process-table.js';

export interface Usage {
  readonly cpuMs: number | null;
  readonly memoryPeakBytes: number | null;
}

const FIRST_SAMPLE_MS = 25;
const SAMPLE_MS = 250;
/**
 * Sampling waits this many times the CPU time it took, so it never takes more than 1 % of a core. The time that it took would be
 * mostly that of others on a busy machine.
 */
const REST_FACTOR = 100;
const TREE_SIZE_MAX = 1_000;

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

interface Sample {
  ticks: number;
  memoryPeakBytes: number;
}

function sampleTree(pid: number, sample: Sample): void {
  const pending = [pid];
  let ticks = 0;
  let residentBytes = 0;
  for (let visited = 0; pending.length > 0 && visited < TREE_SIZE_MAX; visited++) {
    const member = pending.pop() as number;
    const stat = statOf(member);
    if (!isLive(stat)) continue;
    const memory = memoryOf(member);
    ticks += stat.ownTicks + stat.childTicks;
    residentBytes += memory?.residentBytes ?? 0;
    sample.memoryPeakBytes = Math.max(sample.memoryPeakBytes, memory?.peakBytes ?? 0);
    pending.push(...childrenOf(member));
  }
  sample.ticks = Math.max(sample.ticks, ticks);
  sample.memoryPeakBytes = Math.max(sample.memoryPeakBytes, residentBytes);
}

interface Exited {
  readonly sample: Sample;
  readonly resolve: (usage: Usage) => void;
}

export class UsageMeter {
  readonly #clock: Clock;
  readonly #running = new Map<number, Sample>();
  #exited: Exited[] = [];
  #timer: Timer | undefined;
  #dueAt = Infinity;
  #costMs = 0;
  #collectedTicks: number | undefined = statOf('self')?.childTicks;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(pid: number): void {
    if (this.#collectedTicks === undefined) return;
    this.#running.set(pid, { ticks: 0, memoryPeakBytes: 0 });
    this.#sampleWithin(Math.max(FIRST_SAMPLE_MS, this.#costMs * REST_FACTOR));
  }

  /** To be called in the turn of the event loop in which the process was collected. */
  end(pid: number): Promise<Usage> {
    const sample = this.#running.get(pid);
    if (sample === undefined) return Promise.resolve({ cpuMs: null, memoryPeakBytes: null });
    this.#running.delete(pid);
    return new Promise((resolve) => {
      if (this.#exited.length === 0) setImmediate(() => this.#divide());
      this.#exited.push({ sample, resolve });
    });
  }

  close(): void {
    this.#timer?.cancel();
  }

  #divide(): void {
    const exited = this.#exited;
    this.#exited = [];
    const total = statOf('self')?.childTicks ?? 0;
    const ticks = total - (this.#collectedTicks ?? 0);
    this.#collectedTicks = total;
    const weightOf = (sample: Sample): number => sample.ticks + 1;
    const weights = exited.reduce((sum, { sample }) => sum + weightOf(sample), 0);
    for (const { sample, resolve } of exited) {
      const collected = (ticks * weightOf(sample)) / weights;
      resolve({
        cpuMs: Math.max(collected, sample.ticks) * TICK_MS,
        memoryPeakBytes: sample.memoryPeakBytes === 0 ? null : sample.memoryPeakBytes,
      });
    }
  }

  #sampleWithin(ms: number): void {
    const dueAt = this.#clock.monotonic() + ms;
    if (dueAt >= this.#dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = dueAt;
    this.#timer = this.#clock.setTimer(ms, () => this.#sample());
  }

  #sample(): void {
    const cpuMsBefore = ownCpuMs();
    this.#dueAt = Infinity;
    for (const [pid, sample] of this.#running) sampleTree(pid, sample);
    this.#costMs = ownCpuMs() - cpuMsBefore;
    if (this.#running.size > 0) this.#sampleWithin(Math.max(SAMPLE_MS, this.#costMs * REST_FACTOR));
  }
}
