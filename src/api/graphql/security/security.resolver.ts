/** API tokens and the audit. Their entries of the audit are written by the same transactions. */
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { RefusedError } from '../../../lifecycle/refusal.js';
import { DEFAULT_TENANT, TENANT_PATTERN, TENANT_RULE } from '../../../lifecycle/role.js';
import type { Grantor, TokenIssuer } from '../../../security/api-tokens.js';
import { verifyChain } from '../../../security/audit-chain.js';
import type { JwtRevocations } from '../../../security/jwt-revocations.js';
import type { Audit, ChainHead } from '../../../store/audit.js';
import type { ApiContext } from '../../context.js';
import type { Viewer } from '../../door.js';
import { FIRST_DEFAULT, invalid, parseId, parsePage, parseWhole } from '../arguments.js';
import type { ConnectionOf } from '../connection.js';
import {
  ApiTokenView,
  CreateApiTokenInput,
  NewApiTokenView,
  RevokedIdentityView,
  RevokeIdentityInput,
} from './api-token.type.js';
import {
  AuditConnection,
  type AuditEntryView,
  AuditFilterInput,
  AuditVerdict,
  parseAuditFilter,
} from './audit.type.js';

export type TokenDesk = Pick<TokenIssuer, 'create' | 'list' | 'revoke'>;

const LIFETIME_SECONDS_MAX = 366 * 86_400;
const NAME_MAX = 100;
const CLAIM_MAX = 200;
const OF_TENANT = { nullable: true, description: 'Your own when absent.' };

const uncounted = (): Promise<number> => Promise.reject(new Error('entries are not counted'));

@Resolver()
export class SecurityResolver {
  constructor(
    private readonly tokens: TokenDesk,
    private readonly audit: Audit,
    private readonly revocations: Pick<JwtRevocations, 'revoke'>,
  ) {}

  @Query(() => [ApiTokenView], { description: 'The API tokens of a tenant, newest first.' })
  apiTokens(
    @Ctx() { viewer }: ApiContext,
    @Arg('tenant', () => String, OF_TENANT) tenant?: string | null,
  ): Promise<ApiTokenView[]> {
    return this.tokens.list(parseTenant(viewer, tenant, 'tenant'));
  }

  @Mutation(() => NewApiTokenView, { description: 'For a machine; told once.' })
  async createApiToken(
    @Arg('input', () => CreateApiTokenInput) input: CreateApiTokenInput,
    @Ctx() { viewer }: ApiContext,
  ): Promise<NewApiTokenView> {
    const tenant = parseTenant(viewer, input.tenant, 'input.tenant');
    const lifetimeSeconds = parseWhole(input.lifetimeSeconds, 'input.lifetimeSeconds', [
      1,
      LIFETIME_SECONDS_MAX,
    ]);
    const wish = { name: parseName(input.name), role: input.role, tenant, lifetimeSeconds };
    const { token, record } = await this.tokens.create(wish, grantor(viewer));
    return { ...record, token };
  }

  @Mutation(() => ApiTokenView, {
    description: 'At once and for good; its sockets are closed within a second.',
  })
  async revokeApiToken(
    @Arg('id', () => ID) id: string,
    @Ctx() { viewer }: ApiContext,
    @Arg('tenant', () => String, OF_TENANT) tenant?: string | null,
  ): Promise<ApiTokenView> {
    const of = parseTenant(viewer, tenant, 'tenant');
    const record = await this.tokens.revoke(parseId(id, 'id'), of, grantor(viewer));
    if (record !== undefined) return record;
    throw new RefusedError({ code: 'NOT_FOUND', message: `no API token ${id}; see apiTokens` });
  }

  @Mutation(() => RevokedIdentityView, {
    description: 'JWTs of a subject, at once and for good; their sockets are closed within a second.',
  })
  async revokeIdentity(
    @Arg('input', () => RevokeIdentityInput) input: RevokeIdentityInput,
    @Ctx() { viewer }: ApiContext,
  ): Promise<RevokedIdentityView> {
    const tenant = parseTenant(viewer, input.tenant, 'input.tenant');
    const subject = parseClaim(input.subject, 'input.subject');
    const tokenId = input.jti == null ? null : parseClaim(input.jti, 'input.jti');
    const { revokedAt, revokedBy } = await this.revocations.revoke(
      { tenant, subject, tokenId },
      grantor(viewer),
    );
    return { tenant, subject, jti: tokenId, revokedAt, revokedBy };
  }

  @Query(() => AuditConnection, { description: 'What people of your tenant changed, newest first.' })
  async auditLog(
    @Ctx() { viewer }: ApiContext,
    @Arg('first', () => Int, { defaultValue: FIRST_DEFAULT }) first: number,
    @Arg('filter', () => AuditFilterInput, { nullable: true }) filter?: AuditFilterInput | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<ConnectionOf<AuditEntryView>> {
    const wanted = { ...parseAuditFilter(filter), tenant: viewer.tenant };
    return new AuditConnection(await this.audit.entries(wanted, parsePage(first, after)), uncounted);
  }

  @Query(() => AuditVerdict, {
    description: 'Reads the whole audit, of all tenants, and computes its chain again.',
  })
  async auditVerdict(
    @Arg('kept', () => String, {
      nullable: true,
      description: 'The `head` of an earlier verdict: still in the chain?',
    })
    kept?: string | null,
  ): Promise<AuditVerdict> {
    const { head, ...verdict } = await verifyChain(this.audit, parseHead(kept));
    return { ...verdict, head: `${head.seq}:${head.hash}` };
  }
}

function grantor({ id, tenant, role, address }: Viewer): Grantor {
  return { actor: id, tenant, role, address };
}

/** Who runs the system may let people into any tenant. */
function parseTenant(viewer: Viewer, given: string | null | undefined, field: string): string {
  const tenant = given ?? viewer.tenant;
  if (!TENANT_PATTERN.test(tenant)) throw invalid(field, `must be ${TENANT_RULE}`);
  if (tenant === viewer.tenant || viewer.tenant === DEFAULT_TENANT) return tenant;
  const message = `${field}: tokens of another tenant are for ADMINs of the tenant "${DEFAULT_TENANT}"`;
  throw new RefusedError({ code: 'FORBIDDEN', message });
}

function parseName(name: string): string {
  const length = name.trim().length;
  if (length >= 1 && length <= NAME_MAX) return name.trim();
  throw invalid('input.name', `must have 1 to ${NAME_MAX} characters, got ${length}`);
}

function parseClaim(text: string, field: string): string {
  if (text.trim() !== '' && text.length <= CLAIM_MAX) return text;
  throw invalid(field, `must have 1 to ${CLAIM_MAX} characters, got ${text.length}`);
}

function parseHead(kept: string | null | undefined): ChainHead | undefined {
  if (kept === null || kept === undefined) return undefined;
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(kept) ?? [];
  if (seq === undefined || hash === undefined)
    throw invalid('kept', 'must be the head of an earlier verdict');
  return { seq: Number(seq), hash };
}
