/**
 * Telling something to stop, as `AbortController` does, without its weight. Every attempt has two of these on its way
 * from the core to its work; a real signal is an EventTarget with a finalizer, and making, hearing and collecting two
 * of them was a quarter of what the process spent on a task that does nothing.
 */

import { keepShape } from './keep-shape.js';

/** What those who may be stopped see; every `AbortSignal` is one. */
export interface StopSignal {
  readonly aborted: boolean;
  /** It is to end at once, whatever time it was given; told as `force`, perhaps long after `abort`. */
  readonly forced?: boolean;
  readonly reason: unknown;
  addEventListener(type: StopEvent, listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: StopEvent, listener: () => void): void;
}

export type StopEvent = 'abort' | 'force';

/**
 * States: not stopped; stopped, for good, with the reason that came first; forced, which its parent knows nothing of. A
 * listener hears of each once, whatever it asked for. With a `parent` it stops when that stops, or by itself; it listens to its parent only while somebody listens to it,
 * so that one which nobody asks costs nothing.
 */
export class Stop implements StopSignal {
  readonly #parent: StopSignal | undefined;
  #aborted = false;
  #forced = false;
  #reason: unknown;
  #listeners: (() => void)[] | undefined;
  #forceListeners: (() => void)[] | undefined;
  #follow: (() => void) | undefined;

  constructor(parent?: StopSignal) {
    this.#parent = parent;
  }

  get aborted(): boolean {
    return this.#aborted || this.#parent?.aborted === true;
  }

  get forced(): boolean {
    return this.#forced;
  }

  get reason(): unknown {
    return this.#aborted ? this.#reason : this.#parent?.reason;
  }

  abort(reason: unknown): void {
    if (this.aborted) return;
    this.#stop(reason);
  }

  /** Also what was told to stop before and is taking its time. */
  force(reason: unknown): void {
    if (this.#forced) return;
    this.#forced = true;
    this.abort(reason);
    for (const listener of this.#forceListeners?.splice(0) ?? []) listener();
  }

  addEventListener(type: StopEvent, listener: () => void): void {
    if (type === 'force') {
      if (!this.#forced) (this.#forceListeners ??= []).push(listener);
      return;
    }
    if (this.aborted) return;
    if (this.#listeners === undefined) this.#listeners = [listener];
    else this.#listeners.push(listener);
    if (this.#parent === undefined || this.#follow !== undefined) return;
    const parent = this.#parent;
    this.#follow = () => this.#stop(parent.reason);
    parent.addEventListener('abort', this.#follow, { once: true });
  }

  removeEventListener(type: StopEvent, listener: () => void): void {
    const listeners = type === 'force' ? this.#forceListeners : this.#listeners;
    const at = listeners?.indexOf(listener) ?? -1;
    if (at >= 0) listeners?.splice(at, 1);
    if (this.#listeners?.length === 0) this.#unfollow();
  }

  /** What listened has ended: from now on nobody is told, and the parent knows nothing of this one. */
  forget(): void {
    this.#listeners = undefined;
    this.#forceListeners = undefined;
    this.#unfollow();
  }

  #stop(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    this.#unfollow();
    for (const listener of this.#listeners?.splice(0) ?? []) listener();
  }

  #unfollow(): void {
    if (this.#follow !== undefined) this.#parent?.removeEventListener('abort', this.#follow);
    this.#follow = undefined;
  }
}

keepShape(new Stop());

/** For those who only understand the real one. */
export function abortSignalOf(stop: StopSignal): AbortSignal {
  if (stop instanceof AbortSignal) return stop;
  const controller = new AbortController();
  const abort = (): void => controller.abort(stop.reason);
  if (stop.aborted) abort();
  else stop.addEventListener('abort', abort);
  return controller.signal;
}
