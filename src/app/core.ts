/** Wires and starts the orchestrator over store and layers, with bus, logs, advisor and the desk that takes commands. */
import type { Logger } from 'pino';
import { Bus } from '../events/bus.js';
import type { CommittedEvent } from '../events/catalogue.js';
import type { SystemClock } from '../kit/clock.js';
import { IdSource } from '../kit/ids.js';
import { SystemRandom } from '../kit/random.js';
import type { Layer } from '../layers/layer.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { Metrics } from '../metrics/metrics.js';
import { CommandDesk } from '../orchestrator/command-desk.js';
import { Dispatcher } from '../orchestrator/dispatcher.js';
import { LogWriter } from '../orchestrator/log-writer.js';
import { OnceDesk } from '../orchestrator/once-desk.js';
import { type LeadershipEvent, Orchestrator } from '../orchestrator/orchestrator.js';
import { Permissions } from '../orchestrator/permissions.js';
import { QuantileAdvisor } from '../orchestrator/quantile-advisor.js';
import { References } from '../orchestrator/references.js';
import type { Store, StoredLogRow } from '../store/store.js';
import type { AppOptions } from './app-options.js';
import type { Database } from './database.js';
import { whyNowhere } from './layers.js';
import type { Started } from './started.js';

export interface Core {
  readonly orchestrator: Orchestrator;
  readonly advisor: QuantileAdvisor;
  readonly events: Bus<CommittedEvent>;
  readonly lines: Bus<StoredLogRow>;
  readonly desk: CommandDesk;
}

export interface CoreParts {
  readonly options: AppOptions;
  readonly clock: SystemClock;
  readonly layers: ReadonlyMap<LayerName, Layer>;
  readonly database: Database;
  readonly metrics: Metrics;
}

export async function startCore(
  { options, clock, layers, database, metrics }: CoreParts,
  started: Started,
): Promise<Core> {
  const { log } = options;
  const { store } = database;
  const random = new SystemRandom();
  const onError = (error: unknown): void => log.error({ err: error }, 'a listener of the bus failed');
  const events = new Bus<CommittedEvent>({ onError });
  const lines = new Bus<StoredLogRow>({ onError });
  const seed = async (): Promise<void> => metrics.tasks.seed(await database.reads.tasksByStatus());
  await seed();
  events.subscribe({ deliver: (batch) => metrics.record(batch), missed: () => void seed().catch(onError) });
  const logs = new LogWriter(store, clock, (rows) => lines.publish(rows));
  started.add(() => logs.close());
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
    unanswered: (kind) => metrics.commits.refused(kind),
    told: (event) => tell(log, event),
    leaderlessMs: 15_000,
    drainMs: options.config.execution.drainSeconds * 1000,
  });
  await orchestrator.start();
  started.add(() => orchestrator.stop());
  const references = new References(store, orchestrator);
  const permissions = new Permissions(references, (spec) => whyNowhere(layers, spec));
  const ids = new IdSource(clock, random);
  const desk = new CommandDesk({
    orchestrator,
    store,
    ids,
    references,
    permissions,
    once: new OnceDesk(store, orchestrator),
  });
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
