/** `task` and `tasks`: reading tasks. Edges are in `task-edges.resolver.ts`, changes in `task-mutation.resolver.ts`. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, Int, Query, Resolver } from 'type-graphql';
import type { Page, TaskBrief, TaskOrder } from '../../../store/reads.js';
import type { ApiContext } from '../../context.js';
import { FIRST_DEFAULT, parseId, parsePage } from '../arguments.js';
import type { ConnectionOf } from '../connection.js';
import { Selection } from '../selection.js';
import { parseTaskFilter, TaskFilterInput, TaskOrderInput } from './task-filter.input.js';
import { TaskConnection } from './task.connection.js';
import { Task } from './task.type.js';

const SHOWN: readonly (keyof TaskBrief)[] = [
  'id',
  'meshId',
  'key',
  'name',
  'description',
  'status',
  'priority',
  'taskType',
  'tags',
  'metadata',
  'createdAt',
];
const BRIEF = new Selection(SHOWN);
const NEWEST_FIRST: TaskOrder = { field: 'CREATED_AT', direction: 'DESC' };

@ArgsType()
class TaskArguments {
  @Field(() => Int, { defaultValue: FIRST_DEFAULT })
  readonly first!: number;

  @Field(() => TaskFilterInput, { nullable: true })
  readonly filter?: TaskFilterInput | null;

  @Field(() => TaskOrderInput, { nullable: true })
  readonly orderBy?: TaskOrderInput | null;

  @Field(() => String, { nullable: true })
  readonly after?: string | null;
}

@Resolver()
export class TaskResolver {
  @Query(() => Task, { nullable: true, description: 'Null when there is no such task.' })
  async task(@Arg('id', () => ID) id: string, @Ctx() ctx: ApiContext): Promise<Task | null> {
    const record = await ctx.loaders.task.load(parseId(id, 'id'));
    return record ?? null;
  }

  @Query(() => TaskConnection, { description: 'Tasks, newest first unless ordered otherwise.' })
  async tasks(
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => TaskArguments) { first, filter, orderBy, after }: TaskArguments,
  ): Promise<ConnectionOf<Task>> {
    const wanted = parseTaskFilter(filter);
    const [order, request] = [orderBy ?? NEWEST_FIRST, parsePage(first, after)];
    const count = (): Promise<number> => ctx.reads.countTasks(wanted);
    if (BRIEF.coversMembers(info)) {
      const brief: Page<TaskBrief> = await ctx.reads.briefTasks(wanted, order, request);
      return new TaskConnection(brief as Page<Task>, count); // of no other member anything is asked
    }
    const page = await ctx.reads.tasks(wanted, order, request);
    for (const record of page.nodes) ctx.loaders.task.prime(record.id, record);
    return new TaskConnection(page, count);
  }
}
