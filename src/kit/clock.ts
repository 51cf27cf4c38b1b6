/**
 * Time as a port: the system's clock in production, a virtual one in simulation and tests.
 * Every part that waits or measures takes a `Clock`. Deadlines and durations use `monotonic`; `wall` is for people and records only.
 */
import { assert } from './assert.js';
import { Heap, type Positions } from './heap.js';

export interface Timer {
  /** The callback will not run after this. Harmless when it already ran. */
  cancel(): void;
}

export interface Clock {
  /** Milliseconds (with fraction) since an arbitrary start; never goes back. */
  monotonic(): number;
  /** Milliseconds since the Unix epoch; may jump when the machine's clock is set. */
  wall(): number;
  /** Runs `fn` once, not before `delayMs` have passed. A negative delay counts as 0. */
  setTimer(delayMs: number, fn: () => void): Timer;
}

/** The longest delay Node's timers keep; a longer one would fire at once. */
const DELAY_MS_MAX = 2 ** 31 - 1;

/** Node's timers may fire up to a millisecond early, and overflow after 24.8 days; both are cured by arming again for the rest. */
class SystemTimer implements Timer {
  readonly #dueAt: number;
  readonly #fn: () => void;
  readonly #holdsProcess: boolean;
  #timeout: NodeJS.Timeout;

  constructor(delayMs: number, fn: () => void, holdsProcess: boolean) {
    this.#dueAt = performance.now() + delayMs;
    this.#fn = fn;
    this.#holdsProcess = holdsProcess;
    this.#timeout = this.#arm(delayMs);
  }

  cancel(): void {
    clearTimeout(this.#timeout);
  }

  #arm(delayMs: number): NodeJS.Timeout {
    const timeout = setTimeout(() => this.#fire(), Math.min(Math.ceil(delayMs), DELAY_MS_MAX));
    return this.#holdsProcess ? timeout : timeout.unref();
  }

  #fire(): void {
    const leftMs = this.#dueAt - performance.now();
    if (leftMs > 0) this.#timeout = this.#arm(leftMs);
    else this.#fn();
  }
}

/** Its timers do not keep the process alive (servers and sockets do that), unless `timersHoldProcess` is set. */
export class SystemClock implements Clock {
  readonly #timersHoldProcess: boolean;

  constructor(options: { timersHoldProcess?: boolean } = {}) {
    this.#timersHoldProcess = options.timersHoldProcess ?? false;
  }

  monotonic(): number {
    return performance.now();
  }

  wall(): number {
    return Date.now();
  }

  setTimer(delayMs: number, fn: () => void): Timer {
    assert(!Number.isNaN(delayMs), 'a timer needs a delay');
    return new SystemTimer(Math.max(delayMs, 0), fn, this.#timersHoldProcess);
  }
}

interface VirtualTimer {
  readonly dueAt: number;
  readonly sequence: number;
  readonly fn: () => void;
  /** In the heap; -1 when it is not there. */
  position: number;
}

const dueOrder = (a: VirtualTimer, b: VirtualTimer): number => a.dueAt - b.dueAt || a.sequence - b.sequence;
const POSITIONS: Positions<VirtualTimer> = {
  get: ({ position }) => position,
  set: (timer, position) => {
    timer.position = position;
  },
};

/**
 * Time that passes only when told to. Monotonic time starts at 0; wall time starts where the caller says and moves along.
 * Timers run in order of due time, ties in the order they were set, so a run is the same every time.
 */
export class VirtualClock implements Clock {
  readonly #wallStart: number;
  readonly #timers = new Heap<VirtualTimer>(dueOrder, POSITIONS);
  #now = 0;
  #sequence = 0;
  #advancing = false;

  constructor(wallStartMs: number = Date.UTC(2025, 0, 1)) {
    this.#wallStart = wallStartMs;
  }

  /** Timers set and not yet run or cancelled. */
  get timerCount(): number {
    return this.#timers.size;
  }

  monotonic(): number {
    return this.#now;
  }

  wall(): number {
    return this.#wallStart + Math.floor(this.#now);
  }

  setTimer(delayMs: number, fn: () => void): Timer {
    assert(!Number.isNaN(delayMs), 'a timer needs a delay');
    const dueAt = this.#now + Math.max(delayMs, 0);
    const timer: VirtualTimer = { dueAt, sequence: this.#sequence++, fn, position: -1 };
    this.#timers.push(timer);
    return { cancel: () => void this.#timers.remove(timer) };
  }

  /** Lets `ms` pass and runs what becomes due on the way, including what those callbacks set. */
  advance(ms: number): void {
    assert(ms >= 0 && Number.isFinite(ms), 'virtual time only moves forward, by a finite step');
    this.#assertIdle();
    const until = this.#now + ms;
    while ((this.#timers.peek()?.dueAt ?? Infinity) <= until) this.#runNext();
    this.#now = until;
  }

  /** Moves to the next timer and runs it alone. False when there is none. */
  advanceToNext(): boolean {
    this.#assertIdle();
    const next = this.#timers.peek();
    if (next === undefined || next.dueAt === Infinity) return false;
    this.#runNext();
    return true;
  }

  #assertIdle(): void {
    assert(!this.#advancing, 'a timer callback must not advance the clock that runs it');
  }

  #runNext(): void {
    const timer = this.#timers.pop() as VirtualTimer;
    this.#now = timer.dueAt;
    this.#advancing = true;
    try {
      timer.fn();
    } finally {
      this.#advancing = false;
    }
  }
}
