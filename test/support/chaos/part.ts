/**
 * A server or node that somebody watches over: started anew whenever it is gone, as by a supervisor, on links of its own to the
 * database and to Redis. The faults strike it here.
 *
 * States: starting ⇄ running → closed. A pause or a silent link is beside that.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { SeededRandom } from '../../../src/kit/random.js';
import { familyOf, type Sighting } from '../kill-rounds/processes.js';
import type { SilentLink } from '../servers/proxy.js';

export interface Running {
  readonly pid: number;
  readonly gone: Promise<unknown>;
}

/** Before it is started again. */
const DOWN_MS_MAX = 1500;
/** A start is stuck after 90 s; one that is tried over and over has a reason that stays. */
const GIVE_UP_MS = 300_000;
/** Three times what the program promises, with the drain and the grace that it is given here. */
const END_MS_MAX = 54_000;

export class Part<Process extends Running = Running> {
  readonly name: string;
  readonly #links: readonly SilentLink[];
  readonly #start: () => Promise<Process>;
  readonly #random: SeededRandom;
  /** Processes that were killed, with all below them: none may outlive them for long. */
  readonly killed: Sighting[] = [];
  #process: Process | undefined;
  #closing = false;
  #kept: Promise<void> = Promise.resolve();
  #isStruck = false;
  /** Told to end, and not gone yet. */
  #isEnding = false;

  constructor(
    name: string,
    options: {
      /** All that lead out of its machine: a cut takes them together. */
      links: readonly SilentLink[];
      random: SeededRandom;
      start: () => Promise<Process>;
    },
  ) {
    this.name = name;
    this.#links = options.links;
    this.#random = options.random.fork(name);
    this.#start = options.start;
  }

  get process(): Process | undefined {
    return this.#process;
  }

  /** It runs, is to go on running, and no fault lasts. */
  get isWhole(): boolean {
    return this.#process !== undefined && !this.#isStruck && !this.#isEnding;
  }

  /** Resolves when it runs for the first time. */
  async open(): Promise<void> {
    this.#process = await this.#start();
    this.#kept = this.#keep();
  }

  /** Lets it end as a supervisor does. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#release();
    this.#signal('SIGCONT');
    this.#signal('SIGTERM');
    const late = delay(END_MS_MAX).then(() => 'late');
    const isLate = (await Promise.race([this.#kept, late])) === 'late';
    if (isLate) this.#signal('SIGKILL');
    await this.#kept;
    await Promise.all(this.#links.map((link) => link.close()));
    if (isLate) throw new Error(`${this.name} did not end within ${END_MS_MAX / 1000} s of being told to`);
  }

  kill(): void {
    const { pid } = this.#process ?? {};
    if (pid !== undefined) this.killed.push(...familyOf(pid));
    this.#isEnding = true;
    this.#signal('SIGKILL');
  }

  terminate(): void {
    this.#isEnding = true;
    this.#signal('SIGTERM');
  }

  /** Resolves when it goes on. */
  pause(ms: number): Promise<void> {
    return this.#strike(ms, {
      begin: () => this.#signal('SIGSTOP'),
      end: () => this.#signal('SIGCONT'),
    });
  }

  cut(ms: number): Promise<void> {
    const hold = (): void => this.#links.forEach((link) => link.hold());
    return this.#strike(ms, { begin: hold, end: () => this.#release() });
  }

  #release(): void {
    for (const link of this.#links) link.release();
  }

  async #strike(ms: number, fault: { begin: () => void; end: () => void }): Promise<void> {
    this.#isStruck = true;
    fault.begin();
    await delay(ms);
    fault.end();
    this.#isStruck = false;
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#process ?? {};
    try {
      if (pid !== undefined) process.kill(pid, signal);
    } catch {
      // It ended by itself in between.
    }
  }

  async #keep(): Promise<void> {
    for (;;) {
      await this.#process?.gone;
      this.#process = undefined;
      this.#isEnding = false;
      if (this.#closing) return;
      await delay(this.#random.int(DOWN_MS_MAX));
      await this.#startAgain();
    }
  }

  /** The database may be away meanwhile: a supervisor tries again. */
  async #startAgain(): Promise<void> {
    const giveUpAt = Date.now() + GIVE_UP_MS;
    while (!this.#closing) {
      try {
        this.#process = await this.#start();
        // told to close while it started
        if (this.#closing) this.#signal('SIGTERM');
        return;
      } catch (error) {
        if (Date.now() > giveUpAt) throw error;
        await delay(DOWN_MS_MAX / 5);
      }
    }
  }
}
