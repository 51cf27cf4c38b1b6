/** Builds the outside doors over the core: schema, GraphQL, REST, documents, metrics of them all. */
import type { GraphQLSchema } from 'graphql';
import { buildApiSchema } from '../api/graphql/build-schema.js';
import type { ApiFaces } from '../api/graphql/faces.js';
import { MeteredDoor, rootFieldsOf } from '../api/metered-door.js';
import { Overload } from '../api/load/overload.js';
import { registerDocs } from '../api/rest/docs.js';
import { observeHttp } from '../api/rest/observe-http.js';
import { answerNoRoute, registerRest } from '../api/rest/register-rest.js';
import { type ApiServer, createServer } from '../api/server.js';
import { listConfig } from '../config/listed.js';
import type { Circuits } from '../layers/circuits.js';
import type { Nodes } from '../layers/nodes.js';
import { Exporter } from '../metrics/exporter.js';
import type { Health } from '../metrics/health/health.js';
import { ServerCertificate } from '../security/server-certificate.js';
import type { Clock } from '../kit/clock.js';
import { IdSource } from '../kit/ids.js';
import { SystemRandom } from '../kit/random.js';
import { Sampler } from '../metrics/sampler.js';
import { queueDepths } from '../orchestrator/cluster/remote-layers.js';
import { StoreEventFeed } from '../orchestrator/event-feed.js';
import { WhatIfSimulation } from '../orchestrator/forecast/what-if-simulation.js';
import { ScheduleDesk } from '../orchestrator/schedule/schedule-desk.js';
import { TemplateSource } from '../orchestrator/template/bind-template.js';
import { TemplateDesk } from '../orchestrator/template/template-desk.js';
import { StoreLogFeed } from '../orchestrator/log-feed.js';
import { type AppOptions, taskDefaultsOf } from './app-options.js';
import type { Core } from './core.js';
import type { CoreParts } from './core-parts.js';
import type { OpenIdentities } from './access/identities.js';
import { layerReports } from './presence.js';
import type { Started } from './started.js';
import { statusFace } from './status.js';

/** For sockets that do not answer. */
const DOORS_MS = 5_000;

export interface DoorParts extends CoreParts {
  readonly circuits: Circuits;
  readonly nodes: Nodes;
  readonly token: string;
  readonly core: Core;
  readonly health: Health;
  readonly certificate: ServerCertificate | undefined;
  readonly known: OpenIdentities;
}

export async function openDoors(parts: DoorParts, started: Started): Promise<ApiServer> {
  const { options, clock, database, metrics, health, token } = parts;
  const { config, log } = options;
  let openSubscriptions = (): number => 0;
  const faces = apiFaces(parts, () => openSubscriptions());
  const schema = await buildApiSchema(faces);
  const { server: settings } = config;
  const door = new MeteredDoor({
    clock,
    ended: (operation) => metrics.graphql.ended(operation),
    schema,
    reads: database.reads,
    limits: {
      depthMax: settings.graphqlDepthMax,
      tokensMax: settings.graphqlTokensMax,
      aliasesMax: settings.graphqlAliasesMax,
      directivesMax: settings.graphqlDirectivesMax,
      costMax: settings.graphqlCostMax,
    },
    subscriptionsMax: settings.subscriptionsMax,
    costPerSecond: config.security.costPerSecond,
    requestTimeoutMs: settings.requestTimeoutSeconds * 1000,
    log,
    tracer: parts.tracer,
  });
  openSubscriptions = () => door.subscriptions.open;
  meter(parts, schema, door);
  const server = await createServer({
    host: settings.host,
    port: options.guest ? 0 : settings.port,
    schema,
    door,
    token,
    anonymous: config.security.anonymous,
    identities: parts.known.identities,
    refusals: parts.known.refusals,
    rates: config.security,
    allowed: { hosts: settings.allowedHosts, origins: settings.allowedOrigins },
    body: { bodyMaxBytes: settings.bodyMax, submissionMaxBytes: settings.submissionMax },
    requestTimeoutMs: settings.requestTimeoutSeconds * 1000,
    socketsMax: settings.subscriptionsMax,
    log,
    tracer: parts.tracer,
    overload: new Overload({
      clock,
      requestsMax: settings.requestsMax,
      lagMsMax: settings.overloadLagMs,
      refused: (reason) => metrics.overload.refused(reason),
    }),
    certificate: parts.certificate,
    notFound: answerNoRoute,
    mount: async (fastify) => {
      observeHttp(fastify, (request) => metrics.http.answered(request));
      await registerRest(fastify, {
        door,
        schema,
        health,
        metrics,
        bodyMax: settings.bodyMax,
        viewerOf: (request) => request.viewer,
      });
      await registerDocs(fastify, { schema, version: options.version });
    },
  });
  const graceMs = options.config.execution.drainSeconds * 1000;
  started.add('the doors', () => server.close(graceMs), graceMs + DOORS_MS);
  return server;
}

