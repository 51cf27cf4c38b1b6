/** Wires this server to the others on its database: commands go to whichever leads, and come from them while this one does. */
import type { Clock } from '../kit/clock.js';
import type { IdSource } from '../kit/ids.js';
import type { Metrics } from '../metrics/metrics.js';
import type { DeskCore } from '../orchestrator/command-desk.js';
import type { Commands } from '../orchestrator/commands.js';
import type { Dispatcher } from '../orchestrator/dispatcher.js';
import type { Orchestrator } from '../orchestrator/orchestrator.js';
import { AttemptReports } from '../orchestrator/servers/attempt-reports.js';
import { Mailbox } from '../orchestrator/servers/mailbox.js';
import type { AskLeader, LeaderTasks } from '../store/relay.js';
import type { Peers } from '../orchestrator/servers/peers.js';
import { abortBody, inquiryBody, leaderTaskBody } from '../orchestrator/servers/relay-body.js';
import { routeCommands } from '../orchestrator/servers/command-route.js';
import { RelayInbox } from '../orchestrator/servers/relay-inbox.js';
import { RelayOutbox } from '../orchestrator/servers/relay-outbox.js';
import { relayedCommands } from '../orchestrator/servers/relayed-commands.js';
import type { AppOptions } from './app-options.js';
import type { Database } from './database.js';
import type { Started } from './started.js';

/** A client waits for an answer as long as its request may take, but for this: so that it hears the reason. */
const ANSWERS_BEFORE_MS = 1000;
/** Whoever has waited so much less than its sender waits is still worth carrying out. */
const TAKEN_BEFORE_MS = 3000;

export interface RelayParts {
  readonly options: AppOptions;
  readonly clock: Clock;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly ids: IdSource;
}

function waitMsOf({ options }: RelayParts): number {
  return Math.max(1000, options.config.server.requestTimeoutSeconds * 1000 - ANSWERS_BEFORE_MS);
}

export async function openOutbox(parts: RelayParts, started: Started): Promise<RelayOutbox> {
  const { clock, database, metrics, ids } = parts;
  const { relay, hints, identity } = database;
  const outbox = new RelayOutbox({
    relay,
    hints,
    clock,
    ids,
    sender: identity.id,
    waitMs: waitMsOf(parts),
    answered: (seconds) => metrics.relay.answered(seconds),
  });
  await outbox.start();
  started.add('requests to the leader', () => outbox.stop());
  metrics.relay.waitingFrom(() => outbox.waiting);
  return outbox;
}

/** The other servers as the orchestrator sees them, and the letters in which they ask for the end of what runs here. */
export async function openPeers(
  { clock, database }: RelayParts,
  { outbox, dispatcher, leads }: { outbox: RelayOutbox; dispatcher: Dispatcher; leads: () => boolean },
  started: Started,
): Promise<Peers> {
  const { relay, hints, identity } = database;
  const reports = new AttemptReports({ outbox, clock, recorded: (attempts) => dispatcher.forget(attempts) });
  started.add('reports of attempts', () => reports.stop());
  const mailbox = new Mailbox({
    relay,
    hints,
    clock,
    owner: identity.id,
    leads,
    running: () => dispatcher.runningCount,
    abort: (token, reason) => dispatcher.abort(token, reason),
    inquire: (keys) => dispatcher.disown(keys),
  });
  await mailbox.start();
  started.add('the mailbox', () => mailbox.stop());
  const abort: Peers['abort'] = (node, key, reason) => {
    void outbox.ask(abortBody(key, reason), node).catch(() => undefined);
  };
  const inquire: Peers['inquire'] = (node, keys) => {
    void outbox.ask(inquiryBody(keys), node).catch(() => undefined);
  };
  return { reports, abort, inquire };
}

interface InboxParts {
  readonly orchestrator: Orchestrator;
  readonly deskOn: (core: DeskCore) => Commands;
  readonly leaderTasks: LeaderTasks;
}

export async function openInbox(
  parts: RelayParts,
  { orchestrator, deskOn, leaderTasks }: InboxParts,
  started: Started,
): Promise<RelayInbox> {
  const { options, clock, database, metrics } = parts;
  const { relay, hints } = database;
  const inbox = new RelayInbox({
    relay,
    hints,
    clock,
    core: orchestrator,
    deskOn,
    leaderTasks,
    ageMsMax: Math.max(500, waitMsOf(parts) - TAKEN_BEFORE_MS),
    taken: () => metrics.relay.taken(),
    failed: (error) => options.log.error({ err: error }, 'a command of another server failed'),
  });
  await inbox.start();
  started.add('requests of other servers', () => inbox.stop());
  return inbox;
}

/** What only the server that leads can do, beside the commands. */
export function askerOf(outbox: RelayOutbox): AskLeader {
  return (task, args) => outbox.ask(leaderTaskBody({ task, arguments: args }));
}

export function commandsOf(orchestrator: Orchestrator, own: Commands, outbox: RelayOutbox): Commands {
  return routeCommands(orchestrator, { own, relayed: relayedCommands(outbox) });
}
