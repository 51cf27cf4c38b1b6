/** `meshGraph` and `meshOutlook`: a whole mesh in columns, for those who draw it. Changes nothing. */
import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Forecasts } from '../../../orchestrator/watch.js';
import type { DrawnMeshes } from '../../../store/drawn-meshes.js';
import type { Reads } from '../../../store/reads.js';
import type { ApiContext } from '../../context.js';
import { parseId } from '../arguments.js';
import { attemptsView, graphView, outlookView } from './mesh-graph.shape.js';
import { MeshAttemptsType, MeshGraphType, MeshOutlookType } from './mesh-graph.type.js';

/** Twice what one submission brings. */
const DRAWN_MAX = 20_000;

@Resolver(() => MeshGraphType)
export class MeshGraphResolver {
  constructor(
    private readonly drawings: DrawnMeshes,
    private readonly reads: Reads,
    private readonly forecasts: Forecasts,
  ) {}

  @Query(() => MeshGraphType, {
    nullable: true,
    description: 'A mesh as it is now, whole. Null when there is no such mesh.',
  })
  async meshGraph(@Arg('id', () => ID) id: string, @Ctx() ctx: ApiContext): Promise<MeshGraphType | null> {
    const meshId = parseId(id, 'id');
    if ((await ctx.loaders.mesh.load(meshId)) === undefined) return null;
    const mesh = await this.drawings.drawnMesh(meshId, DRAWN_MAX);
    return mesh === undefined ? null : graphView(meshId, mesh);
  }

  @FieldResolver(() => MeshAttemptsType, { description: 'Every attempt of its tasks.' })
  async attempts(@Root() { ids }: MeshGraphType): Promise<MeshAttemptsType> {
    return attemptsView(ids, await this.reads.attemptsByTaskIds(ids));
  }

  @Query(() => MeshOutlookType, { nullable: true, description: 'Null when there is no such mesh.' })
  async meshOutlook(
    @Arg('id', () => ID) id: string,
    @Ctx() ctx: ApiContext,
  ): Promise<MeshOutlookType | null> {
    const meshId = parseId(id, 'id');
    if ((await ctx.loaders.mesh.load(meshId)) === undefined) return null;
    const outlook = await this.forecasts.outlook(meshId);
    return outlook === undefined ? null : outlookView(outlook);
  }
}
