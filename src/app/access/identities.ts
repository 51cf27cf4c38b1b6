/** Wires who may come in beside the owner: API tokens of this system, and JWTs of an identity provider where one is configured. */
import type { Config } from '../../config.js';
import type { Clock } from '../../kit/clock.js';
import { IdSource } from '../../kit/ids.js';
import { SystemRandom } from '../../kit/random.js';
import { TokenIssuer } from '../../security/api-tokens.js';
import { type Identities, IssuedIdentities, type Issuer } from '../../security/identity.js';
import { JwtRevocations } from '../../security/jwt-revocations.js';
import { RefusalLog } from '../../security/refusal-log.js';
import { SecretStore } from '../../work/secrets/secret-store.js';
import type { AppOptions } from '../app-options.js';
import type { Database } from '../database.js';
import type { Started } from '../started.js';

const REFERENCE = /^\$\{secret:([\w.-]+)\}$/;

export interface OpenIdentities {
  readonly tokens: TokenIssuer;
  readonly identities: Identities;
  readonly refusals: RefusalLog;
  readonly revocations: JwtRevocations;
}

export async function openIdentities(
  options: AppOptions,
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  started: Started,
): Promise<OpenIdentities> {
  const ids = new IdSource(clock, new SystemRandom());
  const tokens = new TokenIssuer({ store: database.apiTokens, hints: database.hints, clock, ids });
  await tokens.start();
  started.add('the API tokens', () => tokens.stop());
  const { revocations: store, hints } = database;
  const revocations = new JwtRevocations({ store, hints, clock });
  await revocations.start();
  started.add('the revocations of JWTs', () => revocations.stop());
  const jwt = await jwtIssuer(options, clock, revocations);
  const failed = (error: unknown): void =>
    options.log.warn({ err: error }, 'refused attempts could not be written into the audit; trying again');
  const refusals = new RefusalLog(database.audit, clock, failed);
  started.add('the log of refusals', () => refusals.stop());
  return {
    tokens,
    refusals,
    revocations,
    identities: new IssuedIdentities(jwt === undefined ? [tokens] : [tokens, jwt]),
  };
}

/** Undefined where no JWTs are taken; the library is loaded only then. */
async function jwtIssuer(
  options: AppOptions,
  clock: Clock,
  revocations: JwtRevocations,
): Promise<Issuer | undefined> {
  const { security } = options.config;
  if (security.jwtAlgorithm === 'none') return undefined;
  const { JwtIssuer } = await import('../../security/jwt-issuer.js');
  return new JwtIssuer(
    {
      algorithm: security.jwtAlgorithm,
      issuer: security.jwtIssuer,
      audience: security.jwtAudience,
      secret: await secretOf(options, security),
      jwksUrl: security.jwksUrl,
      clockSkewSeconds: security.jwtClockSkewSeconds,
      roleClaim: security.jwtRoleClaim,
      tenantClaim: security.jwtTenantClaim,
    },
    clock,
    revocations,
  );
}

/** The key itself, or what is kept where work keeps its secrets. */
async function secretOf(
  { env, config }: Pick<AppOptions, 'env' | 'config'>,
  { jwtSecret }: Config['security'],
): Promise<string> {
  const name = REFERENCE.exec(jwtSecret)?.[1];
  if (name === undefined) return jwtSecret;
  const { secretsDir: directory, secretsCommand: command } = config.execution;
  return (await new SecretStore({ env, directory, command }).read([name])).get(name) as string;
}
