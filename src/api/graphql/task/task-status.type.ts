/** A change of a task's status as the API shows it: columns only. */
import { Field, ID, ObjectType } from 'type-graphql';
import type { TaskStatus } from '../../../lifecycle/vocabulary.js';
import type { TaskRecord } from '../../../store/reads.js';
import { TaskStatusEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('TaskStatusChange', { simpleResolvers: true, description: 'A task came into another status.' })
export class TaskStatusChange {
  @Field(() => GraphQLSafeInt, { description: 'Of the event; hand it in as `after` to resume.' })
  readonly seq!: number;

  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => ID)
  readonly meshId!: string;

  @Field(() => ID)
  readonly taskId!: string;

  @Field(() => TaskStatusEnum, { nullable: true, description: 'Null when it is new.' })
  readonly from!: TaskStatus | null;

  @Field(() => TaskStatusEnum)
  readonly to!: TaskStatus;

  /** Not a column: the tasks of all changes that came together, read once if at all. */
  readonly tasks!: { of(id: string): Promise<TaskRecord | undefined> };
}
