/**
 * All resolvers, built by hand from the faces of the floors below. Called once by `build-schema.ts`; TypeGraphQL gets
 * them by class and never makes one itself.
 */
import { AlertResolver } from './alert/alert.resolver.js';
import { AlertSubscriptionResolver } from './alert/alert-subscription.resolver.js';
import { AttemptResolver } from './attempt/attempt.resolver.js';
import { CircuitResolver } from './circuit/circuit.resolver.js';
import { ConsciousnessResolver } from './consciousness/consciousness.resolver.js';
import { ConsciousnessSubscriptionResolver } from './consciousness/consciousness-subscription.resolver.js';
import { EdgeResolver } from './edge/edge.resolver.js';
import { EventResolver } from './event/event.resolver.js';
import { EventSubscriptionResolver } from './event/event-subscription.resolver.js';
import type { ApiFaces } from './faces.js';
import { HealthResolver } from './health/health.resolver.js';
import { MetricsSubscriptionResolver } from './health/metrics-subscription.resolver.js';
import { LayerResolver } from './layer/layer.resolver.js';
import { LearningResolver } from './learning/learning.resolver.js';
import { LearningSubscriptionResolver } from './learning/learning-subscription.resolver.js';
import { LogResolver } from './log/log.resolver.js';
import { LogSubscriptionResolver } from './log/log-subscription.resolver.js';
import { MeshEdgesResolver } from './mesh/mesh-edges.resolver.js';
import { MeshFileResolver } from './mesh/mesh-file.resolver.js';
import { MeshForecastResolver } from './mesh/mesh-forecast.resolver.js';
import { MeshGraphResolver } from './mesh/mesh-graph.resolver.js';
import { MeshMutationResolver } from './mesh/mesh-mutation.resolver.js';
import { MeshTenants } from './mesh/mesh-tenants.js';
import { MeshProgressResolver } from './mesh/mesh-progress.resolver.js';
import { MeshResolver } from './mesh/mesh.resolver.js';
import { NodeResolver } from './node/node.resolver.js';
import { NodeSubscriptionResolver } from './node/node-subscription.resolver.js';
import { ScheduleResolver } from './schedule/schedule.resolver.js';
import { SecurityResolver } from './security/security.resolver.js';
import { StatsResolver } from './stats/stats.resolver.js';
import { TaskColumnsResolver } from './task/task-columns.resolver.js';
import { TaskEdgesResolver } from './task/task-edges.resolver.js';
import { TaskEtaResolver } from './task/task-eta.resolver.js';
import { TaskHeldResolver } from './task/task-held.resolver.js';
import { TaskMutationResolver } from './task/task-mutation.resolver.js';
import { TaskStatusResolver } from './task/task-status.resolver.js';
import { TaskResolver } from './task/task.resolver.js';
import { MeshOriginResolver } from './template/mesh-origin.resolver.js';
import { TemplateCommandResolver } from './template/template-command.resolver.js';
import { TemplateResolver } from './template/template.resolver.js';
import { ViewerResolver } from './viewer/viewer.resolver.js';

function readers(faces: ApiFaces): object[] {
  const { reads, drawings, runs, forecasts, layers, circuits, consciousness } = faces;
  return [
    new TaskResolver(),
    new TaskColumnsResolver(),
    new TaskEdgesResolver(layers),
    new TaskEtaResolver(forecasts),
    new MeshResolver(),
    new MeshEdgesResolver(forecasts),
    new MeshOriginResolver(),
    new MeshGraphResolver(drawings, reads, forecasts),
    new EventResolver(),
    new TaskHeldResolver(consciousness),
    new LayerResolver(layers, circuits),
    new CircuitResolver(circuits),
    new AttemptResolver(),
    new LogResolver(),
    new StatsResolver(runs),
    new ViewerResolver(),
  ];
}

function actors(faces: ApiFaces): object[] {
  return [
    new TaskMutationResolver(faces.commands, faces.taskDefaults),
    new MeshMutationResolver(faces.commands, faces.taskDefaults),
    new EdgeResolver(faces.commands),
    new MeshForecastResolver(faces),
    new MeshFileResolver(faces.taskDefaults),
    new HealthResolver(faces),
    new NodeResolver(faces.nodes),
    new LearningResolver(faces.learning, faces.taskDefaults),
    new SecurityResolver(faces.apiTokens, faces.audit, faces.revocations),
    new ConsciousnessResolver(faces.consciousness, faces.clock),
    new AlertResolver(faces.alerts),
    new ScheduleResolver(faces.schedules),
    new TemplateResolver(faces.templates),
    new TemplateCommandResolver(faces.commands, faces.templates),
  ];
}

function watchers({
  events,
  logs,
  reads,
  forecasts,
  metrics,
  nodes,
  learning,
  consciousness,
  alerts,
  clock,
}: ApiFaces): object[] {
  const tenants = new MeshTenants(reads);
  return [
    new TaskStatusResolver(events, reads, clock, tenants),
    new EventSubscriptionResolver(events, reads, clock, tenants),
    new MeshProgressResolver(events, forecasts, clock, tenants),
    new LogSubscriptionResolver(logs, tenants),
    new MetricsSubscriptionResolver(metrics, clock),
    new NodeSubscriptionResolver(nodes),
    new LearningSubscriptionResolver(learning),
    new ConsciousnessSubscriptionResolver(consciousness),
    new AlertSubscriptionResolver(alerts),
  ];
}

export function buildResolvers(faces: ApiFaces): ReadonlyMap<unknown, object> {
  const all = [...readers(faces), ...actors(faces), ...watchers(faces)];
  return new Map(all.map((resolver) => [resolver.constructor, resolver]));
}
