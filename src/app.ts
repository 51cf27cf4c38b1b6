/**
 * The composition root: makes every long-lived part, bottom floor first, and wires them. The command line and tests
 * start it; it is the only place that knows all floors. Stopping goes the other way round: doors, work, core, database.
 */
import { hostname } from 'node:os';
import { mkdir } from 'node:fs/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import { SystemClock } from './kit/clock.js';
import { IdSource } from './kit/ids.js';
import { SystemRandom } from './kit/random.js';
import { Bus } from './events/bus.js';
import type { CommittedEvent } from './events/catalogue.js';
import type { TaskSpec } from './lifecycle/task.js';
import { TASK_STATUSES, type LayerName } from './lifecycle/vocabulary.js';
import type { Layer } from './layers/layer.js';
import type { LocalLayer } from './layers/local/local-layer.js';
import { openLocalLayer } from './layers/local/open-local-layer.js';
import { Metrics } from './metrics/metrics.js';
import { databaseCheck, eventLoopCheck, leadershipCheck } from './metrics/health/checks.js';
import { Health } from './metrics/health/health.js';
import { LoopLag } from './metrics/health/loop-lag.js';
import { Exporter } from './metrics/exporter.js';
import { CommandDesk } from './orchestrator/command-desk.js';
import { Dispatcher } from './orchestrator/dispatcher.js';
import { StoreEventFeed } from './orchestrator/event-feed.js';
import { MeshForecast } from './orchestrator/forecast/mesh-forecast.js';
import { WhatIfSimulation } from './orchestrator/forecast/what-if-simulation.js';
import { StoreLogFeed } from './orchestrator/log-feed.js';
import { LogWriter } from './orchestrator/log-writer.js';
import { OnceDesk } from './orchestrator/once-desk.js';
import { type LeadershipEvent, Orchestrator } from './orchestrator/orchestrator.js';
import { Permissions } from './orchestrator/permissions.js';
import { QuantileAdvisor } from './orchestrator/quantile-advisor.js';
import { References } from './orchestrator/references.js';
import { ensureToken, tokenPath } from './security/token-file.js';
import { EmbeddedPostgres } from './store/postgres/embedded.js';
import { migrate } from './store/postgres/migrate.js';
import { PostgresReads } from './store/postgres/postgres-reads.js';
import { PostgresStore } from './store/postgres/postgres-store.js';
import type { Store, StoredLogRow } from './store/store.js';
import { buildApiSchema } from './api/graphql/build-schema.js';
import type { ApiFaces } from './api/graphql/faces.js';
import { SchemaDoor } from './api/graphql/graphql-door.js';
import { registerDocs } from './api/rest/docs.js';
import { answerNoRoute, registerRest } from './api/rest/register-rest.js';
import { type ApiServer, createServer } from './api/server.js';

export interface AppOptions {
  readonly config: Config;
  readonly version: string;
  readonly log: Logger;
  /** The environment of the process, as the composition root was given it; work sees the allowed part of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** No Prometheus port and no fixed port: a server beside one command. */
  readonly guest: boolean;
}

export interface App {
  readonly url: string;
  readonly metricsUrl: string | undefined;
  readonly token: string;
  readonly tokenPath: string;
  /** Resolves when it has ended. */
  readonly ended: Promise<Error | undefined>;
  stop(): Promise<void>;
}

/** What has been started, in order; stopping undoes it in reverse. */
class Started {
  readonly #undo: (() => Promise<unknown>)[] = [];

  then(undo: () => Promise<unknown>): void {
    this.#undo.push(undo);
  }

  async undo(log: Logger): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) {
      await undo().catch((error: unknown) => log.error({ err: error }, 'a part failed to stop'));
    }
  }
}

export async function startApp(options: AppOptions): Promise<App> {
  const started = new Started();
  try {
    return await assemble(options, started);
  } catch (error) {
    await started.undo(options.log);
    throw error;
  }
}

