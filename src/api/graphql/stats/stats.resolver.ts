/** `executionStats`: counts, percentiles and throughput of the last while, computed in the database. */
import { Arg, ID, Int, Query, Resolver } from 'type-graphql';
import type { Reads, StatsGroup } from '../../../store/reads.js';
import { parseOptionalId, parseWhole } from '../arguments.js';
import { StatsGroupEnum } from '../enums.js';
import { ExecutionStats } from './stats.type.js';

const WINDOW_SECONDS_MAX = 366 * 24 * 60 * 60;

@Resolver()
export class StatsResolver {
  constructor(private readonly reads: Reads) {}

  @Query(() => [ExecutionStats], { description: 'What ran within the window, by group.' })
  executionStats(
    @Arg('window', () => Int, { defaultValue: 3600, description: 'Seconds back from now.' }) window: number,
    @Arg('groupBy', () => StatsGroupEnum, { defaultValue: 'NONE' }) groupBy: StatsGroup,
    @Arg('meshId', () => ID, { nullable: true }) meshId?: string | null,
  ): Promise<ExecutionStats[]> {
    const seconds = parseWhole(window, 'window', [1, WINDOW_SECONDS_MAX]);
    return this.reads.executionStats(seconds, groupBy, parseOptionalId(meshId, 'meshId'));
  }
}
