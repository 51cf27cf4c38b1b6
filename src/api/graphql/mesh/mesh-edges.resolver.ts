/** The edges from a mesh to other nouns, through loaders, and its live numbers. */
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Forecasts } from '../../../orchestrator/watch.js';
import type { ApiContext } from '../../context.js';
import { FIRST_DEFAULT, parsePage } from '../arguments.js';
import type { ConnectionOf } from '../connection.js';
import { TaskConnection } from '../task/task.connection.js';
import type { Task } from '../task/task.type.js';
import { IN_ORDER } from './mesh-tasks.loader.js';
import { progressView } from './mesh.shape.js';
import { Mesh, MeshProgressType, TaskCounts } from './mesh.type.js';
import { taskCounts } from './task-counts.js';

@Resolver(() => Mesh)
export class MeshEdgesResolver {
  constructor(private readonly forecasts: Forecasts) {}

  @FieldResolver(() => TaskConnection, {
    description: 'In the order of creation; `tasks(filter: { meshId })` orders otherwise.',
  })
  async tasks(
    @Root() mesh: Mesh,
    @Ctx() ctx: ApiContext,
    @Arg('first', () => Int, { defaultValue: FIRST_DEFAULT }) first: number,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<ConnectionOf<Task>> {
    const [request, filter] = [parsePage(first, after), { meshId: mesh.id }];
    const firstPage = request.after === null || request.after === undefined;
    const page = firstPage
      ? ctx.loaders.meshTasks.load({ ...filter, first })
      : ctx.reads.tasks(filter, IN_ORDER, request);
    return new TaskConnection(await page, async () => (await countsOf(ctx, mesh.id)).total);
  }

  @FieldResolver(() => TaskCounts, { description: 'Its tasks by status.' })
  counts(@Root() mesh: Mesh, @Ctx() ctx: ApiContext): Promise<TaskCounts> {
    return countsOf(ctx, mesh.id);
  }

  @FieldResolver(() => Mesh, { nullable: true, description: 'The mesh of which this is a rerun.' })
  async parentMesh(@Root() mesh: Mesh, @Ctx() ctx: ApiContext): Promise<Mesh | null> {
    if (mesh.parentMeshId === null) return null;
    return (await ctx.loaders.mesh.load(mesh.parentMeshId)) ?? null;
  }

  @FieldResolver(() => MeshProgressType, {
    nullable: true,
    description: 'How far it is and how long it still takes.',
  })
  async progress(@Root() mesh: Mesh): Promise<MeshProgressType | null> {
    const progress = await this.forecasts.progress(mesh.id);
    return progress === undefined ? null : progressView(progress);
  }
}

async function countsOf(ctx: ApiContext, meshId: string): Promise<TaskCounts> {
  return taskCounts((await ctx.loaders.meshCounts.load(meshId))?.counts ?? {});
}
