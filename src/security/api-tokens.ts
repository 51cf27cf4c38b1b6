/**
 * API tokens for machines: 256 random bits that are told once and kept as their hash, with a role, a tenant and an end.
 * It grants and revokes them, and finds whom one belongs to. A token that was looked up is believed for half a second;
 * those that hold sockets are looked at as often, and at once when a server hints that one was revoked.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../kit/clock.js';
import type { IdSource } from '../kit/ids.js';
import type { Role } from '../lifecycle/role.js';
import type { AuditRow } from '../lifecycle/batch.js';
import type { ApiTokenRecord, ApiTokens } from '../store/api-tokens.js';
import type { Hints } from '../store/hints.js';
import { TimedCredential } from './credential.js';
import { type Found, type Issuer, refused } from './identity.js';

export interface TokenWish {
  readonly name: string;
  readonly role: Role;
  readonly tenant: string;
  readonly lifetimeSeconds: number;
}

/** Who does it, for the audit. */
export type Grantor = Pick<AuditRow, 'tenant' | 'actor' | 'role' | 'address'>;

export interface ApiTokenOptions {
  readonly store: ApiTokens;
  readonly hints: Pick<Hints, 'on' | 'give'>;
  readonly clock: Clock;
  readonly ids: IdSource;
}

const PREFIX = 'tm_';
const TOKEN = /^tm_[A-Za-z0-9_-]{43}$/;
const BELIEVED_MS = 500;
/** Below the half second that is left of the promised one. */
const LOOK_MS = 400;
const USED_EVERY_MS = 60_000;
const KNOWN_MAX = 10_000;
const UNKNOWN = refused('this API token was never given out; ask an ADMIN for one (taskmesh token create)');
const OVER = refused('this API token has expired or was revoked; ask an ADMIN for a new one');

interface Known {
  readonly record: ApiTokenRecord;
  readonly credential: TimedCredential;
  believedUntil: number;
  usedAt: number;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export class TokenIssuer implements Issuer {
  readonly #options: ApiTokenOptions;
  /** By hash; least recently used first. */
  readonly #known = new Map<string, Known>();
  #stopListening: () => void = () => undefined;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(options: ApiTokenOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#stopListening = this.#options.hints.on('identities', () => void this.#look());
    this.#lookLater();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#timer?.cancel();
  }

  knows(token: string): boolean {
    return token.startsWith(PREFIX);
  }

  async find(token: string): Promise<Found> {
    if (!TOKEN.test(token)) return UNKNOWN;
    const known = await this.#knownOf(hashOf(token));
    if (known === undefined) return UNKNOWN;
    const { record, credential } = known;
    if (credential.over !== undefined) return OVER;
    this.#use(known);
    const { id, role, tenant } = record;
    return { ok: true, identity: { id: `token:${id}`, role, tenant, credential } };
  }

  /** The token itself is told here and never again. */
  async create(wish: TokenWish, by: Grantor): Promise<{ token: string; record: ApiTokenRecord }> {
    const { name, role, tenant, lifetimeSeconds } = wish;
    const token = PREFIX + randomBytes(32).toString('base64url');
    const id = this.#options.ids.next();
    const granted = { id, name, hash: hashOf(token), tenant, role, createdBy: by.actor };
    const after = { name, role, tenant, lifetimeSeconds };
    const audit = { ...by, action: 'createApiToken', subject: `token ${id}`, before: null, after };
    const record = await this.#options.store.add({ ...granted, lifetimeMs: lifetimeSeconds * 1000 }, audit);
    return { token, record };
  }

  list(tenant: string): Promise<ApiTokenRecord[]> {
    return this.#options.store.list(tenant);
  }

  /** Undefined: the tenant has no such token. */
  async revoke(id: string, tenant: string, by: Grantor): Promise<ApiTokenRecord | undefined> {
    const audit = { ...by, action: 'revokeApiToken', subject: `token ${id}`, before: null };
    const after = { revoked: true };
    const record = await this.#options.store.revoke(id, tenant, { ...audit, after });
    for (const { record: known, credential } of this.#known.values())
      if (known.id === id) credential.revoke();
    this.#options.hints.give('identities');
    return record;
  }

  async #knownOf(hash: string): Promise<Known | undefined> {
    const now = this.#options.clock.monotonic();
    const known = this.#known.get(hash);
    if (known !== undefined && (known.believedUntil > now || known.credential.over !== undefined))
      return known;
    const found = await this.#options.store.byHash(hash);
    if (found === undefined) return undefined;
    const { isOver, ...record } = found;
    const kept = known ?? this.#remember(hash, record);
    if (isOver) kept.credential.revoke();
    kept.believedUntil = now + BELIEVED_MS;
    return kept;
  }

  #remember(hash: string, record: ApiTokenRecord): Known {
    // two look-ups of one token at the same time share what the first has made
    const other = this.#known.get(hash);
    if (other !== undefined) return other;
    const { clock } = this.#options;
    const credential = new TimedCredential(record.expiresAt.getTime(), clock);
    const known = { record, credential, believedUntil: 0, usedAt: Number.NEGATIVE_INFINITY };
    this.#known.set(hash, known);
    if (this.#known.size > KNOWN_MAX) this.#forgetOne();
    return known;
  }

  /** One that nobody holds: a socket must hear of its end. */
  #forgetOne(): void {
    for (const [hash, { credential }] of this.#known)
      if (!credential.isWatched) return void this.#known.delete(hash);
  }

  #use(known: Known): void {
    const now = this.#options.clock.monotonic();
    if (now - known.usedAt < USED_EVERY_MS) return;
    known.usedAt = now;
    void this.#options.store.used(known.record.id).catch(() => undefined);
  }

  #lookLater(): void {
    if (this.#stopped) return;
    this.#timer = this.#options.clock.setTimer(
      LOOK_MS,
      () => void this.#look().finally(() => this.#lookLater()),
    );
  }

  /** A database that does not answer is asked again; while it is away nothing is committed that could be told. */
  async #look(): Promise<void> {
    const held = [...this.#known.values()].filter(({ credential }) => credential.isWatched);
    if (held.length === 0) return;
    const ids = held.map(({ record }) => record.id);
    const revoked = new Set(await this.#options.store.revokedAmong(ids).catch(() => []));
    for (const { record, credential } of held) if (revoked.has(record.id)) credential.revoke();
  }
}
