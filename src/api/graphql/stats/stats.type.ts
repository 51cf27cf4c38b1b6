/** Statistics of execution as the API shows them: columns only. */
import { Field, Float, ID, ObjectType } from 'type-graphql';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('ExecutionStats', {
  simpleResolvers: true,
  description: 'Attempts that ended within the window; times in ms, null when nothing ran.',
})
export class ExecutionStats {
  @Field(() => String, { description: 'The value they are grouped by; `all` without grouping.' })
  readonly group!: string;

  @Field(() => GraphQLSafeInt)
  readonly attempts!: number;

  @Field(() => GraphQLSafeInt)
  readonly completed!: number;

  @Field(() => GraphQLSafeInt)
  readonly failed!: number;

  @Field(() => GraphQLSafeInt)
  readonly cancelled!: number;

  @Field(() => GraphQLSafeInt)
  readonly crashed!: number;

  @Field(() => Float, { nullable: true })
  readonly waitMsP50!: number | null;

  @Field(() => Float, { nullable: true })
  readonly waitMsP95!: number | null;

  @Field(() => Float, { nullable: true })
  readonly waitMsP99!: number | null;

  @Field(() => Float, { nullable: true })
  readonly runMsP50!: number | null;

  @Field(() => Float, { nullable: true })
  readonly runMsP95!: number | null;

  @Field(() => Float, { nullable: true })
  readonly runMsP99!: number | null;

  @Field(() => Float)
  readonly throughputPerSecond!: number;
}

@ObjectType('MeshStats', {
  simpleResolvers: true,
  description: 'The meshes of one name. Seconds are those from made to ended, null when none completed.',
})
export class MeshStats {
  @Field(() => String)
  readonly name!: string;

  @Field(() => GraphQLSafeInt)
  readonly runs!: number;

  @Field(() => GraphQLSafeInt, { description: 'They have not ended.' })
  readonly open!: number;

  @Field(() => GraphQLSafeInt)
  readonly completed!: number;

  @Field(() => GraphQLSafeInt)
  readonly failed!: number;

  @Field(() => GraphQLSafeInt)
  readonly cancelled!: number;

  @Field(() => Float, { nullable: true, description: 'Of those that completed.' })
  readonly secondsP50!: number | null;

  @Field(() => Float, { nullable: true })
  readonly secondsP95!: number | null;

  @Field(() => Float, { nullable: true })
  readonly secondsP99!: number | null;

  @Field(() => GraphQLDateTime, { description: 'When the last one was made.' })
  readonly lastAt!: Date;

  @Field(() => ID, { description: 'The last one.' })
  readonly lastId!: string;
}
