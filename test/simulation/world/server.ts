/** One server process: the real core, wired as the composition root wires it, over a simulated machine, network and layers. */
import { Bus } from '../../../src/events/bus.js';
import type { CommittedEvent } from '../../../src/events/catalogue.js';
import { IdSource } from '../../../src/kit/ids.js';
import type { Layer } from '../../../src/layers/layer.js';
import type { LayerName } from '../../../src/lifecycle/vocabulary.js';
import { CommandDesk, type DeskCore } from '../../../src/orchestrator/command-desk.js';
import type { Commands } from '../../../src/orchestrator/commands.js';
import { StoreEventFeed } from '../../../src/orchestrator/event-feed.js';
import { LogWriter } from '../../../src/orchestrator/log-writer.js';
import { OnceDesk } from '../../../src/orchestrator/once-desk.js';
import { Orchestrator } from '../../../src/orchestrator/orchestrator.js';
import type { LeadershipEvent } from '../../../src/orchestrator/orchestrator-options.js';
import { Permissions } from '../../../src/orchestrator/permissions.js';
import { QuantileAdvisor } from '../../../src/orchestrator/advice/quantile-advisor.js';
import type { Advisor } from '../../../src/orchestrator/advisor.js';
import { References } from '../../../src/orchestrator/references.js';
import type { Store } from '../../../src/store/store.js';
import { ServerNodes } from './cluster/server-nodes.js';
import { EchoDispatcher } from './echo-dispatcher.js';
import { Machine } from './machine.js';
import { ServerPeers, WAIT_MS } from './peers/server-peers.js';
import type { SeededRandom } from '../../../src/kit/random.js';
import { RandomGate } from './random-gate.js';
import { RandomPlans } from './random-plans.js';
import { remoteStore } from './remote-store.js';
import type { Owner } from './sessions.js';
import { SimLayer } from './sim-layer.js';
import type { World } from './world.js';
import { noTemplates } from '../../support/no-templates.js';

/** Beside nodes a server has little room of its own. */
const SLOTS = { LOCAL: 3, CLUSTER: 1 } as const;
const SLOTS_BESIDE_NODES = 1;
const LEADERLESS_MS = 2500;
const DRAIN_MS = 300;
const LOOK_MS = 20;
/** How often slots are advised in a leadership, and how long that holds at most. */
const LIMITS = 6;
const LIMIT_MS_MAX = 1000;

export class Server implements Owner {
  readonly node: string;
  readonly machine: Machine;
  readonly feed: StoreEventFeed;
  readonly orchestrator: Orchestrator;
  /** As clients reach it. */
  readonly commands: Commands;
  /** It stops, and its doors are shut: requests find nobody. */
  isClosed = false;
  readonly #world: World;
  readonly #bus: Bus<CommittedEvent>;
  readonly #ids: IdSource;
  readonly #nodes: ServerNodes | undefined;
  readonly #peers: ServerPeers | undefined;
  /** Commands that wait for their answers. */
  #asked = 0;

