/**
 * Logs what goes wrong on a link that tries again by itself, several times a second: each reason at once, and then every ten
 * seconds with how often it was heard.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../kit/clock.js';
import { type LinkName, troubleOf } from './trouble.js';

const AGAIN_MS = 10_000;
/** A reason may hold what changes each time; older ones are forgotten first. */
const REASONS_MAX = 50;

export class TroubleLog {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #name: LinkName;
  readonly #what: string;
  readonly #heard = new Map<string, { toldAt: number; times: number }>();

  /** `what` is in trouble, as the log calls it. */
  constructor(options: { log: Logger; clock: Clock; name: LinkName; what: string }) {
    this.#log = options.log;
    this.#clock = options.clock;
    this.#name = options.name;
    this.#what = options.what;
  }

  readonly tell = (error: unknown): void => {
    const reason = troubleOf(this.#name, error);
    const now = this.#clock.monotonic();
    const heard = this.#heard.get(reason) ?? { toldAt: Number.NEGATIVE_INFINITY, times: 0 };
    heard.times++;
    this.#heard.set(reason, heard);
    if (now - heard.toldAt < AGAIN_MS) return;
    this.#log.warn({ reason, times: heard.times }, this.#what);
    heard.toldAt = now;
    heard.times = 0;
    if (this.#heard.size > REASONS_MAX) this.#heard.delete(this.#heard.keys().next().value as string);
  };
}