async function assemble(options: AppOptions, started: Started): Promise<App> {
  const { config, log } = options;
  await mkdir(config.stateDir, { recursive: true, mode: 0o700 });
  const token = await ensureToken(config.stateDir);
  const database = await openDatabase(options, started);
  const clock = new SystemClock({ timersHoldProcess: true });
  const local = await openLayer(options, clock);
  started.then(() => local.close());
  const layers = new Map<LayerName, Layer>([[local.name, local]]);
  const metrics = new Metrics({
    clock,
    instance: { name: config.general.instanceName, environment: config.general.environment, version: options.version },
    statuses: TASK_STATUSES,
  });
  const core = await startCore({ options, clock, layers, database, metrics }, started);
  const lag = new LoopLag();
  await lag.start();
  started.then(() => lag.stop());
  const health = new Health(clock, [
    databaseCheck(() => database.reads.ping()),
    leadershipCheck(() => core.orchestrator.epoch !== undefined),
    eventLoopCheck(() => lag.read()),
  ]);
  const server = await openDoors({ options, token, clock, layers, database, metrics, core, health }, started);
  const { url } = await server.listen();
  const exporter = await openExporter(options, metrics, started);
  health.enter('READY');
  let ended: (error: Error | undefined) => void = () => {};
  const end = new Promise<Error | undefined>((resolve) => {
    ended = resolve;
  });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      health.enter('DRAINING');
      await started.undo(log);
      ended(undefined);
    })());
  return { url, metricsUrl: exporter?.url, token, tokenPath: tokenPath(config.stateDir), ended: end, stop };
}

/** The verb `migrate`: brings the database up to date without serving; the embedded one is started for it. */
export async function migrateDatabase(config: Config): Promise<readonly string[]> {
  if (config.database.url !== '') return await migrate(config.database.url);
  await mkdir(config.stateDir, { recursive: true, mode: 0o700 });
  const embedded = new EmbeddedPostgres({ stateDir: config.stateDir });
  await embedded.start();
  try {
    return await migrate(embedded.url);
  } finally {
    await embedded.stop();
  }
}

interface Database {
  readonly url: string;
  readonly kind: 'embedded' | 'postgresql';
  readonly store: Store;
  readonly reads: PostgresReads;
}

async function openDatabase({ config, log }: AppOptions, started: Started): Promise<Database> {
  let { url } = config.database;
  const kind = url === '' ? 'embedded' : 'postgresql';
  if (url === '') {
    const embedded = new EmbeddedPostgres({ stateDir: config.stateDir });
    embedded.onExit((reason) => log.error({ reason }, 'the embedded PostgreSQL ended and is started again'));
    await embedded.start();
    started.then(() => embedded.stop());
    ({ url } = embedded);
  }
  const applied = await migrate(url);
  if (applied.length > 0) log.info({ applied }, 'the database schema was brought up to date');
  const pool = new pg.Pool({ connectionString: url, max: config.database.poolMax, application_name: 'taskmesh' });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  started.then(() => pool.end());
  const holder = `${hostname()}:${process.pid}`;
  const store = new PostgresStore(pool, { url, clock: new SystemClock({ timersHoldProcess: true }), holder });
  started.then(() => store.close());
  return { url, kind, store, reads: new PostgresReads(pool) };
}

async function openLayer({ config, env, cwd, log }: AppOptions, clock: SystemClock): Promise<LocalLayer> {
  const { execution } = config;
  const allowed = execution.envAllow.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  const { layer, orphansKilled } = await openLocalLayer({
    node: `${hostname()}:${process.pid}:${Date.now().toString(36)}`,
    maxParallelTasks: execution.maxParallelTasks,
    stateDir: config.stateDir,
    workingDir: cwd,
    env: Object.fromEntries(allowed),
    moduleRoot: execution.moduleRoot,
    clock,
    killGraceMs: execution.killGraceSeconds * 1000,
    logBytesMax: execution.logBytesMax,
    http: { allowPrivate: execution.httpAllowPrivate, responseBytesMax: execution.httpResponseMax },
  });
  if (orphansKilled > 0) log.warn({ orphansKilled }, 'ended what an earlier server had left running');
  return layer;
}

