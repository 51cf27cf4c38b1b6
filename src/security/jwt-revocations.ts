/**
 * Which JWTs hold no longer: a token by its `jti`, or all that a subject had until then. All revocations are in memory; what was
 * read is believed for half a second, and read again at a hint of another server and as often while somebody holds a socket.
 * Called by the issuer of JWTs for each token, and by the API to revoke.
 */
import type { Clock, Timer } from '../kit/clock.js';
import type { Hints } from '../store/hints.js';
import type { Revocation, Revocations } from '../store/api-tokens.js';
import type { Grantor } from './api-tokens.js';
import { TimedCredential } from './credential.js';

/** No JWT lasts longer, from `iat` to `exp`: so a revocation can be forgotten after that. */
export const LIFETIME_SECONDS_MAX = 366 * 86_400;

export interface JwtClaims {
  readonly tenant: string;
  readonly subject: string;
  readonly tokenId: string | null;
  /** Ms since the epoch. */
  readonly issuedAt: number;
}

export interface RevocationWish {
  readonly tenant: string;
  readonly subject: string;
  readonly tokenId: string | null;
}

interface Parts {
  readonly store: Revocations;
  readonly hints: Pick<Hints, 'on' | 'give'>;
  readonly clock: Clock;
}

const BELIEVED_MS = 500;
/** Below the half second that is left of the promised one. */
const LOOK_MS = 400;

/** Of one JWT; known to those who look after revocations while somebody waits for its end. */
class JwtCredential extends TimedCredential {
  readonly claims: JwtClaims;
  readonly #watched: Set<JwtCredential>;

  constructor(expiresAt: number, clock: Clock, of: { claims: JwtClaims; watched: Set<JwtCredential> }) {
    super(expiresAt, clock);
    this.claims = of.claims;
    this.#watched = of.watched;
  }

  override whenOver(listener: (why: string) => void): () => void {
    const stop = super.whenOver(listener);
    if (this.isWatched) this.#watched.add(this);
    return () => {
      stop();
      if (!this.isWatched) this.#watched.delete(this);
    };
  }
}

export class JwtRevocations {
  readonly #parts: Parts;
  /** By number. */
  #known = new Map<number, Revocation>();
  #bySubject = new Map<string, Revocation[]>();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  readonly #watched = new Set<JwtCredential>();
  #stopListening: () => void = () => undefined;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#stopListening = this.#parts.hints.on('identities', () => void this.#look());
    await this.#read();
    this.#lookLater();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#timer?.cancel();
  }

  /** Undefined: it was revoked. Throws while the database does not answer. */
  async credentialOf(claims: JwtClaims, expiresAt: number): Promise<TimedCredential | undefined> {
    if (this.#parts.clock.monotonic() - this.#readAt >= BELIEVED_MS) await this.#read();
    if (this.#isRevoked(claims)) return undefined;
    return new JwtCredential(expiresAt, this.#parts.clock, { claims, watched: this.#watched });
  }

  async revoke({ tenant, subject, tokenId }: RevocationWish, by: Grantor): Promise<Revocation> {
    const what = { subject: `user ${subject}`, before: null, after: { tenant, tokenId } };
    const audit = { ...by, action: 'revokeIdentity', ...what };
    const row = { tenant, subject, tokenId, revokedBy: by.actor };
    const made = await this.#parts.store.add(row, LIFETIME_SECONDS_MAX * 1000, audit);
    this.#add([made]);
    this.#end();
    this.#parts.hints.give('identities');
    return made;
  }

  #isRevoked({ tenant, subject, tokenId, issuedAt }: JwtClaims): boolean {
    const found = this.#bySubject.get(keyOf(tenant, subject)) ?? [];
    return found.some((one) =>
      one.tokenId === null ? issuedAt <= one.revokedAt.getTime() : one.tokenId === tokenId,
    );
  }

  /** One at a time, shared by all who ask meanwhile. */
  #read(): Promise<void> {
    this.#reading ??= this.#readAfter().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #readAfter(): Promise<void> {
    const at = this.#parts.clock.monotonic();
    const last = Math.max(0, ...[...this.#known.keys()].slice(-1));
    this.#add(await this.#parts.store.after(last));
    this.#readAt = at;
  }

  #add(rows: readonly Revocation[]): void {
    const fresh = rows.filter(({ number }) => !this.#known.has(number));
    if (fresh.length === 0) return;
    const now = this.#parts.clock.wall();
    const all = [...this.#known.values(), ...fresh].filter(({ until }) => until.getTime() > now);
    all.sort((a, b) => a.number - b.number);
    this.#known = new Map(all.map((one) => [one.number, one]));
    this.#bySubject = new Map();
    for (const one of all) {
      const key = keyOf(one.tenant, one.subject);
      this.#bySubject.set(key, [...(this.#bySubject.get(key) ?? []), one]);
    }
  }

  #end(): void {
    for (const credential of [...this.#watched]) if (this.#isRevoked(credential.claims)) credential.revoke();
  }

  #lookLater(): void {
    if (this.#stopped) return;
    this.#timer = this.#parts.clock.setTimer(
      LOOK_MS,
      () => void this.#look().finally(() => this.#lookLater()),
    );
  }

  /** A database that does not answer is asked again; while it is away nothing is committed that could be told. */
  async #look(): Promise<void> {
    if (this.#watched.size === 0) return;
    await this.#read().then(
      () => this.#end(),
      () => undefined,
    );
  }
}

function keyOf(tenant: string, subject: string): string {
  return `${tenant}/${subject}`;
}
