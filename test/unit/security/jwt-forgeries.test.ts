/** JWTs as an attacker makes them, against the issuer of each algorithm: none is taken, and what is right is. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { JwtIssuer, type JwtSettings } from '../../../src/security/jwt-issuer.js';

const SECRET = 'a secret of the identity provider, 40 b.';
const clock = new VirtualClock();
const NOW = Math.floor(clock.wall() / 1000);

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');

const SETTINGS: JwtSettings = {
  algorithm: 'HS256',
  issuer: 'https://id.example.org/',
  audience: 'taskmesh',
  secret: SECRET,
  jwksUrl: '',
  clockSkewSeconds: 5,
  roleClaim: 'role',
  tenantClaim: 'tenant',
};
const CLAIMS = {
  sub: 'ann',
  iss: SETTINGS.issuer,
  aud: 'taskmesh',
  exp: NOW + 600,
  iat: NOW - 60,
  role: 'DEVELOPER',
  tenant: 'acme',
};

let keys: Server;
let jwksUrl = '';
beforeAll(async () => {
  const jwk = (key: KeyObject, kid: string, alg: string) => ({
    ...key.export({ format: 'jwk' }),
    kid,
    alg,
    use: 'sig',
  });
  const set = JSON.stringify({
    keys: [
      jwk(rsa.publicKey, 'r', 'RS256'),
      jwk(ec.publicKey, 'e', 'ES256'),
      jwk(ed.publicKey, 'd', 'EdDSA'),
    ],
  });
  keys = createServer((_, response) => response.setHeader('content-type', 'application/json').end(set));
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  jwksUrl = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks.json`;
});
afterAll(() => new Promise((resolve) => keys.close(resolve)));

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

const hmac = (text: string, key: string | Buffer = SECRET, hash = 'sha256'): string =>
  createHmac(hash, key).update(text).digest('base64url');

/** Signed with the right secret, whatever it says. */
function shared(claims: unknown, header: unknown = { alg: 'HS256', typ: 'JWT' }): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  return `${text}.${hmac(text)}`;
}

