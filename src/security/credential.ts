/**
 * What a caller has shown, and how long it holds: until it expires or is revoked. Doors look at it before each thing
 * they deliver, and are told when it is over.
 */
import type { Clock, Timer } from '../kit/clock.js';

export interface Credential {
  /** Wall clock, ms; null: for ever. */
  readonly expiresAt: number | null;
  /** Why it holds no longer; undefined while it does. */
  readonly over: string | undefined;
  /** Calls at most once, soon after it is over. Answers how to stop listening. */
  whenOver(listener: (why: string) => void): () => void;
}

export const EXPIRED = 'the token has expired; connect again with a new one';
export const REVOKED = 'the token was revoked';

/** States: holds, until its time has come or `revoke` is called; then over for good. */
export class TimedCredential implements Credential {
  readonly expiresAt: number | null;
  readonly #clock: Clock;
  readonly #listeners = new Set<(why: string) => void>();
  #revoked = false;
  #timer: Timer | undefined;

  constructor(expiresAt: number | null, clock: Clock) {
    this.expiresAt = expiresAt;
    this.#clock = clock;
  }

  get over(): string | undefined {
    if (this.#revoked) return REVOKED;
    return this.expiresAt !== null && this.#clock.wall() >= this.expiresAt ? EXPIRED : undefined;
  }

  /** Does anyone wait for its end? */
  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  revoke(): void {
    this.#revoked = true;
    this.#tell();
  }

  whenOver(listener: (why: string) => void): () => void {
    this.#listeners.add(listener);
    this.#look();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#disarm();
    };
  }

  #look(): void {
    this.#disarm();
    if (this.over !== undefined) return this.#tell();
    if (this.expiresAt === null || this.#listeners.size === 0) return;
    this.#timer = this.#clock.setTimer(this.expiresAt - this.#clock.wall(), () => this.#look());
  }

  #tell(): void {
    this.#disarm();
    const why = this.over ?? REVOKED;
    const told = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of told) listener(why);
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
