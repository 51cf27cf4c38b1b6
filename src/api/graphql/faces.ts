/**
 * All that the GraphQL API stands on: faces of the floors below, handed over by the composition root. Resolvers take
 * from here what they need, one by one; nothing is looked up later.
 */
import type { Alerts } from '../../alerts/alerts.js';
import type { Consciousness } from '../../consciousness/consciousness.js';
import type { Clock } from '../../kit/clock.js';
import type { Circuits } from '../../layers/circuits.js';
import type { Nodes } from '../../layers/nodes.js';
import type { Learning } from '../../learning/learning.js';
import type { Commands } from '../../orchestrator/commands.js';
import type { TaskDefaults } from '../../orchestrator/definition/mesh-input.js';
import type { EventFeed, Forecasts, LogFeed } from '../../orchestrator/watch.js';
import type { WhatIf } from '../../orchestrator/what-if.js';
import type { JwtRevocations } from '../../security/jwt-revocations.js';
import type { Refusals } from '../../security/refusal-log.js';
import type { Schedules } from '../../orchestrator/schedule/schedules.js';
import type { Templates } from '../../orchestrator/template/templates.js';
import type { Audit } from '../../store/audit.js';
import type { DrawnMeshes } from '../../store/drawn-meshes.js';
import type { MeshRuns } from '../../store/mesh-runs.js';
import type { MetricSamples } from '../../store/metric-samples.js';
import type { Reads } from '../../store/reads.js';
import type { TokenDesk } from './security/security.resolver.js';
import type { ConfiguredKey, HealthFace, MetricsFace, StatusFace } from './health/faces.js';
import type { LayerReports } from './layer/layer.shape.js';

export interface ApiFaces {
  readonly commands: Commands;
  readonly reads: Reads;
  readonly drawings: DrawnMeshes;
  readonly runs: MeshRuns;
  readonly events: EventFeed;
  readonly logs: LogFeed;
  readonly forecasts: Forecasts;
  readonly whatIf: WhatIf;
  readonly layers: LayerReports;
  readonly circuits: Circuits;
  readonly nodes: Nodes;
  readonly learning: Learning;
  readonly consciousness: Consciousness;
  readonly alerts: Alerts;
  readonly templates: Templates;
  readonly schedules: Schedules;
  readonly health: HealthFace;
  readonly status: StatusFace;
  readonly metrics: MetricsFace;
  readonly apiTokens: TokenDesk;
  readonly audit: Audit;
  readonly refusals: Refusals;
  readonly revocations: Pick<JwtRevocations, 'revoke'>;
  readonly metricSamples: Pick<MetricSamples, 'read'>;
  readonly configuration: readonly ConfiguredKey[];
  readonly taskDefaults: TaskDefaults;
  readonly clock: Clock;
}
