/**
 * The composition root: makes every long-lived part, bottom floor first, and wires them. The command line and tests
 * start it; with `app/` it is the only place that knows all floors. Stopping goes the other way round: doors, work,
 * core, database.
 */
import { mkdir } from 'node:fs/promises';
import type { Layer } from './layers/layer.js';
import { SystemClock } from './kit/clock.js';
import { TASK_STATUSES, type LayerName } from './lifecycle/vocabulary.js';
import { databaseCheck, eventLoopCheck, leadershipCheck } from './metrics/health/checks.js';
import { Health } from './metrics/health/health.js';
import { LoopLag } from './metrics/health/loop-lag.js';
import { Metrics } from './metrics/metrics.js';
import { ensureToken, tokenPath } from './security/token-file.js';
import type { AppOptions } from './app/app-options.js';
import { startCore } from './app/core.js';
import { openDatabase } from './app/database.js';
import { openDoors, openExporter } from './app/doors.js';
import { openLayer } from './app/local-layer.js';
import { Started } from './app/started.js';

export type { AppOptions } from './app/app-options.js';
export { migrateDatabase } from './app/database.js';

export interface App {
  readonly url: string;
  readonly metricsUrl: string | undefined;
  readonly token: string;
  readonly tokenPath: string;
  /** Resolves when it has ended. */
  readonly ended: Promise<Error | undefined>;
  stop(): Promise<void>;
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
  started.add(() => local.close());
  const layers = new Map<LayerName, Layer>([[local.name, local]]);
  const metrics = new Metrics({
    clock,
    instance: {
      name: config.general.instanceName,
      environment: config.general.environment,
      version: options.version,
    },
    statuses: TASK_STATUSES,
  });
  const core = await startCore({ options, clock, layers, database, metrics }, started);
  const lag = new LoopLag();
  await lag.start();
  started.add(() => lag.stop());
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
