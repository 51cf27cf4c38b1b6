/** One try of a task as the API shows it: columns only. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { AttemptOutcome, LayerName } from '../../../lifecycle/vocabulary.js';
import { AttemptOutcomeEnum, LayerNameEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import { FailureType } from '../task/task.type.js';

@ObjectType('Attempt', { simpleResolvers: true, description: 'One try of a task.' })
export class Attempt {
  @Field(() => ID)
  readonly taskId!: string;

  @Field(() => Int, { description: 'Counted from 1 within the task.' })
  readonly attempt!: number;

  @Field(() => LayerNameEnum)
  readonly layer!: LayerName;

  @Field(() => String, { description: 'The process it ran on: `host:pid:incarnation`.' })
  readonly node!: string;

  @Field(() => GraphQLDateTime)
  readonly startedAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly finishedAt!: Date | null;

  @Field(() => AttemptOutcomeEnum, { nullable: true, description: 'Null while it runs.' })
  readonly outcome!: AttemptOutcome | null;

  @Field(() => FailureType, { nullable: true })
  readonly failure!: FailureType | null;

  @Field(() => Float, { description: 'How long the task stood in the queue before.' })
  readonly waitMs!: number;

  @Field(() => Float, { nullable: true })
  readonly runMs!: number | null;

  @Field(() => Float, { nullable: true, description: 'Null: this kind of work cannot be measured.' })
  readonly cpuMs!: number | null;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly memoryPeakBytes!: number | null;

  @Field(() => Int, { nullable: true })
  readonly exitCode!: number | null;
}
