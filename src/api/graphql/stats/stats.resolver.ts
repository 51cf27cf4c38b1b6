/** `executionStats`: counts, percentiles and throughput of the last while, computed in the database. */
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import type { StatsGroup } from '../../../store/reads.js';
import type { ApiContext } from '../../context.js';
import { parseOptionalId, parseWhole, present } from '../arguments.js';
import { StatsGroupEnum } from '../enums.js';
import { ExecutionStats } from './stats.type.js';

const WINDOW_SECONDS_MAX = 366 * 24 * 60 * 60;

@Resolver()
export class StatsResolver {
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
}
