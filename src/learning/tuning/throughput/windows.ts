/**
 * Windows of observation of something that is busy: how much was done per second while one value of a parameter was in
 * force. Work is shared among the windows in which it ran, so a window is scored when nothing runs any more that ran in it.
 * A window in which there was not always more to do says nothing and is dropped.
 *
 * States: none open → open → closed (waits to be scored) → none open, or open with the next value.
 */
import type { CurveWindow } from './curve-tuner.js';

export interface WindowBounds {
  /** A window lasts at least so long. */
  readonly ms: number;
  /** And until so much has ended in it. */
  readonly ended: number;
}

interface Window {
  readonly value: number;
  readonly from: number;
  to: number;
  work: number;
  ended: number;
  /** Looks at it, and those at which there was not enough to do. */
  looks: number;
  idle: number;
}

/** What was seen at one moment. */
export interface Look {
  readonly now: number;
  /** Is the parameter what holds things up? */
  readonly isBusy: boolean;
  /** When the oldest of what runs began. */
  readonly oldestAt: number;
  /** Since when the value is in force: no window begins while something runs that began under another. */
  readonly since: number;
}

/** A moment without a backlog is no idleness; this share of the looks is. */
const IDLE_MAX = 0.1;
const CLOSED_MAX = 16;

export class Windows {
  #open: Window | undefined;
  #closed: Window[] = [];

  get isWatching(): boolean {
    return this.#open !== undefined || this.#closed.length > 0;
  }

  /** All that is not scored is dropped. */
  clear(): void {
    this.#open = undefined;
    this.#closed = [];
  }

  /** It ended now, and ran since `from`; `amount` of work. */
  done(amount: number, from: number, now: number): void {
    for (const window of this.#closed) share(window, amount, { from, now });
    if (this.#open === undefined) return;
    share(this.#open, amount, { from, now });
    this.#open.ended++;
  }

  /** True: the window is over, and another value may come into force. `value`: the one that is. */
  look({ now, isBusy, oldestAt, since }: Look, value: number, { ms, ended }: WindowBounds): boolean {
    const window = this.#open;
    if (window === undefined) {
      const fresh = { value, from: now, to: Number.POSITIVE_INFINITY, work: 0, ended: 0, looks: 0, idle: 0 };
      if (isBusy && oldestAt >= since) this.#open = fresh;
      return false;
    }
    window.looks++;
    if (!isBusy) window.idle++;
    if (window.idle > 1 + IDLE_MAX * window.looks) {
      this.#open = undefined;
      return false;
    }
    if (now - window.from < ms || window.ended < ended) return false;
    window.to = now;
    this.#open = undefined;
    if (this.#closed.length < CLOSED_MAX) this.#closed.push(window);
    return true;
  }

  /** Those that can be scored by now, in order. */
  scored({ oldestAt }: Pick<Look, 'oldestAt'>): CurveWindow[] {
    const over = this.#closed.filter(({ to }) => to <= oldestAt);
    this.#closed = this.#closed.filter(({ to }) => to > oldestAt);
    return over
      .map(({ value, work, from, to }) => ({ value, rate: (1000 * work) / (to - from) }))
      .filter(({ rate }) => rate > 0);
  }
}

function share(window: Window, amount: number, { from, now }: { from: number; now: number }): void {
  const overlap = Math.min(window.to, now) - Math.max(window.from, from);
  if (overlap >= now - from) window.work += amount;
  else if (overlap > 0) window.work += (amount * overlap) / (now - from);
}