interface Core {
  readonly orchestrator: Orchestrator;
  readonly advisor: QuantileAdvisor;
  readonly events: Bus<CommittedEvent>;
  readonly lines: Bus<StoredLogRow>;
  readonly desk: CommandDesk;
}

interface CoreParts {
  readonly options: AppOptions;
  readonly clock: SystemClock;
  readonly layers: ReadonlyMap<LayerName, Layer>;
  readonly database: Database;
  readonly metrics: Metrics;
}

async function startCore({ options, clock, layers, database, metrics }: CoreParts, started: Started): Promise<Core> {
  const { log } = options;
  const { store } = database;
  const random = new SystemRandom();
  const onError = (error: unknown): void => log.error({ err: error }, 'a listener of the bus failed');
  const events = new Bus<CommittedEvent>({ onError });
  const lines = new Bus<StoredLogRow>({ onError });
  events.subscribe({ deliver: (batch) => metrics.record(batch), missed: () => {} });
  const logs = new LogWriter(store, clock, (rows) => lines.publish(rows));
  started.then(() => logs.close());
  const advisor = new QuantileAdvisor();
  await remember(advisor, store);
  const orchestrator = new Orchestrator({
    store,
    clock,
    random,
    layers,
    advisor,
    dispatcher: new Dispatcher({ layers, store, logs, clock }),
    publish: (batch) => events.publish(batch),
    committed: (report) => metrics.committed(report),
    told: (event) => tell(log, event),
    leaderlessMs: 15_000,
  });
  await orchestrator.start();
  started.then(() => orchestrator.stop());
  const references = new References(store, orchestrator);
  const permissions = new Permissions(references, (spec) => whyNowhere(layers, spec));
  const ids = new IdSource(clock, random);
  const desk = new CommandDesk({ orchestrator, store, ids, references, permissions, once: new OnceDesk(store) });
  return { orchestrator, advisor, events, lines, desk };
}

const KINDS_REMEMBERED = 1000;
const RUNS_REMEMBERED = 64;

async function remember(advisor: QuantileAdvisor, store: Store): Promise<void> {
  for (const { typeKey, runMs } of await store.durations(KINDS_REMEMBERED, RUNS_REMEMBERED)) {
    for (const ms of runMs.toReversed()) advisor.observe({ typeKey, runSeconds: ms / 1000 });
  }
}

function tell(log: Logger, event: LeadershipEvent): void {
  if (event.kind === 'leading') log.info({ epoch: event.epoch, openTasks: event.openTasks }, 'leading');
  else if (event.kind === 'lost') log.warn({ epoch: event.epoch, reason: event.reason }, 'leadership ended');
  else log.error({ reason: event.reason }, 'could not take the lead; trying again');
}

/** Why no layer of this system takes a task; undefined when one does. */
function whyNowhere(layers: ReadonlyMap<LayerName, Layer>, spec: Pick<TaskSpec, 'layer' | 'work'>): string | undefined {
  if (spec.layer !== null && !layers.has(spec.layer)) {
    return `layer ${spec.layer} is not available here; use one of ${[...layers.keys()].join(', ')}, or leave it out`;
  }
  const { work } = spec;
  if (work === null) return undefined;
  const candidates = spec.layer === null ? [...layers.values()] : [layers.get(spec.layer) as Layer];
  const refusals = candidates.map((layer) => layer.refusal(work));
  return refusals.some((refusal) => refusal === undefined) ? undefined : refusals.join('; ');
}

interface DoorParts extends CoreParts {
  readonly token: string;
  readonly core: Core;
  readonly health: Health;
}

