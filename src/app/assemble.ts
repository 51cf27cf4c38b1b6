/** Everything above the database: core, layers, metrics and doors, made bottom floor first. */
import { SystemClock } from '../kit/clock.js';
import { TASK_STATUSES } from '../lifecycle/vocabulary.js';
import { databaseCheck, eventLoopCheck, leadershipCheck } from '../metrics/health/checks.js';
import { Health } from '../metrics/health/health.js';
import { LoopLag } from '../metrics/health/loop-lag.js';
import { Metrics } from '../metrics/metrics.js';
import { type AppOptions, stopMsMax } from './app-options.js';
import { openCluster } from './cluster.js';
import { startCore } from './core.js';
import type { SelfReport } from './core-parts.js';
import { openDatabase } from './database.js';
import type { DatabaseAddress } from './database-address.js';
import { openCertificate, openDoors, openExporter, startSampler } from './doors.js';
import { openIdentities } from './access/identities.js';
import { openLayers } from './layers.js';
import { openTracer } from './observing/telemetry.js';
import type { Started } from './started.js';

/** Longer than a leader believes in itself without its database. */
const HAND_OVER_MS_MAX = 7_000;

export interface Running {
  readonly url: string;
  readonly metricsUrl: string | undefined;
  readonly ended: Promise<Error | undefined>;
  stop(): Promise<void>;
}

export interface Ground {
  readonly options: AppOptions;
  readonly token: string;
  readonly address: DatabaseAddress;
}

export async function assemble({ options, token, address }: Ground, started: Started): Promise<Running> {
  const { config, log } = options;
  const clock = new SystemClock({ timersHoldProcess: true });
  const tracer = await openTracer(options, started);
  const certificate = await openCertificate(options, clock, started);
  const database = await openDatabase(options, address, started);
  const metrics = new Metrics({
    clock,
    instance: {
      name: config.general.instanceName,
      environment: config.general.environment,
      version: options.version,
    },
    statuses: TASK_STATUSES,
    stateDir: config.stateDir,
  });
  const cluster = await openCluster(options, { database, clock, metrics }, started);
  const { layers, circuits } = openLayers(
    options,
    { node: database.identity.id, clock, cluster: cluster.layer, tracer },
    started,
  );
  const self: SelfReport = { url: null, draining: false, eventSeq: () => null };
  const { watch } = cluster;
  const core = await startCore({ options, clock, layers, database, metrics, self, watch, tracer }, started);
  const lag = new LoopLag();
  await lag.start();
  started.add('the measure of lag', () => lag.stop());
  const health = new Health(clock, [
    databaseCheck(() => database.reads.ping()),
    leadershipCheck(
      () => core.orchestrator.epoch !== undefined,
      () => core.presence.leader?.id,
    ),
    eventLoopCheck(() => lag.read()),
  ]);
  const known = await openIdentities(options, { database, clock }, started);
  const server = await openDoors(
    {
      ...{ options, token, clock, layers, circuits, nodes: cluster.desk, database },
      ...{ metrics, self, core, health, certificate, known, tracer },
    },
    started,
  );
  const { url } = await server.listen();
  self.url = url;
  void core.presence.beat();
  const exporter = await openExporter({ options, metrics, certificate }, started);
  await startSampler({ options, clock, database, metrics }, started);
  // what this server runs goes on, and the next to lead is told of it
  const handOver = async (): Promise<void> => {
    if (core.presence.others.some(({ state }) => state === 'FOLLOWING')) await core.orchestrator.handOver();
    void core.presence.beat();
  };
  started.add('the hand-over', handOver, HAND_OVER_MS_MAX);
  health.enter('READY');
  let ended: (error: Error | undefined) => void = () => {};
  const end = new Promise<Error | undefined>((resolve) => {
    ended = resolve;
  });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      health.enter('DRAINING');
      self.draining = true;
      await started.undo(log, stopMsMax(config));
      ended(undefined);
    })());
  return { url, metricsUrl: exporter?.url, ended: end, stop };
}
