/** A captured line of output as the API shows it, and a page of them. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { LogLevel, LogStream } from '../../../lifecycle/vocabulary.js';
import { connectionOf } from '../connection.js';
import { LogLevelEnum, LogStreamEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('LogLine', { simpleResolvers: true, description: 'A captured line of output.' })
export class LogLine {
  @Field(() => GraphQLSafeInt, { description: 'Orders the lines of a task; hand it to taskLog as `after`.' })
  readonly id!: number;

  @Field(() => ID)
  readonly taskId!: string;

  @Field(() => Int)
  readonly attempt!: number;

  @Field(() => Int, { description: 'Counted from 1 within the attempt.' })
  readonly line!: number;

  @Field(() => GraphQLDateTime, { description: 'By the clock of the machine where it was printed.' })
  readonly at!: Date;

  @Field(() => LogStreamEnum)
  readonly stream!: LogStream;

  @Field(() => LogLevelEnum)
  readonly level!: LogLevel;

  @Field(() => String)
  readonly text!: string;
}

export const LogConnection = connectionOf('Log', () => LogLine, { counted: false });
