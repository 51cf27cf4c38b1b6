/** An identity provider: what a server has to be told of it, and the JWTs that it gives out. */
import { createHmac } from 'node:crypto';

const SECRET = 'a secret of the identity provider, 40 b.';

export const JWTS = {
  jwtAlgorithm: 'HS256',
  jwtIssuer: 'https://id.example.org/',
  jwtAudience: 'taskmesh',
  jwtSecret: SECRET,
  jwtTenantClaim: 'org',
} as const;

export function jwt(claims: object): string {
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const all = {
    iss: JWTS.jwtIssuer,
    aud: JWTS.jwtAudience,
    exp: now + 600,
    iat: now - 60,
    sub: 'ann',
    ...claims,
  };
  const text = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(all)}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}
