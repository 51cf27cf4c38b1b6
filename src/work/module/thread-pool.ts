/**
 * Threads that can serve a module again. Called by the module executor around every call.
 *
 * Decision: a thread serves one attempt at a time and only one version of one file; it serves the next attempt of the
 * same file when the last one returned normally and left nothing behind. A new thread costs 40 ms of a core and 10 MB
 * (Node 20, here), a kept one 0.2 ms. So module-level state may be warm, as on AWS Lambda, but never belongs to another
 * module. piscina was rejected: it shares threads between modules, keeps imported files for the life of the process,
 * and has no notion of what an attempt left running.
 */
import type { Clock, Timer } from '../../kit/clock.js';
import type { ModuleThread } from './module-thread.js';

interface Idle {
  readonly thread: ModuleThread;
  readonly bornAt: number;
}

/**
 * A change in a file that the module imports is seen when its threads are replaced: at the latest this long after they
 * were made, however busy they are. Changes of the module itself are seen at once.
 */
const AGE_MS_MAX = 5_000;
const IDLE_MAX = 8;

export class ThreadPool {
  readonly #start: () => ModuleThread;
  readonly #clock: Clock;
  readonly #bornAt = new WeakMap<ModuleThread, number>();
  #idle: Idle[] = [];
  #timer: Timer | undefined;

  constructor(start: () => ModuleThread, clock: Clock) {
    this.#start = start;
    this.#clock = clock;
  }

  take(version: string): ModuleThread {
    this.#retireOld();
    const at = this.#idle.findLastIndex(({ thread }) => thread.version === version);
    if (at >= 0) return (this.#idle.splice(at, 1)[0] as Idle).thread;
    const thread = this.#start();
    thread.version = version;
    this.#bornAt.set(thread, this.#clock.monotonic());
    return thread;
  }

  /** The caller vouches that nothing of the last call runs in it any more. */
  give(thread: ModuleThread): void {
    thread.rest();
    this.#idle.push({ thread, bornAt: this.#bornAt.get(thread) ?? 0 });
    if (this.#idle.length > IDLE_MAX) void this.#idle.shift()?.thread.terminate();
    this.#timer ??= this.#clock.setTimer(AGE_MS_MAX, () => this.#tick());
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    const idle = this.#idle;
    this.#idle = [];
    await Promise.all(idle.map(({ thread }) => thread.terminate()));
  }

  #tick(): void {
    this.#timer = undefined;
    this.#retireOld();
    if (this.#idle.length > 0) this.#timer = this.#clock.setTimer(AGE_MS_MAX, () => this.#tick());
  }

  #retireOld(): void {
    const now = this.#clock.monotonic();
    const isFit = ({ thread, bornAt }: Idle): boolean => !thread.hasEnded && now - bornAt <= AGE_MS_MAX;
    for (const idle of this.#idle) if (!isFit(idle)) void idle.thread.terminate();
    this.#idle = this.#idle.filter(isFit);
  }
}
