/** `health`, `status` and `metrics`: how this server is. */
import { Query, Resolver } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import { taskCounts } from '../mesh/task-counts.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import type { HealthFace, MetricsFace, StatusFace } from './faces.js';
import { Health, SystemStatus } from './health.type.js';

@Resolver()
export class HealthResolver {
  constructor(
    private readonly healthFace: HealthFace,
    private readonly statusFace: StatusFace,
    private readonly metricsFace: MetricsFace,
  ) {}

  @Query(() => Health, { description: 'Can this server do its work?' })
  health(): Promise<Health> {
    return this.healthFace.report();
  }

  @Query(() => SystemStatus, { description: 'What this server is and what it is doing.' })
  async status(): Promise<SystemStatus> {
    const report = await this.statusFace.report();
    return { ...report, counts: taskCounts(report.counts) };
  }

  @Query(() => GraphQLJsonObject, { description: 'What Prometheus would read, as JSON.' })
  metrics(): Promise<JsonObject> {
    return this.metricsFace.snapshot();
  }
}
