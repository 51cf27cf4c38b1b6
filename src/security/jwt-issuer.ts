/**
 * JWTs of an identity provider (RFC 7519): one algorithm, one issuer and one audience, all fixed by the configuration. Keys
 * come from there too: a shared secret, or the provider's key set at an address; what a token says of keys (`jku`, `jwk`,
 * `x5u`, `x5c`) has it refused, and `kid` only chooses among the keys of that set. The cryptography is jose's.
 */
import { createRemoteJWKSet, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../kit/clock.js';
import { DEFAULT_TENANT, isRole, type Role, ROLES, TENANT_PATTERN } from '../lifecycle/role.js';
import { type JwtAlgorithm, SECRET_BYTES_MIN } from './jwt-algorithms.js';
import { TimedCredential } from './credential.js';
import { type Found, type Issuer, refused } from './identity.js';
import { type JwtRevocations, LIFETIME_SECONDS_MAX } from './jwt-revocations.js';

export interface JwtSettings {
  readonly algorithm: JwtAlgorithm;
  readonly issuer: string;
  readonly audience: string;
  /** For HS256. */
  readonly secret: string;
  /** For the others. */
  readonly jwksUrl: string;
  /** How far the clock of the issuer may be ahead (`nbf`); what has expired here has expired. */
  readonly clockSkewSeconds: number;
  /** Where roles stand, as `role` or `realm_access.roles`: one, or a list of which the highest counts. */
  readonly roleClaim: string;
  /** Where the tenant stands; empty: everybody is of the default tenant. */
  readonly tenantClaim: string;
}

/** A token that says more about somebody than that is none of ours. */
const CHARS_MAX = 8_192;
const JWKS_MS_MAX = 5_000;
const JWKS_KEPT_MS = 10 * 60_000;
const SUBJECT_CHARS_MAX = 200;
/** Keys, or where to find them, that come with a token are the forger's. */
const OWN_KEYS = ['jku', 'jwk', 'x5u', 'x5c', 'x5t', 'x5t#S256'] as const;
const TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];

type Verify = (token: string) => Promise<JWTPayload>;

/** Of one kind for everything that is wrong with a signature, so that nothing can be learned from it. */
const FORGED = refused('this JWT is not valid here: its signature, algorithm, issuer or audience is another');
const ENDED = refused('this JWT has expired, or is not valid yet; ask your identity provider for a new one');

const TAKEN_BACK = refused('this JWT was revoked; ask your identity provider for a new one');
const TOO_LONG = refused(
  `this JWT lasts longer than ${LIFETIME_SECONDS_MAX / 86_400} days from its "iat" to its "exp"; ask for a shorter one`,
);

function verifierOf(settings: JwtSettings, clock: Clock): Verify {
  const { algorithm, issuer, audience, clockSkewSeconds } = settings;
  const rules = () => ({
    algorithms: [algorithm],
    issuer,
    audience,
    clockTolerance: clockSkewSeconds,
    requiredClaims: ['exp', 'iat', 'sub', 'iss', 'aud'],
    currentDate: new Date(clock.wall()),
  });
  if (algorithm === 'HS256') {
    const secret = new TextEncoder().encode(settings.secret);
    if (secret.length < SECRET_BYTES_MIN)
      throw new Error(
        `security.jwt_secret must have at least ${SECRET_BYTES_MIN} bytes, it has ${secret.length}`,
      );
    return async (token) => (await jwtVerify(token, secret, rules())).payload;
  }
  const keys = createRemoteJWKSet(new URL(settings.jwksUrl), {
    timeoutDuration: JWKS_MS_MAX,
    cacheMaxAge: JWKS_KEPT_MS,
  });
  return async (token) => (await jwtVerify(token, keys, rules())).payload;
}

/** Undefined where the header is one that jose may look at. */
function headerFault(token: string): Found | undefined {
  try {
    const header = decodeProtectedHeader(token);
    if (OWN_KEYS.some((name) => header[name] !== undefined) || header.crit !== undefined) return FORGED;
    return header.typ === undefined || TYPES.includes(header.typ.toLowerCase()) ? undefined : FORGED;
  } catch {
    return FORGED;
  }
}

