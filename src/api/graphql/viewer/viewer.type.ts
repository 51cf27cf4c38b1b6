/** Who asks, as the API says it back: for pages that show only what their user may do. */
import { Field, ObjectType } from 'type-graphql';
import type { Role } from '../../../lifecycle/role.js';
import { RoleEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';

@ObjectType('Viewer', { description: 'Who asks, and what that caller may do.' })
export class ViewerView {
  @Field(() => String, { description: 'As in createdBy.' })
  readonly id!: string;

  @Field(() => RoleEnum)
  readonly role!: Role;

  @Field(() => String, { description: 'Whose meshes, tasks and events it sees; no others exist for it.' })
  readonly tenant!: string;

  @Field(() => Boolean, { description: 'Came from this machine without a token.' })
  readonly isAnonymous!: boolean;

  @Field(() => Boolean, { description: 'May submit work that runs code on the server and its nodes.' })
  readonly mayRunCode!: boolean;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Of its token. Null: never.' })
  readonly expiresAt!: Date | null;

  @Field(() => [String], { description: 'The queries, mutations and subscriptions it may call, by name.' })
  readonly can!: readonly string[];
}