async function openDoors(parts: DoorParts, started: Started): Promise<ApiServer> {
  const { options, database, metrics, health, token, core, layers } = parts;
  const { config, log } = options;
  const faces = apiFaces(parts);
  const schema = await buildApiSchema(faces);
  const { server: settings } = config;
  const door = new SchemaDoor({
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
    log,
  });
  metrics.process.readyFrom(() => health.readyAsFarAsKnown);
  metrics.process.leadsFrom(() => core.orchestrator.epoch !== undefined);
  metrics.queue.layersFrom(() =>
    [...layers.values()].map((layer) => ({ layer: layer.name, running: layer.statistics().running, slots: layer.capacity().slots })),
  );
  const server = await createServer({
    host: settings.host,
    port: options.guest ? 0 : settings.port,
    instanceName: config.general.instanceName,
    schema,
    door,
    token,
    allowed: { hosts: settings.allowedHosts, origins: settings.allowedOrigins },
    body: { bodyMaxBytes: settings.bodyMax, submissionMaxBytes: settings.submissionMax },
    requestTimeoutMs: settings.requestTimeoutSeconds * 1000,
    socketsMax: settings.subscriptionsMax,
    log,
    notFound: answerNoRoute,
    mount: async (fastify) => {
      await registerRest(fastify, { door, schema, health, metrics, bodyMax: settings.bodyMax, viewerOf: (request) => request.viewer });
      await registerDocs(fastify, { schema, version: options.version });
      fastify.addHook('onResponse', async (request, reply) => {
        const route = request.routeOptions.url;
        metrics.http.answered({ method: request.method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
      });
    },
  });
  started.then(() => server.close(options.config.execution.drainSeconds * 1000));
  return server;
}

function apiFaces({ options, clock, layers, database, metrics, core, health }: DoorParts): ApiFaces {
  const { orchestrator, advisor, desk } = core;
  const { store, reads } = database;
  const { execution } = options.config;
  return {
    commands: desk,
    reads,
    clock,
    events: new StoreEventFeed({ store, reads, bus: core.events, clock }),
    logs: new StoreLogFeed({ store, bus: core.lines, clock }),
    forecasts: new MeshForecast({ core: () => orchestrator.core, now: () => clock.monotonic(), layers, advisor, store, reads }),
    whatIf: new WhatIfSimulation(layers, advisor),
    layers: [...layers.values()],
    health,
    status: statusFace(options, database, orchestrator),
    metrics,
    taskDefaults: { maxAttempts: execution.retryAttempts, executionTimeoutMs: execution.timeoutSeconds * 1000 },
  };
}

function statusFace({ config, version }: AppOptions, { kind, reads }: Database, orchestrator: Orchestrator): ApiFaces['status'] {
  const startedAt = new Date();
  return {
    async report() {
      const [counts, lastEventSeq] = await Promise.all([reads.tasksByStatus(), reads.lastEventSeq()]);
      return {
        version,
        instanceName: config.general.instanceName,
        environment: config.general.environment,
        startedAt,
        uptimeSeconds: (Date.now() - startedAt.getTime()) / 1000,
        epoch: orchestrator.epoch ?? null,
        leader: orchestrator.epoch !== undefined,
        database: kind,
        lastEventSeq,
        counts,
        subscriptions: 0,
      };
    },
  };
}

async function openExporter({ config, log, guest }: AppOptions, metrics: Metrics, started: Started): Promise<Exporter | undefined> {
  const { metrics: settings } = config.observability;
  if (!settings.enabled || guest) return undefined;
  const exporter = new Exporter({
    source: metrics,
    host: config.server.host,
    port: settings.port,
    allowedHosts: config.server.allowedHosts,
    warn: (message) => log.warn(message),
  });
  await exporter.start();
  started.then(() => exporter.stop());
  return exporter;
}