function claimAt(payload: JWTPayload, path: string): unknown {
  let value: unknown = payload;
  for (const name of Object.hasOwn(payload, path) ? [path] : path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function roleIn(claim: unknown): Role | undefined {
  const names = (Array.isArray(claim) ? claim : [claim]).filter((name) => typeof name === 'string');
  const roles = names.map((name) => name.toUpperCase()).filter((name) => isRole(name));
  return ROLES.findLast((role) => roles.includes(role));
}

export class JwtIssuer implements Issuer {
  readonly #settings: JwtSettings;
  readonly #clock: Clock;
  readonly #verify: Verify;
  readonly #revocations: Pick<JwtRevocations, 'credentialOf'> | undefined;

  /** Without `revocations` a token holds until it ends. */
  constructor(settings: JwtSettings, clock: Clock, revocations?: Pick<JwtRevocations, 'credentialOf'>) {
    this.#settings = settings;
    this.#clock = clock;
    this.#verify = verifierOf(settings, clock);
    this.#revocations = revocations;
  }

  knows(token: string): boolean {
    return token.split('.', 4).length === 3;
  }

  async find(token: string): Promise<Found> {
    if (token.length > CHARS_MAX) return refused(`this JWT is longer than ${CHARS_MAX} characters`);
    const fault = headerFault(token);
    if (fault !== undefined) return fault;
    let payload: JWTPayload;
    try {
      payload = await this.#verify(token);
    } catch (error) {
      return foundInstead(error);
    }
    return await this.#identityIn(payload);
  }

  /** One from the future would outlive its revocation, and one without end the memory of it. */
  #issuedAt({ iat, exp }: JWTPayload): { ok: true; at: number } | { ok: false; why: Found } {
    const at = (iat as number) * 1000;
    if (at > this.#clock.wall() + this.#settings.clockSkewSeconds * 1000) return { ok: false, why: ENDED };
    if ((exp as number) - (iat as number) > LIFETIME_SECONDS_MAX) return { ok: false, why: TOO_LONG };
    return { ok: true, at };
  }

  async #identityIn(payload: JWTPayload): Promise<Found> {
    const { roleClaim, tenantClaim } = this.#settings;
    const { sub, exp } = payload;
    if (typeof sub !== 'string' || sub.trim() === '' || sub.length > SUBJECT_CHARS_MAX)
      return refused(`this JWT has no subject (sub) of 1 to ${SUBJECT_CHARS_MAX} characters`);
    const role = roleIn(claimAt(payload, roleClaim));
    if (role === undefined)
      return refused(`this JWT has none of the roles ${ROLES.join(', ')} in its claim "${roleClaim}"`);
    const tenant = tenantClaim === '' ? DEFAULT_TENANT : claimAt(payload, tenantClaim);
    if (typeof tenant !== 'string' || !TENANT_PATTERN.test(tenant))
      return refused(`this JWT has no name of a tenant in its claim "${tenantClaim}"`);
    const issued = this.#issuedAt(payload);
    if (!issued.ok) return issued.why;
    const expiresAt = (exp as number) * 1000;
    const tokenId = typeof payload.jti === 'string' ? payload.jti : null;
    const claims = { tenant, subject: sub, tokenId, issuedAt: issued.at };
    const credential =
      this.#revocations === undefined
        ? new TimedCredential(expiresAt, this.#clock)
        : await this.#revocations.credentialOf(claims, expiresAt);
    if (credential === undefined) return TAKEN_BACK;
    if (credential.over !== undefined) return ENDED;
    return { ok: true, identity: { id: `user:${sub}`, role, tenant, credential } };
  }
}

function foundInstead(error: unknown): Found {
  if (error instanceof errors.JWTExpired) return ENDED;
  if (error instanceof errors.JWTClaimValidationFailed && ['nbf', 'iat', 'exp'].includes(error.claim))
    return ENDED;
  const isKeySetAway =
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    !(error instanceof errors.JOSEError) ||
    error.code === 'ERR_JOSE_GENERIC';
  if (!isKeySetAway) return FORGED;
  return {
    ok: false,
    why: 'the keys of the identity provider cannot be had at this moment; try again shortly',
    isAway: true,
  };
}
