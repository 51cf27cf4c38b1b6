/** `mesh` and `meshes`: reading meshes. Edges to other nouns are in `mesh-edges.resolver.ts`. */
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import type { MeshOrder } from '../../../store/reads.js';
import type { ApiContext } from '../../context.js';
import { FIRST_DEFAULT, parseId, parsePage } from '../arguments.js';
import type { ConnectionOf } from '../connection.js';
import { MeshFilterInput, MeshOrderInput, parseMeshFilter } from './mesh-filter.input.js';
import { MeshConnection } from './mesh.connection.js';
import { Mesh } from './mesh.type.js';

const NEWEST_FIRST: MeshOrder = { field: 'CREATED_AT', direction: 'DESC' };

@Resolver()
export class MeshResolver {
  @Query(() => Mesh, { nullable: true, description: 'Null when there is no such mesh.' })
  async mesh(@Arg('id', () => ID) id: string, @Ctx() ctx: ApiContext): Promise<Mesh | null> {
    return (await ctx.loaders.mesh.load(parseId(id, 'id'))) ?? null;
  }

  @Query(() => MeshConnection, { description: 'Meshes, newest first unless ordered otherwise.' })
  async meshes(
    @Ctx() ctx: ApiContext,
    @Arg('first', () => Int, { defaultValue: FIRST_DEFAULT }) first: number,
    @Arg('filter', () => MeshFilterInput, { nullable: true }) filter?: MeshFilterInput | null,
    @Arg('orderBy', () => MeshOrderInput, { nullable: true }) orderBy?: MeshOrderInput | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<ConnectionOf<Mesh>> {
    const wanted = parseMeshFilter(filter);
    const page = await ctx.reads.meshes(wanted, orderBy ?? NEWEST_FIRST, parsePage(first, after));
    for (const record of page.nodes) ctx.loaders.mesh.prime(record.id, record);
    return new MeshConnection(page, () => ctx.reads.countMeshes(wanted));
  }
}
