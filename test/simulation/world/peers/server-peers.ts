/** One server among others: relay, mailbox and list of servers, wired as the composition root wires them. */
import type { IdSource } from '../../../../src/kit/ids.js';
import type { Commands } from '../../../../src/orchestrator/commands.js';
import type { DeskCore } from '../../../../src/orchestrator/command-desk.js';
import type { Dispatcher } from '../../../../src/orchestrator/dispatcher.js';
import type { Orchestrator } from '../../../../src/orchestrator/orchestrator.js';
import { AttemptReports } from '../../../../src/orchestrator/servers/attempt-reports.js';
import { routeCommands } from '../../../../src/orchestrator/servers/command-route.js';
import { endDead } from '../../../../src/orchestrator/servers/dead-servers.js';
import { Mailbox } from '../../../../src/orchestrator/servers/mailbox.js';
import type { Peers } from '../../../../src/orchestrator/servers/peers.js';
import { Presence } from '../../../../src/orchestrator/servers/presence.js';
import { abortBody, inquiryBody } from '../../../../src/orchestrator/servers/relay-body.js';
import { RelayInbox } from '../../../../src/orchestrator/servers/relay-inbox.js';
import { RelayOutbox } from '../../../../src/orchestrator/servers/relay-outbox.js';
import { relayedCommands } from '../../../../src/orchestrator/servers/relayed-commands.js';
import type { Machine } from '../machine.js';
import type { World } from '../world.js';
import type { SimRelay } from './sim-relay.js';

export const WAIT_MS = 4000;
const AGE_MS_MAX = 2500;
const LEASE_MS = 1000;

interface Parts {
  readonly machine: Machine;
  readonly node: string;
  readonly ids: IdSource;
  readonly dispatcher: Dispatcher;
}

export class ServerPeers {
  readonly peers: Peers;
  readonly #world: World;
  readonly #parts: Parts;
  readonly #relay: SimRelay;
  readonly #shared;
  readonly #outbox: RelayOutbox;
  readonly #reports: AttemptReports;
  readonly #mailbox: Mailbox;
  #inbox!: RelayInbox;
  #presence!: Presence;
  #orchestrator!: Orchestrator;
  #isDraining = false;

  constructor(world: World, relay: SimRelay, parts: Parts) {
    const { machine, node, ids, dispatcher } = parts;
    this.#world = world;
    this.#relay = relay;
    this.#parts = parts;
    this.#shared = { relay: relay.relayFor(machine), hints: relay.hintsFor(machine), clock: machine };
    this.#outbox = new RelayOutbox({
      ...this.#shared,
      ids,
      sender: node,
      waitMs: WAIT_MS,
      answered: () => {},
    });
    this.#reports = new AttemptReports({
      outbox: this.#outbox,
      clock: machine,
      recorded: (attempts) => dispatcher.forget(attempts),
    });
    this.#mailbox = new Mailbox({
      ...this.#shared,
      owner: node,
      leads: () => this.#orchestrator.epoch !== undefined,
      running: () => dispatcher.runningCount,
      abort: (token, reason) => dispatcher.abort(token, reason),
      inquire: (keys) => dispatcher.disown(keys),
    });
    const abort: Peers['abort'] = (to, key, reason) => {
      void this.#outbox.ask(abortBody(key, reason), to).catch(() => undefined);
    };
    const inquire: Peers['inquire'] = (to, keys) => {
      void this.#outbox.ask(inquiryBody(keys), to).catch(() => undefined);
    };
    this.peers = { reports: this.#reports, abort, inquire };
  }

  /** Answers the commands as clients reach them. `deskOn`: the desk over any view of the core. */
  serve(orchestrator: Orchestrator, deskOn: (core: DeskCore) => Commands): Commands {
    this.#orchestrator = orchestrator;
    const { judge } = this.#world;
    const { node } = this.#parts;
    this.#inbox = new RelayInbox({
      ...this.#shared,
      core: orchestrator,
      deskOn,
      ageMsMax: AGE_MS_MAX,
      taken: () => {},
      failed: (error) => judge.report('sound', `${node} fails to carry out a request: ${String(error)}`),
    });
    this.#presence = this.#openPresence();
    return routeCommands(orchestrator, {
      own: deskOn(orchestrator),
      relayed: relayedCommands(this.#outbox),
    });
  }

  async start(): Promise<void> {
    await this.#outbox.start();
    await this.#mailbox.start();
    await this.#inbox.start();
    await this.#presence.start();
  }

  get canLeave(): boolean {
    return this.#presence.others.some(({ state }) => state === 'FOLLOWING');
  }

  drains(): void {
    this.#isDraining = true;
  }

  beat(): void {
    void this.#presence.beat();
  }

  published(): void {
    this.#relay.give('history');
  }

  async stop(): Promise<void> {
    await this.#presence.stop();
    await this.#inbox.stop();
    await this.#mailbox.stop();
    await this.#reports.stop();
    await this.#outbox.stop();
  }

  #openPresence(): Presence {
    const { machine, node: id, dispatcher } = this.#parts;
    const { story } = this.#world;
    const orchestrator = this.#orchestrator;
    return new Presence({
      servers: this.#relay.serversFor(machine),
      clock: machine,
      identity: { id, home: id, instanceName: 'sim', version: '1' },
      now: () => {
        const { epoch = null } = orchestrator;
        const state = this.#isDraining ? 'DRAINING' : epoch === null ? 'FOLLOWING' : 'LEADING';
        return { url: null, state, epoch, eventSeq: null, layers: [] };
      },
      leaseMs: LEASE_MS,
      evicted: () => {
        story.tell(id, () => 'was taken for dead, and ends what it runs');
        dispatcher.abortOwn('SHUTDOWN');
      },
      heard: (roster) => {
        orchestrator.heard();
        void endDead(roster, orchestrator, this.#inbox);
      },
    });
  }
}
