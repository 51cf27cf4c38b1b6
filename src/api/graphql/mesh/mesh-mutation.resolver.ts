/**
 * Everything that changes a mesh as a whole. A method parses, calls one command and answers the mesh as the commit
 * left it; whether the viewer may do it is the command's decision.
 */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, Mutation, Resolver } from 'type-graphql';
import { atOnce, inTurns } from '../../../kit/turn.js';
import type { RerunStrategy } from '../../../lifecycle/vocabulary.js';
import type { Commands } from '../../../orchestrator/commands.js';
import { checkExtensionInStages, checkMeshInStages } from '../../../orchestrator/definition/check-mesh.js';
import type { TaskDefaults } from '../../../orchestrator/definition/mesh-input.js';
import type { ApiContext } from '../../context.js';
import { parseId, parseOptionalId } from '../arguments.js';
import { once, placedInInput, untimedTasks, valueOf } from '../checked.js';
import { RerunStrategyEnum } from '../enums.js';
import type { Asking } from '../selection.js';
import { MeshExtensionInput, MeshInput } from './mesh.input.js';
import { meshAfter } from './mesh.shape.js';
import { Mesh } from './mesh.type.js';

@ArgsType()
class RerunArguments {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => RerunStrategyEnum, { defaultValue: 'FROM_FAILURE' })
  readonly strategy!: RerunStrategy;

  @Field(() => ID, { nullable: true, description: 'Needed for FROM_TASK, refused otherwise.' })
  readonly fromTaskId?: string | null;

  @Field(() => String, { nullable: true })
  readonly idempotencyKey?: string | null;
}

@Resolver()
export class MeshMutationResolver {
  constructor(
    private readonly commands: Commands,
    private readonly defaults: TaskDefaults,
  ) {}

  @Mutation(() => Mesh, { description: 'A new mesh, all of it or nothing.' })
  async submitMesh(
    @Arg('input', () => MeshInput) input: MeshInput,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Mesh> {
    const mesh = valueOf(await inTurns(checkMeshInStages(untimedTasks(input), this.defaults)));
    const request = await inTurns(once('submitMesh', input.idempotencyKey, input));
    const { meshId } = await placedInInput(this.commands.submitMesh(ctx.viewer, mesh, request));
    return meshAfter(ctx, meshId, info);
  }

  @Mutation(() => Mesh, { description: 'More tasks and edges into a live mesh, all of them or nothing.' })
  async extendMesh(
    @Arg('meshId', () => ID) id: string,
    @Arg('input', () => MeshExtensionInput) input: MeshExtensionInput,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Mesh> {
    const meshId = parseId(id, 'meshId');
    const extension = valueOf(await inTurns(checkExtensionInStages(untimedTasks(input), this.defaults)));
    const request = await inTurns(once('extendMesh', input.idempotencyKey, { meshId, ...input }));
    await placedInInput(this.commands.extendMesh(ctx.viewer, meshId, extension, request));
    return meshAfter(ctx, meshId, info);
  }

  @Mutation(() => Mesh, { description: 'Ends every task that has not ended. Nothing starts afterwards.' })
  cancelMesh(
    @Arg('id', () => ID) id: string,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Mesh> {
    return this.#change({ ctx, info }, id, 'cancelMesh');
  }

  @Mutation(() => Mesh, { description: 'What runs goes on; nothing new starts.' })
  pauseMesh(
    @Arg('id', () => ID) id: string,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Mesh> {
    return this.#change({ ctx, info }, id, 'pauseMesh');
  }

  @Mutation(() => Mesh, { description: 'Goes on after a pause.' })
  resumeMesh(
    @Arg('id', () => ID) id: string,
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Mesh> {
    return this.#change({ ctx, info }, id, 'resumeMesh');
  }

  @Mutation(() => Mesh, { description: 'Runs a mesh, or a part of it, again as a new mesh.' })
  async rerunMesh(
    @Ctx() ctx: ApiContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => RerunArguments) { id, strategy, fromTaskId: from, idempotencyKey }: RerunArguments,
  ): Promise<Mesh> {
    const [meshId, fromTaskId] = [parseId(id, 'id'), parseOptionalId(from, 'fromTaskId') ?? null];
    const request = atOnce(once('rerunMesh', idempotencyKey, { meshId, strategy, fromTaskId }));
    const rerun = await this.commands.rerunMesh(ctx.viewer, meshId, strategy, fromTaskId, request);
    return meshAfter(ctx, rerun.meshId, info);
  }

  async #change(
    { ctx, info }: Asking,
    id: string,
    command: 'cancelMesh' | 'pauseMesh' | 'resumeMesh',
  ): Promise<Mesh> {
    const meshId = parseId(id, 'id');
    await this.commands[command](ctx.viewer, meshId);
    return meshAfter(ctx, meshId, info);
  }
}
