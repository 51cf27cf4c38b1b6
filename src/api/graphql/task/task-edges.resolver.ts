/** The edges from a task to other nouns, each through a loader: one statement per edge, however many tasks are asked. */
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Json } from '../../../kit/json.js';
import type { ApiContext } from '../../context.js';
import { FIRST_DEFAULT, parseFirst } from '../arguments.js';
import { Attempt } from '../attempt/attempt.type.js';
import { Edge } from '../edge/edge.type.js';
import { layerNamed, type LayerReports } from '../layer/layer.shape.js';
import { LayerView } from '../layer/layer.type.js';
import { Mesh } from '../mesh/mesh.type.js';
import { GraphQLJson } from '../scalar/json-scalar.js';
import { tasksByIds } from './task.shape.js';
import { Task } from './task.type.js';

const firstArg = { defaultValue: FIRST_DEFAULT };

@Resolver(() => Task)
export class TaskEdgesResolver {
  constructor(private readonly layers: LayerReports) {}

  @FieldResolver(() => Mesh)
  mesh(@Root() task: Task, @Ctx() ctx: ApiContext): Promise<Mesh | undefined> {
    return ctx.loaders.mesh.load(task.meshId);
  }

  @FieldResolver(() => LayerView, { nullable: true, description: 'Where it ran last, or is wished to run.' })
  layer(@Root() task: Task): LayerView | null {
    return layerNamed(this.layers, task.placedOn ?? task.layer);
  }

  @FieldResolver(() => [Attempt], { description: 'Every try, the first one first.' })
  attempts(@Root() task: Task, @Ctx() ctx: ApiContext): Promise<readonly Attempt[]> {
    return ctx.loaders.attempts.load(task.id);
  }

  @FieldResolver(() => GraphQLJson, {
    nullable: true,
    description: 'What it returned; null until it completes.',
  })
  async output(@Root() task: Task, @Ctx() ctx: ApiContext): Promise<Json> {
    if (!task.hasOutput) return null;
    const row = await ctx.loaders.output.load(task.id);
    return row?.output ?? null;
  }

  @FieldResolver(() => Task, { nullable: true, description: 'The task of which this is a rerun.' })
  async rerunOf(@Root() task: Task, @Ctx() ctx: ApiContext): Promise<Task | null> {
    const record = task.rerunOf === null ? undefined : await ctx.loaders.task.load(task.rerunOf);
    return record ?? null;
  }

  @FieldResolver(() => [Edge], { description: 'From what it depends on; page through `edges` for more.' })
  async edgesIn(
    @Root() task: Task,
    @Ctx() ctx: ApiContext,
    @Arg('first', () => Int, firstArg) first: number,
  ): Promise<Edge[]> {
    return (await ctx.loaders.edgesIn.load(task.id)).slice(0, parseFirst(first));
  }

  @FieldResolver(() => [Edge], { description: 'To what depends on it; page through `edges` for more.' })
  async edgesOut(
    @Root() task: Task,
    @Ctx() ctx: ApiContext,
    @Arg('first', () => Int, firstArg) first: number,
  ): Promise<Edge[]> {
    return (await ctx.loaders.edgesOut.load(task.id)).slice(0, parseFirst(first));
  }

  @FieldResolver(() => [Task], { description: 'The tasks it depends on.' })
  async dependencies(
    @Root() task: Task,
    @Ctx() ctx: ApiContext,
    @Arg('first', () => Int, firstArg) first: number,
  ): Promise<Task[]> {
    const edges = (await ctx.loaders.edgesIn.load(task.id)).slice(0, parseFirst(first));
    return tasksByIds(
      ctx,
      edges.map((edge) => edge.sourceId),
    );
  }

  @FieldResolver(() => [Task], { description: 'The tasks that depend on it.' })
  async dependents(
    @Root() task: Task,
    @Ctx() ctx: ApiContext,
    @Arg('first', () => Int, firstArg) first: number,
  ): Promise<Task[]> {
    const edges = (await ctx.loaders.edgesOut.load(task.id)).slice(0, parseFirst(first));
    return tasksByIds(
      ctx,
      edges.map((edge) => edge.targetId),
    );
  }
}
