/** One node process: the real agent, outbox and layer of attempts, over a simulated machine, network and broker. */
import type { StopSignal } from '../../../../src/kit/stop.js';
import { type OrderBatch, unpack } from '../../../../src/layers/cluster/messages.js';
import type { Packed } from '../../../../src/layers/cluster/seal.js';
import { NameTaken, NodeAgent } from '../../../../src/layers/cluster/node/node-agent.js';
import type { NodeEvent } from '../../../../src/layers/cluster/node/node-options.js';
import { ExecutorLayer } from '../../../../src/layers/executor-layer.js';
import { type ClusterNode, type JoinRequest, nodeRef } from '../../../../src/lifecycle/cluster-node.js';
import type { Outcome } from '../../../../src/lifecycle/task.js';
import type { AttemptSink, AttemptStart } from '../../../../src/work/attempt.js';
import type { Executor } from '../../../../src/work/executor.js';
import type { NodeLife } from '../../judge/node-lives.js';
import { Machine } from '../machine.js';
import { DEADLY } from '../people/meshes.js';
import { PretendedWork } from '../pretended-work.js';
import type { World } from '../world.js';
import { brokerClient } from './broker-client.js';
import type { Cluster } from './cluster.js';
import { registryOver } from './registry.js';

const DRAIN_MS = 300;

export class SimNode {
  readonly name: string;
  readonly machine: Machine;
  readonly ended: Promise<'left' | 'name taken'>;
  readonly #world: World;
  readonly #cluster: Cluster;
  readonly #agent: NodeAgent;
  readonly #work: PretendedWork;
  readonly #life: NodeLife;
  /** The work kills its node. */
  readonly #killed: () => void;

  constructor(
    world: World,
    cluster: Cluster,
    start: { request: JoinRequest; number: number; killed: () => void },
  ) {
    const { request, number, killed } = start;
    this.#world = world;
    this.#cluster = cluster;
    this.name = request.name;
    this.#killed = killed;
    const random = world.random.fork(`${request.name} ${number}`);
    this.machine = new Machine(world.timeline, random.fork('machine'));
    this.machine.wildWall = world.profile.wildWall;
    this.#work = new PretendedWork(world, this.machine, random.fork('work'));
    this.#life = world.judge.nodes.lives(this.machine);
    this.#agent = this.#agentOf(request);
    this.ended = this.#agent.run().then(
      () => 'left' as const,
      (error: unknown) => {
        if (!(error instanceof NameTaken))
          world.judge.report('sound', `node ${this.name} ends: ${String(error)}`);
        return 'name taken' as const;
      },
    );
  }

  /** As by SIGTERM. */
  stop(): void {
    this.machine.receive(() => this.#agent.drain());
  }

  kill(): void {
    this.machine.kill();
    this.#life.gone();
  }

  #agentOf(request: JoinRequest): NodeAgent {
    const { machine, name } = this;
    const { network, judge } = this.#world;
    const { broker, registry } = this.#cluster;
    const reach = registryOver(registry, { network, machine });
    const faulty = (error: unknown): void =>
      judge.report('sound', `node ${name} fails to take a message: ${String(error)}`);
    const takes = (data: Packed): void => {
      const begun = new Set<number>();
      for (const order of unpack<OrderBatch>(data).orders) {
        if (order.kind === 'start') begun.add(order.attempt.token);
        else if (!begun.has(order.key.token)) judge.work.toldToEnd(order.key.token);
      }
    };
    return new NodeAgent({
      request,
      registry: {
        join: async (asked) => {
          this.#life.asksToJoin();
          return this.#joined(await reach.join(asked));
        },
        beat: async (beat) => {
          const sentAt = this.#world.timeline.now();
          const answer = await reach.beat(beat);
          this.#life.beaten(nodeRef(beat), answer === undefined ? undefined : sentAt);
          return answer;
        },
        leave: (who, incarnation) => reach.leave(who, incarnation),
      },
      backend: brokerClient({ broker, network, machine, faulty, takes }),
      openLayer: () => this.#layer(request),
      clock: machine,
      load: (running) => ({ cpu: 0, memoryBytes: 0, running }),
      drainMs: DRAIN_MS,
      told: (event) => this.#told(event),
    });
  }

  #joined(node: ClusterNode | undefined): ClusterNode | undefined {
    if (node !== undefined) this.#life.joined(nodeRef(node), node.leaseMs);
    return node;
  }

  #layer({ capacity }: JoinRequest): ExecutorLayer {
    const { name, machine } = this;
    const executor: Executor = {
      kind: 'module',
      execute: (attempt, signal, sink) => this.#execute(attempt, signal, { sink, slots: capacity.slots }),
      close: () => Promise.resolve(),
    };
    return new ExecutorLayer({
      name: 'LOCAL',
      title: 'the local layer',
      node: name,
      capacity,
      executors: [executor],
      clock: machine,
    });
  }

  #execute(
    attempt: AttemptStart,
    signal: StopSignal,
    { sink, slots }: { sink: AttemptSink; slots: number },
  ): Promise<Outcome> {
    if ('module' in attempt.work && attempt.work.module.path === DEADLY)
      this.machine.setTimer(attempt.token % 90, this.#killed);
    return this.#work.run({ node: attempt.node, layer: 'CLUSTER', slots }, attempt, signal, sink);
  }

  #told(event: NodeEvent): void {
    const { story } = this.#world;
    if (event.kind === 'dead') this.#life.dead();
    if (event.kind === 'draining') this.#life.drains();
    story.tell(this.name, () => inWords(event));
  }
}

function inWords(event: NodeEvent): string {
  if (event.kind === 'ready') return `is ready as incarnation ${event.incarnation}`;
  if (event.kind === 'draining') return `drains while ${event.running} attempts run`;
  if (event.kind === 'dead') return `knows that incarnation ${event.incarnation} is dead: ${event.reason}`;
  return `is in trouble: ${event.error.message}`;
}
