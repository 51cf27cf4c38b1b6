/** One server process: the real core, wired as the composition root wires it, over a simulated machine, network and layers. */
import { Bus } from '../../../src/events/bus.js';
import type { CommittedEvent } from '../../../src/events/catalogue.js';
import { IdSource } from '../../../src/kit/ids.js';
import { CommandDesk } from '../../../src/orchestrator/command-desk.js';
import { StoreEventFeed } from '../../../src/orchestrator/event-feed.js';
import { LogWriter } from '../../../src/orchestrator/log-writer.js';
import { OnceDesk } from '../../../src/orchestrator/once-desk.js';
import { Orchestrator } from '../../../src/orchestrator/orchestrator.js';
import type { LeadershipEvent } from '../../../src/orchestrator/orchestrator-options.js';
import { Permissions } from '../../../src/orchestrator/permissions.js';
import { QuantileAdvisor } from '../../../src/orchestrator/advice/quantile-advisor.js';
import { References } from '../../../src/orchestrator/references.js';
import type { LayerName } from '../../../src/lifecycle/vocabulary.js';
import type { Store } from '../../../src/store/store.js';
import { EchoDispatcher } from './echo-dispatcher.js';
import { Machine } from './machine.js';
import { remoteStore } from './remote-store.js';
import type { Owner } from './sessions.js';
import { SimLayer } from './sim-layer.js';
import type { World } from './world.js';

const SLOTS: Readonly<Partial<Record<LayerName, number>>> = { LOCAL: 3, CLUSTER: 1 };
const LEADERLESS_MS = 2500;
const DRAIN_MS = 300;

export class Server implements Owner {
  readonly node: string;
  readonly machine: Machine;
  readonly desk: CommandDesk;
  readonly feed: StoreEventFeed;
  readonly orchestrator: Orchestrator;
  readonly #world: World;
  readonly #bus: Bus<CommittedEvent>;

  constructor(world: World, number: number) {
    this.#world = world;
    this.node = `server ${number}`;
    const random = world.random.fork(this.node);
    const machine = new Machine(world.timeline, random.fork('machine'));
    machine.wildWall = world.profile.wildWall;
    this.machine = machine;
    this.#bus = new Bus({ later: (run) => void machine.setTimer(0, run) });
    const store = remoteStore(world, machine, this);
    this.orchestrator = this.#orchestrator(store);
    const lastEventSeq = (): Promise<number> =>
      world.network.call(machine, async () => world.database.eventSeq);
    this.feed = new StoreEventFeed({ store, reads: { lastEventSeq }, bus: this.#bus, clock: machine });
    const references = new References(store, this.orchestrator);
    this.desk = new CommandDesk({
      orchestrator: this.orchestrator,
      store,
      ids: new IdSource(machine, random.fork('ids')),
      references,
      permissions: new Permissions(references, () => undefined),
      once: new OnceDesk(store, this.orchestrator),
    });
    void this.orchestrator.start();
  }

  believes(epoch: number): boolean {
    return this.machine.isRunning && this.orchestrator.epoch === epoch;
  }

  /** As by kill -9; what it had sent is on its way. */
  kill(): void {
    this.machine.kill();
    this.#world.judge.work.gone(this.node);
  }

  /** As by SIGTERM: drains, and is no more afterwards. */
  async stop(): Promise<void> {
    await this.orchestrator.stop();
    this.feed.close();
    this.kill();
  }

  #orchestrator(store: Store): Orchestrator {
    const { machine, node } = this;
    const world = this.#world;
    const layers = new Map(
      Object.entries(SLOTS).map(([name, slots]) => {
        const layer = new SimLayer(world, machine, { name: name as LayerName, node, slots });
        return [layer.name, layer];
      }),
    );
    const echo = { machine, random: world.random.fork(`${node} echo`), chance: world.profile.echo };
    const logs = new LogWriter(store, machine, () => {});
    return new Orchestrator({
      store,
      clock: machine,
      random: world.random.fork(`${node} jitter`),
      layers,
      dispatcher: new EchoDispatcher({ layers, store, logs, clock: machine }, echo),
      advisor: new QuantileAdvisor(),
      publish: (events) => this.#bus.publish(events),
      committed: () => {},
      unanswered: (kind) => world.story.tell(node, () => `a commit is answered: ${kind}`),
      told: (event) => this.#told(event),
      leaderlessMs: LEADERLESS_MS,
      drainMs: DRAIN_MS,
    });
  }

  #told(event: LeadershipEvent): void {
    const { story, judge } = this.#world;
    story.tell(this.node, () =>
      event.kind === 'leading'
        ? `leads in epoch ${event.epoch} with ${event.openTasks} tasks in memory`
        : `${event.kind === 'lost' ? `no longer leads in epoch ${event.epoch}` : 'cannot lead'}: ${event.reason}`,
    );
    judge.leadership.told(this.node, event);
  }
}
