/** Schedules: read, made, changed, paused, and asked for a mesh in between. Any server answers. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { atOnce } from '../../../kit/turn.js';
import type { Schedules } from '../../../orchestrator/schedule/schedules.js';
import type { ScheduleRow } from '../../../store/schedules.js';
import type { ApiContext } from '../../context.js';
import { parsePage, parseText, parseWhole } from '../arguments.js';
import { once, placedInInput } from '../checked.js';
import type { ConnectionOf } from '../connection.js';
import { meshAfter } from '../mesh/mesh.shape.js';
import { Mesh } from '../mesh/mesh.type.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import {
  CreateScheduleInput,
  ScheduleArguments,
  scheduleText,
  UpdateScheduleInput,
} from './schedule.input.js';
import { ScheduleConnection, ScheduleView } from './schedule.type.js';

const UPCOMING_MAX = 100;
const none = (): Promise<number> => Promise.resolve(0);
const keyArg = { nullable: true, description: 'The same key makes one mesh.' };

@Resolver(() => ScheduleView)
export class ScheduleResolver {
  constructor(private readonly all: Schedules) {}

  @Query(() => ScheduleConnection, { description: 'By name.' })
  async schedules(
    @Args(() => ScheduleArguments) { first, after, search }: ScheduleArguments,
    @Ctx() { viewer }: ApiContext,
  ): Promise<ConnectionOf<ScheduleView>> {
    const part = parseText(search, 'search');
    const filter = { tenant: viewer.tenant, ...(part === undefined ? {} : { search: part }) };
    return new ScheduleConnection(await this.all.list(filter, parsePage(first, after)), none);
  }

  @Query(() => ScheduleView)
  schedule(@Arg('name', () => String) name: string, @Ctx() { viewer }: ApiContext): Promise<ScheduleView> {
    return this.all.find(viewer.tenant, parseName(name));
  }

  @FieldResolver(() => [GraphQLDateTime], {
    description:
      'The next due times, as far as the schedule stays as it is; of one that is paused, if it went on now.',
  })
  upcoming(
    @Root() schedule: ScheduleView,
    @Arg('count', () => Int, { defaultValue: 5 }) count: number,
  ): Promise<readonly Date[]> {
    return this.all.upcoming(schedule as ScheduleRow, parseWhole(count, 'count', [1, UPCOMING_MAX]));
  }

  @FieldResolver(() => Mesh, { nullable: true, description: 'The last mesh of a due time.' })
  async lastMesh(@Root() { lastMeshId }: ScheduleView, @Ctx() ctx: ApiContext): Promise<Mesh | null> {
    return lastMeshId === null ? null : ((await ctx.loaders.mesh.load(lastMeshId)) ?? null);
  }

  @Mutation(() => ScheduleView, { description: 'Due from now on.' })
  createSchedule(
    @Arg('input', () => CreateScheduleInput) input: CreateScheduleInput,
    @Ctx() { viewer }: ApiContext,
  ): Promise<ScheduleView> {
    return placedInInput(this.all.create(viewer, input.name, scheduleText(input)));
  }

  @Mutation(() => ScheduleView, { description: 'Replaces all of it.' })
  updateSchedule(
    @Arg('name', () => String) name: string,
    @Arg('input', () => UpdateScheduleInput) input: UpdateScheduleInput,
    @Ctx() { viewer }: ApiContext,
  ): Promise<ScheduleView> {
    const expected = parseWhole(input.expectedRevision, 'input.expectedRevision', [1, 2 ** 31 - 1]);
    return placedInInput(this.all.change(viewer, parseName(name), expected, scheduleText(input)));
  }

  @Mutation(() => ID, { description: 'Its meshes stay.' })
  deleteSchedule(@Arg('name', () => String) name: string, @Ctx() { viewer }: ApiContext): Promise<string> {
    return this.all.remove(viewer, parseName(name));
  }

  @Mutation(() => ScheduleView, { description: 'What falls due meanwhile is not run, and not caught up.' })
  pauseSchedule(
    @Arg('name', () => String) name: string,
    @Ctx() { viewer }: ApiContext,
  ): Promise<ScheduleView> {
    return this.all.pause(viewer, parseName(name));
  }

  @Mutation(() => ScheduleView, { description: 'Due again from now on.' })
  resumeSchedule(
    @Arg('name', () => String) name: string,
    @Ctx() { viewer }: ApiContext,
  ): Promise<ScheduleView> {
    return this.all.resume(viewer, parseName(name));
  }

  @Mutation(() => Mesh, { description: 'A mesh now, beside the due times and whatever is open.' })
  async triggerSchedule(
    @Arg('name', () => String) name: string,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('idempotencyKey', () => String, keyArg) idempotencyKey?: string | null,
  ): Promise<Mesh> {
    const request = atOnce(once('triggerSchedule', idempotencyKey, { name }));
    const { meshId } = await this.all.trigger(ctx.viewer, parseName(name), request);
    return meshAfter(ctx, meshId, info);
  }
}

function parseName(name: string): string {
  return parseText(name, 'name') as string;
}
