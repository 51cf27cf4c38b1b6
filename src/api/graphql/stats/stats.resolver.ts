/** `executionStats` and `meshStats`: counts, percentiles and throughput of the last while, computed in the database. */
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import type { MeshRuns } from '../../../store/mesh-runs.js';
import type { StatsGroup } from '../../../store/reads.js';
import type { ApiContext } from '../../context.js';
import { parseFirst, parseOptionalId, parseText, parseWhole, present } from '../arguments.js';
import { StatsGroupEnum } from '../enums.js';
import { ExecutionStats, MeshStats } from './stats.type.js';

const WINDOW_SECONDS_MAX = 366 * 24 * 60 * 60;

@Resolver()
export class StatsResolver {
  constructor(private readonly runs: MeshRuns) {}

  @Query(() => [ExecutionStats], { description: 'What ran within the window, by group.' })
  executionStats(
    @Ctx() { reads }: ApiContext,
    @Arg('window', () => Int, { defaultValue: 3600, description: 'Seconds back from now.' }) window: number,
    @Arg('groupBy', () => StatsGroupEnum, { defaultValue: 'NONE' }) groupBy: StatsGroup,
    @Arg('meshId', () => ID, { nullable: true }) meshId?: string | null,
  ): Promise<ExecutionStats[]> {
    const seconds = parseWhole(window, 'window', [1, WINDOW_SECONDS_MAX]);
    return reads.executionStats(seconds, groupBy, present({ meshId: parseOptionalId(meshId, 'meshId') }));
  }

  @Query(() => [MeshStats], {
    description: 'Meshes of the window by their names, the one that was made last first.',
  })
  meshStats(
    @Ctx() { viewer }: ApiContext,
    @Arg('window', () => Int, { defaultValue: 86_400, description: 'Seconds back from now.' }) window: number,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('search', () => String, { nullable: true, description: 'Part of the name, in any case.' })
    search?: string | null,
  ): Promise<MeshStats[]> {
    const words = parseText(search, 'search');
    return this.runs.meshStats({
      tenant: viewer.tenant,
      windowSeconds: parseWhole(window, 'window', [1, WINDOW_SECONDS_MAX]),
      first: parseFirst(first),
      ...(words !== undefined && { search: words }),
    });
  }
}
