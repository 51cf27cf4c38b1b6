/**
 * What a mesh will do, has done and would do: `criticalPath`, `meshAt` and `simulateMesh`. Nothing here changes
 * anything.
 */
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { inTurns } from '../../../kit/turn.js';
import { checkMeshInStages } from '../../../orchestrator/definition/check-mesh.js';
import type { TaskDefaults } from '../../../orchestrator/definition/mesh-input.js';
import type { Forecasts } from '../../../orchestrator/watch.js';
import type { WhatIf } from '../../../orchestrator/what-if.js';
import type { ApiContext } from '../../context.js';
import { FIRST_DEFAULT, parseFirst, parseId, parseWhole } from '../arguments.js';
import { untimedTasks, valueOf } from '../checked.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { tasksByIds } from '../task/task.shape.js';
import { Task } from '../task/task.type.js';
import { LayerSlotsInput, MeshInput } from './mesh.input.js';
import { noMesh } from './mesh.shape.js';
import { CriticalPathType, MeshMomentType, Simulation } from './mesh.type.js';
import { simulationLayers, SLOTS_MAX } from './simulation-layers.js';
import { countStatuses, taskCounts } from './task-counts.js';

export interface ForecastFaces {
  readonly forecasts: Forecasts;
  readonly whatIf: WhatIf;
  readonly taskDefaults: TaskDefaults;
}

@Resolver(() => CriticalPathType)
export class MeshForecastResolver {
  constructor(private readonly faces: ForecastFaces) {}

  @Query(() => CriticalPathType, { nullable: true, description: 'Null when there is no such mesh.' })
  async criticalPath(
    @Arg('meshId', () => ID) meshId: string,
    @Ctx() ctx: ApiContext,
  ): Promise<CriticalPathType | null> {
    const mesh = await ctx.loaders.mesh.load(parseId(meshId, 'meshId'));
    return (mesh && (await this.faces.forecasts.criticalPath(mesh.id))) ?? null;
  }

  @FieldResolver(() => [Task], { description: 'The first tasks of the path.' })
  tasks(
    @Root() path: CriticalPathType,
    @Ctx() ctx: ApiContext,
    @Arg('first', () => Int, { defaultValue: FIRST_DEFAULT }) first: number,
  ): Promise<Task[]> {
    return tasksByIds(ctx, path.taskIds.slice(0, parseFirst(first)));
  }

  @Query(() => MeshMomentType, { description: 'The mesh as it was at that time, from its events.' })
  async meshAt(
    @Arg('id', () => ID) id: string,
    @Arg('time', () => GraphQLDateTime) time: Date,
    @Ctx() { reads }: ApiContext,
  ): Promise<MeshMomentType> {
    const meshId = parseId(id, 'id');
    const moment = await reads.meshAt(meshId, time);
    if (moment === undefined) throw noMesh(`${meshId} at ${time.toISOString()}`);
    return { meshId, ...moment, counts: taskCounts(countStatuses(moment.tasks)) };
  }

  @Query(() => Simulation, {
    description: 'The mesh run on the same ordering code with a virtual clock; it touches nothing.',
  })
  async simulateMesh(
    @Ctx() { viewer: { tenant } }: ApiContext,
    @Arg('input', () => MeshInput) input: MeshInput,
    @Arg('layers', () => [LayerSlotsInput], { nullable: true, description: 'As they are now when absent.' })
    layers?: LayerSlotsInput[] | null,
    @Arg('concurrency', () => Int, { nullable: true, description: 'Cap over all layers together.' })
    concurrency?: number | null,
  ): Promise<Simulation> {
    const mesh = valueOf(await inTurns(checkMeshInStages(untimedTasks(input), this.faces.taskDefaults)));
    const cap = concurrency == null ? undefined : parseWhole(concurrency, 'concurrency', [1, SLOTS_MAX]);
    return this.faces.whatIf.simulate(mesh, { tenant, layers: simulationLayers(layers), concurrency: cap });
  }

  @Query(() => Simulation, {
    nullable: true,
    description: 'A mesh that exists, simulated from its start. Null when there is no such mesh.',
  })
  async simulateRun(
    @Ctx() ctx: ApiContext,
    @Arg('meshId', () => ID) meshId: string,
    @Arg('layers', () => [LayerSlotsInput], { nullable: true, description: 'As they are now when absent.' })
    layers?: LayerSlotsInput[] | null,
    @Arg('concurrency', () => Int, { nullable: true, description: 'Cap over all layers together.' })
    concurrency?: number | null,
  ): Promise<Simulation | null> {
    const cap = concurrency == null ? undefined : parseWhole(concurrency, 'concurrency', [1, SLOTS_MAX]);
    const options = { layers: simulationLayers(layers), concurrency: cap };
    const mesh = await ctx.loaders.mesh.load(parseId(meshId, 'meshId'));
    return (mesh && (await this.faces.whatIf.simulateAgain(mesh.id, options))) ?? null;
  }
}
