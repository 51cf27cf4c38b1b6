/**
 * Telling something to stop, as `AbortController` does, without its weight. Every attempt has two of these on its way
 * from the core to its work; a real signal is an EventTarget with a finalizer, and making, hearing and collecting two
 * of them was a quarter of what the process spent on a task that does nothing.
 */

/** What those who may be stopped see; every `AbortSignal` is one. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** States: not stopped; stopped, for good, with the reason that came first. A listener hears of it once, whatever it asked for. */
export class Stop implements StopSignal {
  #aborted = false;
  #reason: unknown;
  #listeners: (() => void)[] = [];

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    for (const listener of this.#listeners.splice(0)) listener();
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.#aborted) this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.#listeners.indexOf(listener);
    if (at >= 0) this.#listeners.splice(at, 1);
  }
}

/** For those who only understand the real one. */
export function abortSignalOf(stop: StopSignal): AbortSignal {
  if (stop instanceof AbortSignal) return stop;
  const controller = new AbortController();
  const abort = (): void => controller.abort(stop.reason);
  if (stop.aborted) abort();
  else stop.addEventListener('abort', abort);
  return controller.signal;
}
