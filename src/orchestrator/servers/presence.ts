/**
 * This server among the others on its database: says every second that it lives, knows who else does and who leads, and while
 * it leads takes those off the list that have fallen silent. Made by the composition root; `status` and the feeds ask it.
 */
import type { Clock, Timer } from '../../kit/clock.js';
import type { Part } from '../../kit/part.js';
import type { Roster, ServerBeat, ServerIdentity, ServerRecord, Servers } from '../../store/servers.js';

export interface PresenceOptions {
  readonly servers: Servers;
  readonly clock: Clock;
  readonly identity: ServerIdentity;
  readonly now: () => ServerBeat;
  /** Silent for so long is dead. */
  readonly leaseMs: number;
  /** It was taken for dead itself: what runs here counts as lost. */
  readonly evicted: () => void;
  /** After a beat that reached the database, with the list as of then. */
  readonly heard: (roster: Roster) => void;
}

const BEATS_PER_LEASE = 5;
const FRESH_MS = 200;

export class Presence implements Part {
  readonly #options: PresenceOptions;
  #joined = false;
  #roster: Roster | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;
  /** Since when no beat has failed to reach the database. */
  #steadySince: number | undefined;
  #timer: Timer | undefined;
  #beating: Promise<void> | undefined;
  #stopped = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** As of the last beat that reached the database. */
  get roster(): Roster | undefined {
    return this.#roster;
  }

  /** Other servers that live, as far as known. */
  get others(): readonly ServerRecord[] {
    const { identity } = this.#options;
    return this.living.filter(({ id }) => id !== identity.id);
  }

  /** The list without those that have fallen silent; empty when this server itself hears nothing any more. */
  get living(): readonly ServerRecord[] {
    const { clock, leaseMs } = this.#options;
    if (clock.monotonic() - this.#heardAt > leaseMs) return [];
    return (this.#roster?.servers ?? []).filter(({ silentMs }) => silentMs <= leaseMs);
  }

  /** Undefined while nobody is known to lead. */
  get leader(): ServerRecord | undefined {
    return this.living.find(({ id, state }) => state === 'LEADING' && id === this.#roster?.leaderId);
  }

  async start(): Promise<void> {
    await this.beat();
    this.#arm();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#beating;
    const { servers, identity } = this.#options;
    await servers.leave(identity.id).catch(() => undefined);
  }

  /** Now: when what this server does has changed. Never rejects. */
  async beat(): Promise<void> {
    await this.#beating;
    if (!this.#stopped) await (this.#beating = this.#beatOnce().catch(() => this.#missed()));
  }

  /** The list as of now, or of a moment ago. Never rejects. */
  async look(): Promise<void> {
    if (this.#options.clock.monotonic() - this.#heardAt > FRESH_MS) await this.#read().catch(() => undefined);
  }

  #arm(): void {
    const { clock, leaseMs } = this.#options;
    this.#timer = clock.setTimer(leaseMs / BEATS_PER_LEASE, () => {
      void this.beat().then(() => {
        if (!this.#stopped) this.#arm();
      });
    });
  }

  async #beatOnce(): Promise<void> {
    const { servers, identity, now, evicted, clock, leaseMs } = this.#options;
    if (clock.monotonic() - this.#heardAt > leaseMs / 2) this.#missed();
    this.#steadySince ??= clock.monotonic();
    const beat = now();
    const isListed = this.#joined && (await servers.beat(identity.id, beat));
    if (!isListed) {
      if (this.#joined) evicted();
      await servers.join(identity, beat);
      this.#joined = true;
    }
    if (beat.state === 'LEADING') await this.#evictSilent();
    await this.#read();
  }

  /**
   * Only once this server has been heard for a lease itself: when the database was away, or the whole machine stood still,
   * everybody has been silent.
   */
  async #evictSilent(): Promise<void> {
    const { servers, clock, leaseMs } = this.#options;
    const steadyMs = clock.monotonic() - (this.#steadySince ?? clock.monotonic());
    if (steadyMs >= leaseMs) await servers.evict(leaseMs);
  }

  #missed(): void {
    this.#steadySince = undefined;
  }

  async #read(): Promise<void> {
    const { servers, clock, heard } = this.#options;
    const askedAt = clock.monotonic();
    this.#roster = await servers.roster();
    this.#heardAt = askedAt;
    heard(this.#roster);
  }
}