function apiFaces(parts: DoorParts, subscriptions: () => number): ApiFaces {
  const { options, clock, layers, circuits, nodes, database, metrics, core, health } = parts;
  const { orchestrator, mind, commands, presence } = core;
  const ids = new IdSource(clock, new SystemRandom());
  const newId = (): string => ids.next();
  const advisor = mind.forecaster;
  const { reads } = database;
  return {
    commands,
    reads,
    drawings: reads,
    runs: reads,
    clock,
    ...feeds(parts),
    forecasts: core.forecasts,
    whatIf: new WhatIfSimulation(layers, advisor, database.store),
    layers: () => layerReports(presence, orchestrator, layers),
    circuits,
    nodes,
    learning: core.advice.learning,
    consciousness: core.mind.consciousness,
    alerts: core.alerts,
    schedules: new ScheduleDesk({
      store: database.schedules,
      newId,
      templates: new TemplateSource(database.templates, taskDefaultsOf(options)),
      commands,
    }),
    templates: new TemplateDesk({
      store: database.templates,
      newId,
      defaults: taskDefaultsOf(options),
    }),
    health,
    status: statusFace(parts, subscriptions),
    metrics,
    metricSamples: database.metricSamples,
    apiTokens: parts.known.tokens,
    audit: database.audit,
    refusals: parts.known.refusals,
    revocations: parts.known.revocations,
    configuration: listConfig(options.config, options.cwd),
    taskDefaults: taskDefaultsOf(options),
  };
}

function feeds({ clock, database, core, self }: DoorParts): Pick<ApiFaces, 'events' | 'logs'> {
  const { orchestrator, presence } = core;
  const { store, reads, hints } = database;
  const leads = (): boolean => orchestrator.epoch !== undefined;
  const events = new StoreEventFeed({ store, reads, bus: core.events, clock, others: { leads, hints } });
  self.eventSeq = () => (events.subscribers === 0 || leads() ? null : events.known);
  const any = (): boolean => presence.others.length > 0;
  return { events, logs: new StoreLogFeed({ store, bus: core.lines, clock, others: { any, hints, store } }) };
}

/** What is measured where it lies, at each scrape. */
function meter({ metrics, health, core, layers }: DoorParts, schema: GraphQLSchema, door: MeteredDoor): void {
  const { orchestrator } = core;
  metrics.process.readyFrom(() => health.readyAsFarAsKnown);
  metrics.process.leadsFrom(() => orchestrator.epoch !== undefined);
  metrics.graphql.allowFields(rootFieldsOf(schema));
  metrics.subscriptions.openFrom(() => door.subscriptions.open);
  metrics.commits.backlogFrom(() => orchestrator.waiting);
  metrics.queue.depthFrom(() => queueDepths(orchestrator.core));
  metrics.queue.layersFrom(() =>
    [...layers.values()].map((layer) => ({
      layer: layer.name,
      running: layer.statistics().running,
      slots: layer.capacity().slots,
    })),
  );
}

/** So that one can look back. Not in a guest, which lives as long as its command. */
export async function startSampler(
  { options, clock, database, metrics }: Pick<DoorParts, 'options' | 'clock' | 'database' | 'metrics'>,
  started: Started,
): Promise<void> {
  const { collectionInterval, retentionDays } = options.config.observability.metrics;
  if (options.guest) return;
  const sampler = new Sampler({
    ...{ samples: database.metricSamples, metrics, clock, server: database.identity.id },
    everyMs: collectionInterval * 1000,
    keepDays: retentionDays,
    onError: (error) => options.log.warn({ err: error }, 'metrics could not be stored'),
  });
  await sampler.start();
  started.add('the samples of metrics', () => sampler.stop());
}

/** Undefined: plain HTTP. */
export async function openCertificate(
  { config, log }: AppOptions,
  clock: Clock,
  started: Started,
): Promise<ServerCertificate | undefined> {
  const { tlsCert, tlsKey } = config.server;
  if (tlsCert === '' && tlsKey === '') return undefined;
  if (tlsCert === '' || tlsKey === '')
    throw new Error('server.tls_cert and server.tls_key belong together: set both, or neither');
  const told = (message: string): void => log.warn(message);
  const certificate = await ServerCertificate.open({ cert: tlsCert, key: tlsKey }, { clock, told });
  await certificate.start();
  started.add('the certificate', () => certificate.stop());
  return certificate;
}

export async function openExporter(
  { options, metrics, certificate }: Pick<DoorParts, 'options' | 'metrics' | 'certificate'>,
  started: Started,
): Promise<Exporter | undefined> {
  const { config, log, guest } = options;
  const { metrics: settings } = config.observability;
  if (!settings.enabled || guest) return undefined;
  const exporter = new Exporter({
    source: metrics,
    host: config.server.host,
    port: settings.port,
    allowedHosts: config.server.allowedHosts,
    secureServer: certificate && ((handler) => certificate.server(handler)),
    warn: (message) => log.warn(message),
  });
  await exporter.start();
  started.add('the Prometheus port', () => exporter.stop());
  return exporter;
}
