/** `health`, `status` and `metrics`: how this server is. */
import { Arg, Query, Resolver } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import type { MetricSamples } from '../../../store/metric-samples.js';
import { invalid, parseInterval, parseText } from '../arguments.js';
import { taskCounts } from '../mesh/task-counts.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import type { ConfiguredKey, HealthFace, MetricsFace, StatusFace } from './faces.js';
import { ConfiguredKeyView, Health, StoredMetrics, SystemStatus } from './health.type.js';

const NAMES_MAX = 50;
const NAME = /^[a-z][a-z0-9_]{0,99}$/;
const SAMPLES_MAX = 1000;

interface Faces {
  readonly health: HealthFace;
  readonly status: StatusFace;
  readonly metrics: MetricsFace;
  readonly metricSamples: Pick<MetricSamples, 'read'>;
  readonly configuration: readonly ConfiguredKey[];
}

@Resolver()
export class HealthResolver {
  constructor(private readonly faces: Faces) {}

  @Query(() => Health, { description: 'Can this server do its work?' })
  health(): Promise<Health> {
    return this.faces.health.report();
  }

  @Query(() => SystemStatus, { description: 'What this server is and what it is doing.' })
  async status(): Promise<SystemStatus> {
    const report = await this.faces.status.report();
    return { ...report, counts: taskCounts(report.counts) };
  }

  @Query(() => [ConfiguredKeyView], {
    description: 'How this server is configured, secrets masked. Needs the owner.',
  })
  configuration(): readonly ConfiguredKeyView[] {
    return this.faces.configuration;
  }

  @Query(() => GraphQLJsonObject, { description: 'What Prometheus would read, as JSON.' })
  metrics(): Promise<JsonObject> {
    return this.faces.metrics.snapshot();
  }

  @Query(() => [StoredMetrics], {
    description: `Metrics of all servers as they were, oldest first: of more than ${SAMPLES_MAX} samples about so many that lie evenly.`,
  })
  async metricHistory(
    @Arg('names', () => [String], { description: `Of families as in \`metrics\`, 1 to ${NAMES_MAX}.` })
    names: readonly string[],
    @Arg('since', () => GraphQLDateTime, { nullable: true }) since?: Date | null,
    @Arg('until', () => GraphQLDateTime, { nullable: true, description: 'Not itself.' }) until?: Date | null,
    @Arg('server', () => String, { nullable: true, description: 'As `status { serverId }` names it.' })
    server?: string | null,
  ): Promise<readonly StoredMetrics[]> {
    parseInterval(since, until, ['since', 'until']);
    return await this.faces.metricSamples.read({
      names: parseNames(names),
      since: since ?? null,
      until: until ?? null,
      server: parseText(server, 'server') ?? null,
      max: SAMPLES_MAX,
    });
  }
}

function parseNames(names: readonly string[]): readonly string[] {
  if (names.length < 1 || names.length > NAMES_MAX)
    throw invalid('names', `must be 1 to ${NAMES_MAX} names of metrics, got ${names.length}`);
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined)
    throw invalid(
      'names',
      `must be names such as tasks or commit_seconds, got ${JSON.stringify(wrong.slice(0, 64))}`,
    );
  return [...new Set(names)];
}
