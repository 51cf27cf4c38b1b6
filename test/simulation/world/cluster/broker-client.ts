/** The broker as one process sees it: the part of BullMQ's queues and workers that the cluster layer uses, over the network. */
import type { Timer } from '../../../../src/kit/clock.js';
import type { Packed } from '../../../../src/layers/cluster/seal.js';
import type {
  MessageQueue,
  MessageWorker,
  QueueBackend,
  TakeMessage,
} from '../../../../src/layers/cluster/queue-backend.js';
import type { Job as NewJob } from '../../../../src/layers/cluster/sender.js';
import type { Machine } from '../machine.js';
import { LinkError, type Network } from '../network.js';
import { type Broker, type Job, LOCK_MS, type Taker } from './broker.js';

export interface Wire {
  readonly broker: Broker;
  readonly network: Network;
  readonly machine: Machine;
  /** The processor of a worker threw, which none of the product may. */
  readonly faulty: (error: unknown) => void;
  /** A worker of this process takes a message. */
  readonly takes?: (data: Packed) => void;
}

/** After which a worker tells again that it is done, where it was not heard. */
const TOLD_AGAIN_MS = 300;

/** What a process that does not run asks for, it asks for when it goes on. */
function call<T>({ network, machine }: Wire, execute: () => T): Promise<T> {
  const asked = async (): Promise<T> => execute();
  if (machine.isRunning) return network.call(machine, asked);
  return new Promise((resolve, reject) => {
    machine.receive(() => void network.call(machine, asked).then(resolve, reject));
  });
}

export function brokerClient(wire: Wire): QueueBackend {
  return {
    queue: (name) => new SimQueue(wire, name) as unknown as MessageQueue,
    worker: (name, take, { concurrency }) =>
      new SimWorker(wire, { name, take, concurrency }) as unknown as MessageWorker,
    close: () => Promise.resolve(),
  };
}

class SimQueue {
  readonly #wire: Wire;
  readonly #name: string;

  constructor(wire: Wire, name: string) {
    this.#wire = wire;
    this.#name = name;
  }

  async add(name: string, data: Packed, opts: NewJob['opts']): Promise<void> {
    await call(this.#wire, () => this.#wire.broker.add(this.#name, [{ name, data, opts }]));
  }

  async obliterate(): Promise<void> {
    await call(this.#wire, () => this.#wire.broker.obliterate(this.#name));
  }

  async close(): Promise<void> {}
}

interface Held {
  readonly id: string;
  readonly lock: number;
}

/** States: open → closed; what is in hand then stays with the broker until its lock runs out. */
class SimWorker implements Taker {
  readonly #wire: Wire;
  readonly #name: string;
  readonly #take: TakeMessage;
  readonly #concurrency: number;
  /** In hand, and their locks are kept. */
  readonly #held = new Set<Held>();
  #expected = 0;
  #inHand = 0;
  #renewal: Timer | undefined;
  isOpen = true;

  constructor(
    wire: Wire,
    { name, take, concurrency }: { name: string; take: TakeMessage; concurrency: number },
  ) {
    this.#wire = wire;
    this.#name = name;
    this.#take = take;
    this.#concurrency = concurrency;
    this.#attach();
  }

  get machine(): Machine {
    return this.#wire.machine;
  }

  get room(): number {
    return this.#concurrency - this.#inHand - this.#expected;
  }

  waitUntilReady(): Promise<void> {
    return call(this.#wire, () => undefined);
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.#renewal?.cancel();
    this.#held.clear();
    await call(this.#wire, () => this.#wire.broker.detach(this.#name, this)).catch(() => undefined);
  }

  expect(): void {
    this.#expected++;
  }

  missed(): void {
    this.#expected--;
  }

  receive(job: Job, lock: number): void {
    this.#expected--;
    if (!this.isOpen) return;
    this.#inHand++;
    const held: Held = { id: job.id, lock };
    this.#held.add(held);
    this.#renewal ??= this.#renewLater();
    void this.#process(job, held);
  }

  async #process({ name, data }: Job, held: Held): Promise<void> {
    this.#wire.takes?.(data);
    try {
      await this.#take({ name, data } as Parameters<TakeMessage>[0]);
    } catch (error) {
      this.#wire.faulty(error);
    }
    this.#held.delete(held);
    this.#inHand--;
    await this.#tellDone(held);
  }

  async #tellDone(held: Held): Promise<void> {
    const { machine, broker } = this.#wire;
    while (this.isOpen && !machine.isDead) {
      try {
        await call(this.#wire, () => {
          broker.complete(this.#name, held);
          broker.roomFor(this.#name);
        });
        return;
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
      }
      await new Promise<void>((resolve) => machine.setTimer(TOLD_AGAIN_MS, resolve));
    }
  }

  #renewLater(): Timer {
    return this.#wire.machine.setTimer(LOCK_MS / 3, () => {
      this.#renewal = undefined;
      if (!this.isOpen || this.#held.size === 0) return;
      const held = [...this.#held];
      const { broker } = this.#wire;
      void call(this.#wire, () => {
        for (const one of held) broker.renew(one, this.#name);
      }).catch(() => undefined);
      this.#renewal = this.#renewLater();
    });
  }

  #attach(): void {
    const { broker } = this.#wire;
    void call(this.#wire, () => {
      if (this.isOpen) broker.attach(this.#name, this);
    }).catch(() => {
      this.#wire.machine.setTimer(TOLD_AGAIN_MS, () => {
        if (this.isOpen) this.#attach();
      });
    });
  }
}
