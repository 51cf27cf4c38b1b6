/** API tokens as the API shows them, and how one is asked for. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Role } from '../../../lifecycle/role.js';
import { RoleEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';

@ObjectType('ApiToken', {
  description: 'A token for a machine; the token itself is shown once, when it is made.',
})
export class ApiTokenView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => String, { description: 'What it is for.' })
  readonly name!: string;

  @Field(() => RoleEnum)
  readonly role!: Role;

  @Field(() => String)
  readonly tenant!: string;

  @Field(() => String)
  readonly createdBy!: string;

  @Field(() => GraphQLDateTime)
  readonly createdAt!: Date;

  @Field(() => GraphQLDateTime)
  readonly expiresAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly revokedAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'To the minute.' })
  readonly lastUsedAt!: Date | null;
}

@ObjectType('NewApiToken', { description: 'Only here the token itself is told.' })
export class NewApiTokenView extends ApiTokenView {
  @Field(() => String, { description: 'Send it as Authorization: Bearer …; nobody can look it up again.' })
  readonly token!: string;
}

@InputType('CreateApiTokenInput')
export class CreateApiTokenInput {
  @Field(() => String, { description: 'What it is for, 1 to 100 characters.' })
  readonly name!: string;

  @Field(() => RoleEnum, { defaultValue: 'VIEWER' })
  readonly role!: Role;

  @Field(() => String, {
    nullable: true,
    description: 'Your own when absent; another needs an ADMIN of the default tenant.',
  })
  readonly tenant?: string | null;

  @Field(() => Int, { defaultValue: 30 * 86_400, description: '1 second to 366 days.' })
  readonly lifetimeSeconds!: number;
}

@InputType('RevokeIdentityInput', { description: 'Which JWTs hold no longer.' })
export class RevokeIdentityInput {
  @Field(() => String, { description: 'Their `sub`.' })
  readonly subject!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The `jti` of one; all that were issued until now when absent.',
  })
  readonly jti?: string | null;

  @Field(() => String, { nullable: true, description: 'That they name; your own when absent.' })
  readonly tenant?: string | null;
}

@ObjectType('RevokedIdentity')
export class RevokedIdentityView {
  @Field(() => String)
  readonly subject!: string;

  @Field(() => String, { nullable: true, description: 'Null: all that were issued until then.' })
  readonly jti!: string | null;

  @Field(() => String)
  readonly tenant!: string;

  @Field(() => GraphQLDateTime)
  readonly revokedAt!: Date;

  @Field(() => String)
  readonly revokedBy!: string;
}
