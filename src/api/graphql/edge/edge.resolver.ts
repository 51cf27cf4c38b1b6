/** `edges`, `addEdge`, `removeEdge`, and the two ends of an edge. */
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Commands } from '../../../orchestrator/commands.js';
import type { ApiContext } from '../../context.js';
import { parseId, parsePage } from '../arguments.js';
import type { ConnectionOf } from '../connection.js';
import { Task } from '../task/task.type.js';
import { EdgeConnection } from './edge.connection.js';
import { AddEdgeInput, EdgeArguments, parseEdge, parseEdgeFilter } from './edge.input.js';
import { Edge } from './edge.type.js';

@Resolver(() => Edge)
export class EdgeResolver {
  constructor(private readonly commands: Commands) {}

  @Query(() => EdgeConnection, { description: 'Dependencies of a mesh, or at one end of a task.' })
  async edges(
    @Args(() => EdgeArguments) args: EdgeArguments,
    @Ctx() { reads }: ApiContext,
  ): Promise<ConnectionOf<Edge>> {
    const filter = parseEdgeFilter(args);
    const page = await reads.edges(filter, parsePage(args.first, args.after));
    return new EdgeConnection(page, () => reads.countEdges(filter));
  }

  @Mutation(() => Edge, {
    description: 'Between two tasks of a mesh, the target not started. Refused when it would close a cycle.',
  })
  async addEdge(
    @Arg('input', () => AddEdgeInput) input: AddEdgeInput,
    @Ctx() ctx: ApiContext,
  ): Promise<Edge> {
    const change = parseEdge(input);
    const { edgeId } = await this.commands.addEdge(ctx.viewer, change);
    ctx.loaders.forget();
    const added = (await ctx.loaders.edgesIn.load(change.targetId)).find((edge) => edge.id === edgeId);
    const source = added ?? (await ctx.loaders.task.load(change.sourceId));
    return added ?? { id: edgeId, meshId: source?.meshId ?? '', ...change };
  }

  @Mutation(() => Boolean, { description: 'Refused once the target has started.' })
  async removeEdge(
    @Arg('sourceId', () => ID) sourceId: string,
    @Arg('targetId', () => ID) targetId: string,
    @Ctx() ctx: ApiContext,
  ): Promise<boolean> {
    await this.commands.removeEdge(ctx.viewer, parseId(sourceId, 'sourceId'), parseId(targetId, 'targetId'));
    ctx.loaders.forget();
    return true;
  }

  @FieldResolver(() => Task, { nullable: true })
  async source(@Root() edge: Edge, @Ctx() ctx: ApiContext): Promise<Task | null> {
    const record = await ctx.loaders.task.load(edge.sourceId);
    return record ?? null;
  }

  @FieldResolver(() => Task, { nullable: true })
  async target(@Root() edge: Edge, @Ctx() ctx: ApiContext): Promise<Task | null> {
    const record = await ctx.loaders.task.load(edge.targetId);
    return record ?? null;
  }
}