function signed(claims: unknown, header: object, key: KeyObject): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return `${text}.${sign(hash, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

const issuer = (settings: Partial<JwtSettings> = {}): JwtIssuer =>
  new JwtIssuer({ ...SETTINGS, jwksUrl, ...settings }, clock);
const without = (name: keyof typeof CLAIMS): object =>
  Object.fromEntries(Object.entries(CLAIMS).filter(([key]) => key !== name));
const publicPem = (): string => rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string;

describe('what is right is taken', () => {
  it('HS256, with role, tenant and end', async () => {
    const found = await issuer().find(shared(CLAIMS));
    expect(found).toMatchObject({
      ok: true,
      identity: {
        id: 'user:ann',
        role: 'DEVELOPER',
        tenant: 'acme',
        credential: { expiresAt: CLAIMS.exp * 1000 },
      },
    });
  });

  it.each([
    ['RS256', 'r', () => rsa.privateKey],
    ['ES256', 'e', () => ec.privateKey],
    ['EdDSA', 'd', () => ed.privateKey],
  ] as const)('%s, by the key set', async (algorithm, kid, key) => {
    const found = await issuer({ algorithm }).find(signed(CLAIMS, { alg: algorithm, kid }, key()));
    expect(found).toMatchObject({ ok: true, identity: { id: 'user:ann' } });
  });

  it('the highest of several roles, wherever they stand, in any case', async () => {
    const realm = {
      ...CLAIMS,
      role: undefined,
      realm_access: { roles: ['viewer', 'offline_access', 'operator'] },
    };
    expect(await issuer({ roleClaim: 'realm_access.roles' }).find(shared(realm))).toMatchObject({
      identity: { role: 'OPERATOR' },
    });
    expect(await issuer({ tenantClaim: '' }).find(shared(without('tenant')))).toMatchObject({
      identity: { tenant: 'default' },
    });
  });

  it('with an audience among others, and a beginning within the allowed skew', async () => {
    expect(
      await issuer().find(shared({ ...CLAIMS, aud: ['other', 'taskmesh'], nbf: NOW + 3 })),
    ).toMatchObject({ ok: true });
  });

  it('until it ends, and its credential says so', async () => {
    const own = new VirtualClock();
    const found = await new JwtIssuer(SETTINGS, own).find(shared({ ...CLAIMS, exp: NOW + 60 }));
    if (!found.ok) throw new Error(found.why);
    let why = '';
    found.identity.credential.whenOver((reason) => (why = reason));
    own.advance(59_000);
    expect([found.identity.credential.over, why]).toEqual([undefined, '']);
    own.advance(1_500);
    expect(why).toContain('expired');
    expect(found.identity.credential.over).toContain('expired');
  });
});

const none = (alg: string) => `${encoded({ alg, typ: 'JWT' })}.${encoded(CLAIMS)}.`;
const confused = (key: string | Buffer, alg = 'HS256') => {
  const text = `${encoded({ alg, typ: 'JWT', kid: 'r' })}.${encoded(CLAIMS)}`;
  return `${text}.${hmac(text, key)}`;
};
const [right = '', rightClaims = '', rightSignature = ''] = shared(CLAIMS).split('.');

/** For the issuer of HS256. */
const FORGERIES: readonly (readonly [string, () => string])[] = [
  ['alg none, no signature', () => none('none')],
  ['alg None', () => none('None')],
  ['alg nOnE', () => none('nOnE')],
  ['alg none with a right signature', () => shared(CLAIMS, { alg: 'none' })],
  ['alg empty', () => shared(CLAIMS, { alg: '' })],
  ['no alg', () => shared(CLAIMS, { typ: 'JWT' })],
  ['alg as a list', () => shared(CLAIMS, { alg: ['HS256'] })],
  [
    'alg HS512 with the secret',
    () => {
      const text = `${encoded({ alg: 'HS512' })}.${encoded(CLAIMS)}`;
      return `${text}.${hmac(text, SECRET, 'sha512')}`;
    },
  ],
  ['alg HS256 by another secret', () => confused('another secret that is as long as 32')],
  ['alg HS256 by an empty secret', () => confused('')],
  [
    'alg RS256 by a key of the attacker',
    () => signed(CLAIMS, { alg: 'RS256', kid: 'r' }, otherRsa.privateKey),
  ],
  ['no signature', () => `${right}.${rightClaims}.`],
  ['no signature and no dot', () => `${right}.${rightClaims}`],
  [
    'another payload under a right signature',
    () => `${right}.${encoded({ ...CLAIMS, role: 'ADMIN' })}.${rightSignature}`,
  ],
  [
    'another header under a right signature',
    () => `${encoded({ alg: 'HS256', kid: 'x' })}.${rightClaims}.${rightSignature}`,
  ],
  ['a signature cut short', () => `${right}.${rightClaims}.${rightSignature.slice(0, -4)}`],
  [
    'a signature with a changed bit',
    () => `${right}.${rightClaims}.${rightSignature.startsWith('A') ? 'B' : 'A'}${rightSignature.slice(1)}`,
  ],
  [
    'the key in the header (jwk)',
    () => shared(CLAIMS, { alg: 'HS256', jwk: { kty: 'oct', k: encoded(SECRET) } }),
  ],
  [
    'an address of keys in the header (jku)',
    () => shared(CLAIMS, { alg: 'HS256', jku: 'https://attacker.example/jwks' }),
  ],
  [
    'an address of a certificate (x5u)',
    () => shared(CLAIMS, { alg: 'HS256', x5u: 'https://attacker.example/cert' }),
  ],
  ['a certificate in the header (x5c)', () => shared(CLAIMS, { alg: 'HS256', x5c: ['MII='] })],
  [
    'kid as a path',
    () => confused('', 'HS256').replace(/^[^.]+/, encoded({ alg: 'HS256', kid: '../../dev/null' })),
  ],
  ['crit that nobody knows', () => shared(CLAIMS, { alg: 'HS256', crit: ['exp2'], exp2: 1 })],
  ['crit b64 = false', () => shared(CLAIMS, { alg: 'HS256', crit: ['b64'], b64: false })],
  ['typ of another kind', () => shared(CLAIMS, { alg: 'HS256', typ: 'logout+jwt' })],
  ['expired', () => shared({ ...CLAIMS, exp: NOW - 1 })],
  ['expired within the skew', () => shared({ ...CLAIMS, exp: NOW - 3 })],
  ['no exp', () => shared(without('exp'))],
  ['issued in the future', () => shared({ ...CLAIMS, iat: NOW + 60 })],
  ['for longer than a year', () => shared({ ...CLAIMS, exp: NOW + 400 * 86_400 })],
  ['that says not when it was issued', () => shared({ ...CLAIMS, iat: undefined })],
  ['exp as text', () => shared({ ...CLAIMS, exp: String(CLAIMS.exp) })],
  [
    'exp not a number',
    () =>
      shared(
        `{"sub":"ann","iss":"${CLAIMS.iss}","aud":"taskmesh","exp":null,"role":"ADMIN","tenant":"acme"}`,
      ),
  ],
  ['not valid yet', () => shared({ ...CLAIMS, nbf: NOW + 3600 })],
  ['another issuer', () => shared({ ...CLAIMS, iss: 'https://id.example.org.attacker.example/' })],
  ['the issuer without its slash', () => shared({ ...CLAIMS, iss: 'https://id.example.org' })],
  ['no issuer', () => shared(without('iss'))],
  ['another audience', () => shared({ ...CLAIMS, aud: 'other' })],
  ['no audience', () => shared(without('aud'))],
  ['no subject', () => shared(without('sub'))],
  ['an empty subject', () => shared({ ...CLAIMS, sub: ' ' })],
  ['a subject that is no text', () => shared({ ...CLAIMS, sub: { id: 'owner' } })],
  ['no role', () => shared(without('role'))],
  ['an unknown role', () => shared({ ...CLAIMS, role: 'ROOT' })],
  ['a role from the prototype', () => shared({ ...without('role'), __proto__: { role: 'ADMIN' } })],
  ['no tenant', () => shared(without('tenant'))],
  ['a tenant that is no name', () => shared({ ...CLAIMS, tenant: '../default' })],
  ['tenants as a list', () => shared({ ...CLAIMS, tenant: ['acme', 'default'] })],
  ['claims that are a list', () => shared([CLAIMS])],
  ['claims that are no JSON', () => shared('{"sub":"ann"')],
  [
    'a claim twice, under another signature',
    () =>
      `${right}.${encoded(`{"role":"VIEWER","role":"ADMIN",${JSON.stringify(CLAIMS).slice(1)}`)}.${rightSignature}`,
  ],
  ['a huge token', () => shared({ ...CLAIMS, filler: 'x'.repeat(100_000) })],
  [
    'a header nested deep',
    () => `${encoded(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`)}.${rightClaims}.${rightSignature}`,
  ],
  ['four parts', () => `${shared(CLAIMS)}.x`],
  ['only dots', () => '..'],
  ['what is no base64', () => '!.!.!'],
];

