/** The audit as the API shows it. */
import { Field, InputType, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import type { AuditFilter } from '../../../store/audit.js';
import { parseInterval, parseText, present } from '../arguments.js';
import { connectionOf } from '../connection.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('AuditEntry', { simpleResolvers: true, description: 'What somebody changed, or tried to.' })
export class AuditEntryView {
  @Field(() => GraphQLSafeInt, { description: 'Counts the entries of all tenants, without a gap.' })
  readonly seq!: number;

  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => String, { description: 'Who: owner, anonymous, user:… of a JWT, token:… of an API token.' })
  readonly actor!: string;

  @Field(() => String, { nullable: true })
  readonly role!: string | null;

  @Field(() => String, { nullable: true, description: 'From where.' })
  readonly address!: string | null;

  @Field(() => String, { description: 'The operation by its name here.' })
  readonly action!: string;

  @Field(() => String, { nullable: true, description: '`mesh …`, `task …`, `token …`; null: the system.' })
  readonly subject!: string | null;

  @Field(() => GraphQLJsonObject, { nullable: true })
  readonly before!: JsonObject | null;

  @Field(() => GraphQLJsonObject, { nullable: true, description: 'Secrets are masked.' })
  readonly after!: JsonObject | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Code of the refusal of an attempt, with `why` and `times` in `after`; null: it was carried out.',
  })
  readonly refusal!: string | null;

  @Field(() => String, { description: 'Of this entry and of all before it.' })
  readonly hash!: string;
}

export const AuditConnection = connectionOf('AuditEntry', () => AuditEntryView, { counted: false });

@InputType('AuditFilter')
export class AuditFilterInput {
  @Field(() => String, { nullable: true })
  readonly actor?: string | null;

  @Field(() => String, { nullable: true })
  readonly action?: string | null;

  @Field(() => String, { nullable: true, description: 'As `mesh <id>`.' })
  readonly subject?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Attempts that were refused, or changes.' })
  readonly refused?: boolean | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'This time included.' })
  readonly since?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'This time excluded.' })
  readonly until?: Date | null;
}

export function parseAuditFilter(filter: AuditFilterInput | null | undefined): AuditFilter {
  const { actor, action, subject, refused, since, until } = filter ?? {};
  parseInterval(since, until, ['filter.since', 'filter.until']);
  return present({
    actor: parseText(actor, 'filter.actor'),
    action: parseText(action, 'filter.action'),
    subject: parseText(subject, 'filter.subject'),
    refused: refused ?? undefined,
    since,
    until,
  });
}

@ObjectType('AuditVerdict', { description: 'Whether the audit is as it was written.' })
export class AuditVerdict {
  @Field(() => Boolean)
  readonly intact!: boolean;

  @Field(() => GraphQLSafeInt, { description: 'From the first on, found as they were written.' })
  readonly entries!: number;

  @Field(() => String, { nullable: true, description: 'What is wrong first.' })
  readonly fault!: string | null;

  @Field(() => String, {
    description: 'The end of the chain, as `seq:hash`; keep it elsewhere and hand it in later.',
  })
  readonly head!: string;
}
