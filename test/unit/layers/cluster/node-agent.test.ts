/** The life of a node where the other side is slow, away or silent. The queue stands for BullMQ's, and answers when it is told to. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/kit/clock.js';
import type { StopSignal } from '../../../../src/kit/stop.js';
import { NodeAgent } from '../../../../src/layers/cluster/node/node-agent.js';
import type { NodeEvent } from '../../../../src/layers/cluster/node/node-options.js';
import { packOrders } from '../../../../src/layers/cluster/messages.js';
import type {
  MessageQueue,
  MessageWorker,
  QueueBackend,
  TakeMessage,
} from '../../../../src/layers/cluster/queue-backend.js';
import { ExecutorLayer } from '../../../../src/layers/executor-layer.js';
import type { Outcome } from '../../../../src/lifecycle/task.js';
import { MemoryNodes } from '../../../../src/store/memory/memory-nodes.js';
import type { AbortReason, AttemptStart } from '../../../../src/work/attempt.js';
import type { Executor } from '../../../../src/work/executor.js';
import { ranFor, stopped } from '../../../../src/work/outcome.js';
import { joining, keyOf } from '../../../support/cluster/cluster-nodes.js';

const LEASE_MS = 5000;
const DRAIN_MS = 2000;
/** What a node waits for a goodbye. */
const GOODBYE_MS = 5000;
const STEP_MS = 50;
const NEVER = new Promise<never>(() => {});

/** Runs until it is told to stop, or if it `isDeaf` until it is forced, and notes why. */
class Endless implements Executor {
  readonly kind = 'command';
  readonly ended: unknown[] = [];
  isDeaf = false;

  execute(_attempt: AttemptStart, signal: StopSignal): Promise<Outcome> {
    return new Promise<Outcome>((resolve) => {
      signal.addEventListener(this.isDeaf ? 'force' : 'abort', () => {
        this.ended.push(signal.reason);
        resolve(stopped(signal.reason as AbortReason, ranFor(0)));
      });
    });
  }

  async close(): Promise<void> {}
}

function named(event: NodeEvent): string {
  return 'incarnation' in event ? `${event.kind} ${event.incarnation}` : event.kind;
}

class World {
  readonly clock = new VirtualClock();
  readonly registry = new MemoryNodes(() => this.clock.wall());
  readonly executor = new Endless();
  readonly events: NodeEvent[] = [];
  readonly toldAt = new Map<string, number>();
  /** What the queue and the registry answer with. */
  opens: () => Promise<void> = () => Promise.resolve();
  closes: () => Promise<void> = () => Promise.resolve();
  adds: () => Promise<void> = () => Promise.resolve();
  reached: <T>(answer: Promise<T>) => Promise<T> = (answer) => answer;
  take: TakeMessage = () => NEVER;
  left = false;
  readonly agent = new NodeAgent({
    load: (running) => ({ cpu: 0, memoryBytes: 0, running }),
    request: joining('a', { leaseMs: LEASE_MS }),
    registry: {
      join: (request) => this.reached(this.registry.join(request)),
      beat: (beat) => this.reached(this.registry.beat(beat)),
      leave: (name, incarnation) => this.reached(this.registry.leave(name, incarnation)),
    },
    backend: this.#backend(),
    openLayer: () =>
      new ExecutorLayer({
        name: 'LOCAL',
        title: 'the node',
        node: 'a',
        capacity: { slots: 4, cores: 4, memoryBytes: 2 ** 30 },
        executors: [this.executor],
        clock: this.clock,
      }),
    clock: this.clock,
    drainMs: DRAIN_MS,
    told: (event) => {
      this.events.push(event);
      this.toldAt.set(named(event), this.clock.monotonic());
    },
  });

  start(): this {
    void this.agent.run().then(() => (this.left = true));
    return this;
  }

  /** In steps, as a process has its turns. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.clock.advance(STEP_MS);
      for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** In what order it was ready and dead, by incarnation. */
  get lives(): string[] {
    return this.events.filter(({ kind }) => kind === 'ready' || kind === 'dead').map(named);
  }