describe('what is forged is not', () => {
  it('has forty kinds and more', () => {
    expect(FORGERIES.length).toBeGreaterThanOrEqual(40);
  });

  it.each(FORGERIES)('HS256: %s', async (_, forge) => {
    const found = await issuer().find(forge());
    expect(found.ok).toBe(false);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  it.each([
    ['HS256 by the public key as PEM', () => confused(publicPem())],
    ['HS256 by the public key as PEM without its last line end', () => confused(publicPem().trim())],
    ['HS256 by the public key as DER', () => confused(rsa.publicKey.export({ type: 'spki', format: 'der' }))],
    ['HS256 by the secret of somewhere else', () => shared(CLAIMS)],
    [
      'HS256 by the modulus',
      () => confused(Buffer.from(rsa.publicKey.export({ format: 'jwk' }).n as string, 'base64url')),
    ],
    [
      'RS256 by another key under a right kid',
      () => signed(CLAIMS, { alg: 'RS256', kid: 'r' }, otherRsa.privateKey),
    ],
    ['RS256 by another key without kid', () => signed(CLAIMS, { alg: 'RS256' }, otherRsa.privateKey)],
    ['RS256 under an unknown kid', () => signed(CLAIMS, { alg: 'RS256', kid: 'unknown' }, rsa.privateKey)],
    [
      'RS256 with its own key in the header',
      () =>
        signed(
          CLAIMS,
          { alg: 'RS256', kid: 'r', jwk: otherRsa.publicKey.export({ format: 'jwk' }) },
          otherRsa.privateKey,
        ),
    ],
    ['ES256 by a key of the set', () => signed(CLAIMS, { alg: 'ES256', kid: 'e' }, ec.privateKey)],
    ['EdDSA by a key of the set', () => signed(CLAIMS, { alg: 'EdDSA', kid: 'd' }, ed.privateKey)],
    ['alg none', () => none('none')],
    [
      'an ES256 signature of zeros',
      () =>
        `${encoded({ alg: 'ES256', kid: 'e' })}.${encoded(CLAIMS)}.${Buffer.alloc(64).toString('base64url')}`,
    ],
  ])('RS256: %s', async (_, forge) => {
    expect(await issuer({ algorithm: 'RS256' }).find(forge())).toMatchObject({ ok: false });
  });

  it('ES256: a signature of zeros (CVE-2022-21449)', async () => {
    const zeros = `${encoded({ alg: 'ES256', kid: 'e' })}.${encoded(CLAIMS)}.${Buffer.alloc(64).toString('base64url')}`;
    expect(await issuer({ algorithm: 'ES256' }).find(zeros)).toMatchObject({ ok: false });
  });

  it('says that it cannot tell when the key set does not answer', async () => {
    const away = issuer({ algorithm: 'RS256', jwksUrl: 'http://127.0.0.1:1/jwks.json' });
    expect(await away.find(signed(CLAIMS, { alg: 'RS256', kid: 'r' }, rsa.privateKey))).toMatchObject({
      ok: false,
      isAway: true,
    });
  });

  it('refuses a secret that can be guessed', () => {
    expect(() => issuer({ secret: 'short' })).toThrow(/at least 32 bytes/);
  });
});
