/** `taskLog`: the lines of a task as they are captured, one by one. */
import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { LogFeed } from '../../../orchestrator/watch.js';
import type { ApiContext } from '../../context.js';
import { parseAfterSeq, parseId } from '../arguments.js';
import type { StoredLogRow } from '../../../store/store.js';
import type { MeshTenants } from '../mesh/mesh-tenants.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import { ClosableStream } from '../stream/closable-stream.js';
import { oneByOne } from '../stream/gathered.js';
import { type SubscriptionSources, wiredLater } from '../stream/subscription-source.js';
import { existingTask } from '../task/task.shape.js';
import { logLine } from './log.shape.js';
import { LogLine } from './log.type.js';

@Resolver()
export class LogSubscriptionResolver implements SubscriptionSources {
  constructor(
    private readonly feed: LogFeed,
    private readonly tenants: MeshTenants,
  ) {}

  readonly sources = {
    taskLog: async (args: { readonly taskId: string; readonly after?: number | null }, ctx: ApiContext) => {
      const [taskId, after] = [parseId(args.taskId, 'taskId'), parseAfterSeq(args.after)];
      const { meshId } = await existingTask(ctx, taskId);
      const { tenant } = ctx.viewer;
      const lines = (signal: AbortSignal): AsyncIterable<readonly StoredLogRow[]> =>
        this.tenants.of(tenant, meshId, this.feed.lines(taskId, after, signal));
      return new ClosableStream((signal) => oneByOne(lines(signal), logLine), ctx.signal);
    },
  };

  @Subscription(() => LogLine, {
    subscribe: wiredLater,
    description: 'The lines of a task as they are captured.',
  })
  taskLog(
    @Root() line: LogLine,
    @Arg('taskId', () => ID) _taskId: string,
    @Arg('after', () => GraphQLSafeInt, {
      nullable: true,
      description: 'Replays the lines behind this id, then goes live; 0 replays all.',
    })
    _after?: number | null,
  ): LogLine {
    return line;
  }
}
