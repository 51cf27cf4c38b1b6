/** Wires and starts the orchestrator over store and layers, with bus, logs, advisor and the desk that takes commands. */
import { Bus } from '../events/bus.js';
import type { CommittedEvent } from '../events/catalogue.js';
import { IdSource } from '../kit/ids.js';
import { SystemRandom } from '../kit/random.js';
import type { NodeWatch } from '../orchestrator/cluster/node-watch.js';
import { audited } from '../orchestrator/audit/audited-core.js';
import { CommandDesk, type DeskCore } from '../orchestrator/command-desk.js';
import type { Commands } from '../orchestrator/commands.js';
import type { AdviceChange } from '../orchestrator/core/core-input.js';
import { Dispatcher } from '../orchestrator/dispatcher.js';
import { MeshForecast } from '../orchestrator/forecast/mesh-forecast.js';
import { LogWriter } from '../orchestrator/log-writer.js';
import { OnceDesk } from '../orchestrator/once-desk.js';
import { Orchestrator } from '../orchestrator/orchestrator.js';
import type { LeadershipEvent } from '../orchestrator/orchestrator-options.js';
import { Permissions } from '../orchestrator/permissions.js';
import { References } from '../orchestrator/references.js';
import { TemplateSource } from '../orchestrator/template/bind-template.js';
import type { Forecasts } from '../orchestrator/watch.js';
import { tracedCommands } from '../orchestrator/tracing/traced-commands.js';
import type { Presence } from '../orchestrator/servers/presence.js';
import type { StoredLogRow } from '../store/store.js';
import { taskDefaultsOf } from './app-options.js';
import type { CoreParts } from './core-parts.js';
import { whyNowhere } from './layers.js';
import { type Mind, openMind } from './consciousness.js';
import { type Advice, openAdvice } from './learning.js';
import { type OpenAlerts, openAlerts } from './observing/alerts.js';
import { layerReports, openPresence } from './presence.js';
import { askerOf, commandsOf, openInbox, openOutbox, openPeers } from './relay.js';
import { openSchedules } from './schedules.js';
import type { Started } from './started.js';

export interface Core {
  readonly orchestrator: Orchestrator;
  readonly advice: Advice;
  readonly mind: Mind;
  readonly alerts: OpenAlerts['alerts'];
  readonly forecasts: Forecasts;
  readonly events: Bus<CommittedEvent>;
  readonly lines: Bus<StoredLogRow>;
  readonly commands: Commands;
  readonly presence: Presence;
}

interface StartParts extends CoreParts {
  /** Of the nodes; undefined where there are none. */
  readonly watch: NodeWatch | undefined;
}

const LEADERLESS_MS = 15_000;
/** For the commit of what has ended. */
const END_MS = 5_000;