  run(): void {
    const attempt = {
      taskId: 't',
      attempt: 1,
      token: 1,
      work: { command: { argv: ['true'] } },
      inputs: {},
    } as unknown as AttemptStart;
    const data = packOrders({ ref: 'a:1', key: keyOf('a') }, [JSON.stringify({ kind: 'start', attempt })]);
    void this.take({ name: 'orders', data } as Parameters<TakeMessage>[0]);
  }

  #backend(): QueueBackend {
    return {
      queue: () => ({ add: () => this.adds() }) as unknown as MessageQueue,
      worker: (_name, take) => {
        this.take = take;
        const worker = { waitUntilReady: () => this.opens(), close: () => this.closes() };
        return worker as unknown as MessageWorker;
      },
      close: () => Promise.resolve(),
    };
  }
}

describe('a node whose queue takes longer to open than its lease lasts', () => {
  it('lives all the while, and takes work once it is open', async () => {
    const world = new World();
    let open = (): void => {};
    world.opens = () => new Promise((resolve) => (open = resolve));
    await world.start().pass(3 * LEASE_MS);
    const { nodes } = await world.registry.look();
    expect(nodes).toMatchObject([{ incarnation: 1, state: 'JOINING' }]);
    open();
    await world.pass(1000);
    expect((await world.registry.look()).nodes).toMatchObject([{ incarnation: 1, state: 'READY' }]);
    expect(world.lives).toEqual(['ready 1']);
  });

  it('asks again when it was away, and says that it is ready only then', async () => {
    const world = new World();
    let isAway = true;
    world.opens = () => (isAway ? Promise.reject(new Error('it restarts')) : Promise.resolve());
    await world.start().pass(LEASE_MS);
    expect(world.lives).toEqual([]);
    isAway = false;
    await world.pass(1000);
    expect(world.lives).toEqual(['ready 1']);
  });

  it('leaves when it is told to before it is open', async () => {
    const world = new World();
    world.opens = () => NEVER;
    await world.start().pass(LEASE_MS);
    world.agent.drain();
    await world.pass(DRAIN_MS);
    expect(world.left).toBe(true);
    expect((await world.registry.look()).nodes).toEqual([]);
  });
});

describe('an incarnation whose lease runs out over a link that has gone silent', () => {
  it('ends its work by force at once, and waits for the goodbye of its queue no longer than it has to', async () => {
    const world = new World().start();
    await world.pass(1000);
    world.run();
    world.closes = () => NEVER;
    world.adds = () => NEVER;
    world.reached = () => NEVER;
    await world.pass(LEASE_MS);
    expect(world.executor.ended).toEqual(['LOST']);
    world.reached = (answer) => answer;
    await world.pass(2 * GOODBYE_MS);
    expect(world.lives).toEqual(['ready 1', 'dead 1', 'ready 2']);
    const { toldAt } = world;
    const awayMs = (toldAt.get('ready 2') ?? 0) - (toldAt.get('dead 1') ?? 0);
    expect(awayMs).toBeGreaterThanOrEqual(GOODBYE_MS);
    expect(awayMs).toBeLessThanOrEqual(GOODBYE_MS + 2 * STEP_MS);
  });

  it('ends by force what drains already and takes its time', async () => {
    const world = new World().start();
    world.executor.isDeaf = true;
    await world.pass(1000);
    world.run();
    world.agent.drain();
    await world.pass(DRAIN_MS + STEP_MS);
    expect(world.executor.ended).toEqual([]);
    world.reached = () => NEVER;
    await world.pass(LEASE_MS);
    expect(world.executor.ended).toEqual(['SHUTDOWN']);
    expect(world.events.at(-1)).toMatchObject({ kind: 'dead', incarnation: 1 });
  });
});

describe('a node that is told to leave', () => {
  it('does so although its queue says no goodbye and the registry does not hear that it leaves', async () => {
    const world = new World().start();
    await world.pass(1000);
    world.closes = () => NEVER;
    world.adds = () => NEVER;
    world.agent.drain();
    await world.pass(STEP_MS);
    world.reached = () => NEVER;
    await world.pass(DRAIN_MS + 3 * GOODBYE_MS);
    expect(world.left).toBe(true);
  });

  it('does not wait for a registry that does not answer its join', async () => {
    const world = new World();
    world.reached = () => NEVER;
    await world.start().pass(1000);
    world.agent.drain();
    await world.pass(STEP_MS);
    expect(world.left).toBe(true);
  });
});
