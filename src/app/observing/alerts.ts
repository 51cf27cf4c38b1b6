/** Wires alerts: the desk of every server, the watch of the one that leads, and the channels. */
import { AlertDesk } from '../../alerts/alert-desk.js';
import type { Alerts } from '../../alerts/alerts.js';
import { Courier } from '../../alerts/delivery/courier.js';
import { Email } from '../../alerts/delivery/email.js';
import { Webhook } from '../../alerts/delivery/webhook.js';
import type { Observed, RunningTask } from '../../alerts/observation.js';
import { AlertWatch } from '../../alerts/watch.js';
import type { Clock } from '../../kit/clock.js';
import type { IdSource } from '../../kit/ids.js';
import type { Random } from '../../kit/random.js';
import type { Forecasts } from '../../orchestrator/watch.js';
import type { Orchestrator } from '../../orchestrator/orchestrator.js';
import type { LeadershipEvent } from '../../orchestrator/orchestrator-options.js';
import { NumberedFeed } from '../../store/numbered-feed.js';
import type { CoreParts } from '../core-parts.js';
import { secretStoreOf } from '../executors.js';
import type { Started } from '../started.js';

export interface AlertParts extends Pick<CoreParts, 'options' | 'clock' | 'database' | 'metrics'> {
  readonly ids: IdSource;
  readonly random: Random;
  readonly orchestrator: () => Orchestrator;
  readonly forecasts: () => Pick<Forecasts, 'progress'>;
}

export interface OpenAlerts {
  readonly alerts: Alerts;
  told(event: LeadershipEvent): void;
}

export function openAlerts(parts: AlertParts, started: Started): OpenAlerts {
  const { options, clock, database, metrics, ids } = parts;
  const { intervalSeconds, retentionDays, smtpUrl, smtpFrom } = options.config.alerts;
  const { log } = options;
  const store = database.alerts;
  const instance = options.config.general.instanceName;
  const newId = (): string => ids.next();
  const feed = new NumberedFeed(clock);
  const email = new Email({ smtpUrl, from: smtpFrom, instance });
  const webhook = new Webhook({
    ...{ clock, instance, secrets: secretStoreOf(options) },
    allowPrivate: options.config.execution.httpAllowPrivate,
  });
  const failed = (error: unknown): void => log.warn({ err: error }, 'alerts are in trouble; trying again');
  const courier = new Courier({
    ...{ store, webhook, email, failed },
    unit: () => parts.random.next(),
    tried: (channel, outcome) => metrics.alerts.tried(channel, outcome),
    log: ({ id, alert }, { message }, isOver) =>
      log.warn({ delivery: id, rule: alert.ruleName, reason: message, isOver }, 'an alert was not delivered'),
  });
  const watch = new AlertWatch({
    ...{ store, clock, newId, failed, retentionDays, courier },
    observed: observedBy(parts),
    everyMs: intervalSeconds * 1000,
    told: ({ raised, dropped }) => {
      for (const { severity } of raised) metrics.alerts.raised(severity);
      metrics.alerts.dropped(dropped);
      feed.wake();
    },
  });
  metrics.alerts.firingFrom(() => watch.firing);
  started.add('alerts', async () => {
    await watch.follow();
    webhook.close();
    await email.close();
  });
  const ground = async () => ({ families: await metrics.families(), mails: email.isReady });
  return {
    alerts: new AlertDesk({ store, feed, newId, ground }),
    told: (event) => {
      if (event.kind === 'leading') watch.lead(event.epoch);
      else void watch.follow().catch(failed);
    },
  };
}

function observedBy({ database, metrics, clock, orchestrator, forecasts }: AlertParts): Observed {
  const { store, reads, consciousness, alerts } = database;
  return {
    families: () => metrics.families(),
    reached: async () => ({
      eventSeq: await reads.lastEventSeq(),
      insightNumber: (await consciousness.insights({}, { newestFirst: true, limit: 1 }))[0]?.number ?? 0,
    }),
    eventsAfter: (after, statuses, limit) => store.eventsAfter(after, { statuses }, limit),
    namesOfMeshes: (ids) => alerts.namesOfMeshes(ids),
    insightsAfter: (after, limit) => consciousness.insights({}, { after, limit }),
    meshesOlderThan: (seconds, name, limit) => alerts.meshesOlderThan(seconds, name, limit),
    etaOf: async (meshId) => (await forecasts().progress(meshId))?.eta?.p50 ?? null,
    runningTasks: () => runningIn(orchestrator(), clock),
  };
}

function* runningIn({ core }: Orchestrator, clock: Clock): Generator<RunningTask> {
  for (const { id, spec, mesh, live } of core?.running.values() ?? [])
    if (spec !== null && live?.begun === true)
      yield {
        ...{ id, name: spec.name, meshId: mesh.id },
        seconds: (clock.monotonic() - live.startedAt) / 1000,
      };
}