export async function startCore(parts: StartParts, started: Started): Promise<Core> {
  const { options, clock, layers, database, metrics, watch, tracer } = parts;
  const { store, hints } = database;
  const stopping = stopTimes(options);
  const random = new SystemRandom();
  const onError = (error: unknown): void => options.log.error({ err: error }, 'a listener of the bus failed');
  const [events, lines] = [new Bus<CommittedEvent>({ onError }), new Bus<StoredLogRow>({ onError })];
  const count = (): void => void countTasks(parts).catch(onError);
  events.subscribe({ deliver: (batch) => metrics.record(batch), missed: count });
  const alone = (): boolean => presence.others.length === 0;
  const logs = new LogWriter(store, clock, (rows) => {
    lines.publish(rows);
    if (!alone()) hints.give('lines');
  });
  started.add('the log writer', () => logs.close());
  const heed = (change: AdviceChange): void => orchestrator.heed(change);
  const leader = () => (leads() ? undefined : askerOf(outbox));
  const inside = () => ({ core: orchestrator.core, dispatcher });
  const known = { heed, leader, holds: () => mind, inside };
  const advice = await openAdvice({ ...parts, ...known }, started);
  const dispatcher = new Dispatcher({ layers, store, logs, clock, tracer, crowded: advice.crowded });
  const ids = new IdSource(clock, random);
  const own = { ids, random, events, advice, heed, leader, orchestrator: () => orchestrator };
  const mind = openMind({ ...parts, ...own }, started);
  const alerts = openAlerts({ ...parts, ...own, forecasts: () => forecasts }, started);
  const schedules = openSchedules({ ...parts, commands: () => commands }, started);
  const relay = { options, clock, database, metrics, ids };
  const outbox = await openOutbox(relay, started);
  const leads = (): boolean => orchestrator.epoch !== undefined;
  const peers = await openPeers(relay, { outbox, dispatcher, leads }, started);
  let follows: () => void = () => {};
  const following = new Promise<void>((resolve) => (follows = resolve));
  const orchestrator = new Orchestrator({
    ...{ store, clock, random, layers, dispatcher },
    advisor: mind.advisor,
    publish: (batch) => {
      events.publish(batch);
      if (!alone()) hints.give('history');
    },
    committed: (report) => metrics.committed(report),
    unanswered: (kind) => metrics.commits.refused(kind),
    told: (event) => {
      tell(parts, event, count);
      for (const part of [advice, mind, alerts, schedules]) part.told(event);
      void presence.beat();
    },
    following: () => {
      options.log.info('following');
      follows();
    },
    peers,
    ...(watch && { beforeLeading: () => watch.look() }),
    leaderlessMs: LEADERLESS_MS,
    ...stopping,
  });
  const deskOn = desks(parts, orchestrator, ids);
  const plain = commandsOf(orchestrator, deskOn(orchestrator), outbox);
  const commands = tracer ? tracedCommands(plain, tracer) : plain;
  const leaderTasks = { ...advice.leaderTasks, ...mind.leaderTasks };
  const inbox = await openInbox(relay, { orchestrator, deskOn, leaderTasks }, started);
  const presence = openPresence({ ...parts, orchestrator, dispatcher, inbox });
  const forecasts = forecastsOf(parts, { orchestrator, advice, mind, presence });
  await presence.start();
  started.add('the beat of this server', () => presence.stop());
  await Promise.race([orchestrator.start(), following]);
  const stop = (): Promise<void> => orchestrator.stop(started.left(stopping.drainMs));
  started.add('the orchestrator', stop, stopMsOf(stopping));
  return { orchestrator, advice, mind, alerts: alerts.alerts, forecasts, events, lines, commands, presence };
}

function forecastsOf(
  { clock, layers, database }: StartParts,
  { orchestrator, advice, mind, presence }: Pick<Core, 'orchestrator' | 'advice' | 'mind' | 'presence'>,
): Forecasts {
  const { store, reads } = database;
  return new MeshForecast({
    core: () => orchestrator.core,
    now: () => clock.monotonic(),
    layers,
    advisor: mind.forecaster,
    store,
    reads,
    rooms: () => layerReports(presence, orchestrator, layers),
    stored: { store, reads, wall: () => clock.wall(), refresh: advice.refresh },
  });
}

function stopMsOf({ drainMs, endMs }: ReturnType<typeof stopTimes>): number {
  return drainMs + endMs + END_MS;
}

/** How long running attempts may go on, and how long they have when they are told to end. */
function stopTimes({ config }: CoreParts['options']): { drainMs: number; endMs: number } {
  const { drainSeconds, killGraceSeconds } = config.execution;
  return { drainMs: drainSeconds * 1000, endMs: killGraceSeconds * 1000 + END_MS };
}

function desks({ options, layers, database }: CoreParts, orchestrator: Orchestrator, ids: IdSource) {
  const { store } = database;
  const references = new References(store, orchestrator);
  const permissions = new Permissions(references, (spec) => whyNowhere(layers, spec));
  const once = new OnceDesk(store, orchestrator);
  const templates = new TemplateSource(database.templates, taskDefaultsOf(options));
  const deskOn = (core: DeskCore): CommandDesk =>
    new CommandDesk({ orchestrator: core, store, ids, references, permissions, once, templates });
  return (core: DeskCore): Commands => audited(core, deskOn);
}

/** The leader alone counts the tasks, or a sum over all servers would count them several times. */
async function countTasks({ database, metrics }: CoreParts): Promise<void> {
  metrics.tasks.expect();
  try {
    const { counts, seq } = await database.reads.census();
    metrics.tasks.seed(counts, seq);
  } catch (error) {
    metrics.tasks.forget();
    throw error;
  }
}

function tell({ options: { log }, metrics }: CoreParts, event: LeadershipEvent, count: () => void): void {
  if (event.kind === 'leading') count();
  else metrics.tasks.forget();
  if (event.kind === 'leading') log.info({ epoch: event.epoch, openTasks: event.openTasks }, 'leading');
  else if (event.kind === 'lost') log.warn({ epoch: event.epoch, reason: event.reason }, 'leadership ended');
  else log.error({ reason: event.reason }, 'could not take the lead; trying again');
}
