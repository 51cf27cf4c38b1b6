/**
 * What a process runs on: its clocks, and whether it runs at all. Everything that happens to a process comes through
 * here: a paused one finds its timers and messages when it goes on, a dead one never does.
 */
import type { Clock, Timer } from '../../../src/kit/clock.js';
import type { SeededRandom } from '../../../src/kit/random.js';
import type { Timeline } from './timeline.js';

interface Happening {
  readonly kind: 'timer' | 'message';
  readonly happen: () => void;
  cancelled: boolean;
}

const DAY_MS = 24 * 3_600_000;

/** States: running, paused (`#waiting` collects what happens meanwhile), dead for good. */
export class Machine implements Clock {
  readonly #timeline: Timeline;
  readonly #random: SeededRandom;
  /** Monotonic clocks of two processes have nothing in common. */
  readonly #start: number;
  #wallOffset = 0;
  #waiting: Happening[] | undefined;
  #dead = false;
  #runningSince: number;
  /** The wall clock is set again and again, at any moment. */
  wildWall = false;

  constructor(timeline: Timeline, random: SeededRandom) {
    this.#timeline = timeline;
    this.#random = random;
    this.#start = random.int(1_000_000_000);
    this.#runningSince = timeline.now();
  }

  get isDead(): boolean {
    return this.#dead;
  }

  get isRunning(): boolean {
    return !this.#dead && this.#waiting === undefined;
  }

  /** World time of its start, or of the end of its last pause. */
  get runningSince(): number {
    return this.#runningSince;
  }

  monotonic(): number {
    return this.#start + this.#timeline.now();
  }

  wall(): number {
    if (this.wildWall && this.#random.next() < 0.5) this.jump();
    return this.#timeline.wall() + this.#wallOffset;
  }

  setTimer(delayMs: number, fn: () => void): Timer {
    const happening: Happening = { kind: 'timer', happen: fn, cancelled: false };
    const timer = this.#timeline.after(delayMs, () => this.#receive(happening));
    return {
      cancel: () => {
        happening.cancelled = true;
        timer.cancel();
      },
    };
  }

  /** A message arrives from outside. */
  receive(happen: () => void): void {
    this.#receive({ kind: 'message', happen, cancelled: false });
  }

  jump(): void {
    const far = this.#random.next() < 0.3 ? DAY_MS : 10_000;
    this.#wallOffset = Math.round((this.#random.next() * 2 - 1) * far);
  }

  pause(): void {
    this.#waiting ??= [];
  }

  /** What came meanwhile happens now, one thing after another; whether timers or messages come first is chance. */
  resume(): void {
    const waiting = this.#waiting;
    if (waiting === undefined || this.#dead) return;
    this.#waiting = undefined;
    this.#runningSince = this.#timeline.now();
    const first = this.#random.next() < 0.5 ? 'timer' : 'message';
    const ordered = [
      ...waiting.filter(({ kind }) => kind === first),
      ...waiting.filter(({ kind }) => kind !== first),
    ];
    for (const happening of ordered) this.#timeline.after(0, () => this.#receive(happening));
  }

  kill(): void {
    this.#dead = true;
  }

  #receive(happening: Happening): void {
    if (this.#dead || happening.cancelled) return;
    if (this.#waiting !== undefined) this.#waiting.push(happening);
    else happening.happen();
  }
}
