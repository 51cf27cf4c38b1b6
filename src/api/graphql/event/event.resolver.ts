/** `events`: the history by mesh, task, type and time; and the edges of an event to its mesh and task. */
import { Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { EventType } from '../../../events/catalogue.js';
import type { HistoryFilter } from '../../../store/reads.js';
import type { ApiContext } from '../../context.js';
import {
  FIRST_DEFAULT,
  parseInterval,
  parseList,
  parseOptionalId,
  parsePage,
  present,
} from '../arguments.js';
import { type ConnectionOf, mapPage } from '../connection.js';
import { EventTypeEnum } from '../enums.js';
import { Mesh } from '../mesh/mesh.type.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { Task } from '../task/task.type.js';
import { eventView } from './event.shape.js';
import { EventConnection, EventView } from './event.type.js';

@ArgsType()
class HistoryArguments {
  @Field(() => ID, { nullable: true })
  readonly meshId?: string | null;

  @Field(() => ID, { nullable: true })
  readonly taskId?: string | null;

  @Field(() => [EventTypeEnum], { nullable: true })
  readonly types?: EventType[] | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'This time included.' })
  readonly since?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'This time excluded.' })
  readonly until?: Date | null;

  @Field(() => Int, { defaultValue: FIRST_DEFAULT })
  readonly first!: number;

  @Field(() => String, { nullable: true })
  readonly after?: string | null;

  @Field(() => Boolean, { defaultValue: false })
  readonly newestFirst!: boolean;
}

function parseHistory({ meshId, taskId, types, since, until }: HistoryArguments): HistoryFilter {
  parseInterval(since, until, ['since', 'until']);
  return present({
    meshId: parseOptionalId(meshId, 'meshId'),
    taskId: parseOptionalId(taskId, 'taskId'),
    types: parseList(types, 'types'),
    since,
    until,
  });
}

@Resolver(() => EventView)
export class EventResolver {
  @Query(() => EventConnection, { description: 'What happened, oldest first unless asked otherwise.' })
  async events(
    @Args(() => HistoryArguments) args: HistoryArguments,
    @Ctx() { reads }: ApiContext,
  ): Promise<ConnectionOf<EventView>> {
    const filter = parseHistory(args);
    const page = await reads.events(filter, {
      ...parsePage(args.first, args.after),
      newestFirst: args.newestFirst,
    });
    return new EventConnection(mapPage(page, eventView), () => reads.countEvents(filter));
  }

  @FieldResolver(() => Mesh, { nullable: true, description: 'As it is now.' })
  async mesh(@Root() event: EventView, @Ctx() ctx: ApiContext): Promise<Mesh | null> {
    return (await ctx.loaders.mesh.load(event.meshId)) ?? null;
  }

  @FieldResolver(() => Task, { nullable: true, description: 'As it is now.' })
  async task(@Root() event: EventView, @Ctx() ctx: ApiContext): Promise<Task | null> {
    const record = event.taskId === null ? undefined : await ctx.loaders.task.load(event.taskId);
    return record ?? null;
  }
}
