/** `taskLogs`: the captured lines of a task, oldest first. */
import { Args, ArgsType, Ctx, Field, ID, Int, Query, Resolver } from 'type-graphql';
import type { LogLevel, LogStream } from '../../../lifecycle/vocabulary.js';
import type { LogFilter } from '../../../store/reads.js';
import type { ApiContext } from '../../context.js';
import {
  FIRST_DEFAULT,
  parseId,
  parseList,
  parsePage,
  parseText,
  parseWhole,
  present,
} from '../arguments.js';
import { type ConnectionOf, mapPage } from '../connection.js';
import { LogLevelEnum, LogStreamEnum } from '../enums.js';
import { logLine } from './log.shape.js';
import { LogConnection, type LogLine } from './log.type.js';

@ArgsType()
class LogArguments {
  @Field(() => ID)
  readonly taskId!: string;

  @Field(() => Int, { nullable: true, description: 'Of all attempts when absent.' })
  readonly attempt?: number | null;

  @Field(() => [LogLevelEnum], { nullable: true })
  readonly levels?: LogLevel[] | null;

  @Field(() => [LogStreamEnum], { nullable: true })
  readonly streams?: LogStream[] | null;

  @Field(() => String, { nullable: true, description: 'Part of the line, in any case.' })
  readonly search?: string | null;

  @Field(() => Int, { defaultValue: FIRST_DEFAULT })
  readonly first!: number;

  @Field(() => String, { nullable: true })
  readonly after?: string | null;
}

function parseLogFilter({ taskId, attempt, levels, streams, search }: LogArguments): LogFilter {
  const wanted = present({
    attempt: attempt == null ? undefined : parseWhole(attempt, 'attempt', [1, 2 ** 31 - 1]),
    levels: parseList(levels, 'levels'),
    streams: parseList(streams, 'streams'),
    search: parseText(search, 'search'),
  });
  return { taskId: parseId(taskId, 'taskId'), ...wanted };
}

const uncounted = (): Promise<number> => Promise.reject(new Error('lines are not counted'));

@Resolver()
export class LogResolver {
  @Query(() => LogConnection, { description: 'The captured lines of a task, oldest first.' })
  async taskLogs(
    @Args(() => LogArguments) args: LogArguments,
    @Ctx() { reads }: ApiContext,
  ): Promise<ConnectionOf<LogLine>> {
    const filter = parseLogFilter(args);
    const page = await reads.logs(filter, parsePage(args.first, args.after));
    return new LogConnection(mapPage(page, logLine), uncounted);
  }
}