  constructor(world: World, number: number) {
    this.#world = world;
    this.node = `server ${number}`;
    const random = world.random.fork(this.node);
    const machine = new Machine(world.timeline, random.fork('machine'));
    machine.wildWall = world.profile.wildWall;
    this.machine = machine;
    this.#bus = new Bus({ later: (run) => void machine.setTimer(0, run) });
    this.#ids = new IdSource(machine, random.fork('ids'));
    const { cluster, relay } = world;
    this.#nodes = cluster && new ServerNodes(world, cluster, { machine, node: this.node });
    const store = remoteStore(world, machine, this);
    const layers = this.#layers();
    const dispatcher = this.#dispatcher(store, layers);
    const { node } = this;
    this.#peers = relay && new ServerPeers(world, relay, { machine, node, ids: this.#ids, dispatcher });
    this.orchestrator = this.#orchestrator({ store, layers, dispatcher });
    const lastEventSeq = (): Promise<number> =>
      world.network.call(machine, async () => world.database.eventSeq);
    this.feed = new StoreEventFeed({ store, reads: { lastEventSeq }, bus: this.#bus, clock: machine });
    const deskOn = this.#desks(store);
    this.commands = this.#peers?.serve(this.orchestrator, deskOn) ?? deskOn(this.orchestrator);
    void this.#start();
  }

  believes(epoch: number): boolean {
    return this.machine.isRunning && this.orchestrator.epoch === epoch;
  }

  /** As clients do: the answer is theirs, whatever it is. */
  async answer<T>(ask: (commands: Commands) => Promise<T>): Promise<T> {
    this.#asked++;
    try {
      return await ask(this.commands);
    } finally {
      this.#asked--;
    }
  }

  /** As by kill -9; what it had sent is on its way. */
  kill(): void {
    this.machine.kill();
    this.#world.judge.work.gone(this.node);
    this.#world.judge.peers.gone(this.node);
  }

  /** As by SIGTERM: hands the lead over where it can, drains, and is no more afterwards. */
  async stop(): Promise<void> {
    const { orchestrator, machine } = this;
    const { judge, timeline } = this.#world;
    const peers = this.#peers;
    const leaves = peers?.canLeave === true;
    judge.peers.stops(this.node, leaves && orchestrator.epoch !== undefined, timeline.now());
    peers?.drains();
    if (leaves) await orchestrator.handOver();
    peers?.beat();
    if (peers !== undefined) await this.#untilAnswered();
    this.isClosed = true;
    await orchestrator.stop();
    await peers?.stop();
    await this.#nodes?.stop();
    this.feed.close();
    if (!machine.isDead) this.kill();
  }

  /** The doors let requests finish that are under way. */
  async #untilAnswered(): Promise<void> {
    const until = this.machine.monotonic() + WAIT_MS;
    while (this.#asked > 0 && this.machine.monotonic() < until)
      await new Promise<void>((resolve) => this.machine.setTimer(LOOK_MS, resolve));
  }

  async #start(): Promise<void> {
    if (this.#nodes !== undefined) await this.#nodes.start();
    if (this.#peers !== undefined) await this.#peers.start();
    await this.orchestrator.start();
  }

  #layers(): ReadonlyMap<LayerName, Layer> {
    const { machine, node } = this;
    const world = this.#world;
    const own = (name: LayerName, slots: number): Layer =>
      new SimLayer(world, machine, { name, node, slots });
    const layers =
      this.#nodes === undefined
        ? [own('LOCAL', SLOTS.LOCAL), own('CLUSTER', SLOTS.CLUSTER)]
        : [this.#nodes.layer, own('LOCAL', SLOTS_BESIDE_NODES)];
    return new Map(layers.map((layer) => [layer.name, layer]));
  }

  #dispatcher(store: Store, layers: ReadonlyMap<LayerName, Layer>): EchoDispatcher {
    const { machine, node } = this;
    const { random, profile } = this.#world;
    const logs = new LogWriter(store, machine, () => {});
    const echo = { machine, random: random.fork(`${node} echo`), chance: profile.echo };
    return new EchoDispatcher({ layers, store, logs, clock: machine }, echo);
  }

  #desks(store: Store): (core: DeskCore) => CommandDesk {
    const references = new References(store, this.orchestrator);
    const permissions = new Permissions(references, () => undefined);
    const once = new OnceDesk(store, this.orchestrator);
    return (core) =>
      new CommandDesk({
        orchestrator: core,
        store,
        ids: this.#ids,
        references,
        permissions,
        once,
        templates: noTemplates,
      });
  }

  #orchestrator(parts: {
    store: Store;
    layers: ReadonlyMap<LayerName, Layer>;
    dispatcher: EchoDispatcher;
  }): Orchestrator {
    const { machine, node } = this;
    const world = this.#world;
    const peers = this.#peers?.peers;
    const nodes = this.#nodes;
    return new Orchestrator({
      ...parts,
      clock: machine,
      random: world.random.fork(`${node} jitter`),
      advisor: this.#advisor(),
      publish: (events) => {
        this.#bus.publish(events);
        this.#peers?.published();
      },
      committed: () => {},
      unanswered: (kind) => world.story.tell(node, () => `a commit is answered: ${kind}`),
      told: (event) => this.#told(event),
      ...(peers && { peers }),
      ...(nodes && { beforeLeading: () => nodes.look() }),
      leaderlessMs: LEADERLESS_MS,
      drainMs: DRAIN_MS,
    });
  }

  #advisor(): Advisor {
    const { random, profile } = this.#world;
    const { node, machine } = this;
    const advisor = profile.hasPlans ? new RandomPlans(random.fork(`${node} plans`)) : new QuantileAdvisor();
    if (!profile.hasGate) return advisor;
    const changed = (): void => this.orchestrator.heed({ kind: 'gateChanged' });
    return Object.assign(advisor, { gate: new RandomGate(random.fork(`${node} gate`), machine, changed) });
  }

  #told(event: LeadershipEvent): void {
    const { story, judge, timeline, profile, random } = this.#world;
    story.tell(this.node, () =>
      event.kind === 'leading'
        ? `leads in epoch ${event.epoch} with ${event.openTasks} tasks in memory`
        : `${event.kind === 'lost' ? `no longer leads in epoch ${event.epoch}` : 'cannot lead'}: ${event.reason}`,
    );
    judge.leadership.told(this.node, event);
    if (event.kind === 'leading') {
      judge.peers.leads(this.node, timeline.now());
      if (profile.hasPlans) this.#limit(random.fork(`${this.node} limits ${event.epoch}`), event.epoch);
    }
    this.#peers?.beat();
  }

  /** Slots are advised at random for a while, and fewer than are in use as well. */
  #limit(random: SeededRandom, epoch: number, times = LIMITS): void {
    if (times === 0 || this.orchestrator.epoch !== epoch) return;
    const layer = random.next() < 0.5 ? 'LOCAL' : 'CLUSTER';
    this.orchestrator.heed({ kind: 'layerLimited', layer, slots: 1 + random.int(4) });
    this.machine.setTimer(random.next() * LIMIT_MS_MAX, () => this.#limit(random, epoch, times - 1));
  }
}
