/** `taskmesh token create|list|revoke` and `taskmesh identity revoke`: who may come in, and who no longer. */
import {
  ApiTokensDocument,
  CreateApiTokenDocument,
  RevokeApiTokenDocument,
  RevokeIdentityDocument,
  type Role,
} from '../../../generated/graphql/graphql.js';
import { connect } from '../../client/connect.js';
import { plainText } from '../../output/plain-text.js';
import { table } from '../../output/table.js';
import type { Verb } from '../../verb.js';

export interface TokenOptions {
  readonly role?: string;
  readonly tenant?: string;
  readonly lifetime?: number;
}

export async function createToken(verb: Verb, name: string, options: TokenOptions): Promise<void> {
  const client = await connect(verb.settings());
  const { role = 'VIEWER', tenant, lifetime: lifetimeSeconds } = options;
  const input = {
    name,
    role: role.toUpperCase() as Role,
    tenant,
    ...(lifetimeSeconds && { lifetimeSeconds }),
  };
  const { createApiToken: made } = await client.request(CreateApiTokenDocument, { input });
  verb.answer(made, () => `${made.token}\n`);
  verb.note(
    `${made.role} in ${made.tenant} until ${made.expiresAt}; it is not shown again. Its id: ${made.id}`,
  );
}

export async function listTokens(verb: Verb, { tenant }: TokenOptions): Promise<void> {
  const client = await connect(verb.settings());
  const { apiTokens } = await client.request(ApiTokensDocument, { tenant });
  verb.answer(apiTokens, () =>
    table([
      ['ID', 'NAME', 'ROLE', 'TENANT', 'EXPIRES', 'LAST USED', 'REVOKED'],
      ...apiTokens.map((one) => [
        one.id,
        one.name,
        one.role,
        one.tenant,
        one.expiresAt,
        one.lastUsedAt ?? '-',
        one.revokedAt ?? '-',
      ]),
    ]),
  );
}

export async function revokeToken(verb: Verb, id: string, { tenant }: TokenOptions): Promise<void> {
  const client = await connect(verb.settings());
  const { revokeApiToken } = await client.request(RevokeApiTokenDocument, { id, tenant });
  verb.answer(revokeApiToken, () => `${revokeApiToken.id} was revoked ${revokeApiToken.revokedAt}\n`);
}

export interface IdentityOptions {
  readonly jti?: string;
  readonly tenant?: string;
}

export async function revokeIdentity(verb: Verb, subject: string, options: IdentityOptions): Promise<void> {
  const client = await connect(verb.settings());
  const { jti, tenant } = options;
  const { revokeIdentity: done } = await client.request(RevokeIdentityDocument, {
    input: { subject, jti, tenant },
  });
  const which = done.jti === null ? `every JWT until ${done.revokedAt}` : `the JWT ${plainText(done.jti)}`;
  verb.answer(done, () => `${which} of ${plainText(done.subject)} was revoked\n`);
}
