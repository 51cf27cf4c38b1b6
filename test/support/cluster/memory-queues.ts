/** Stands for BullMQ where time is virtual: a message is taken at once, by whoever works on its queue and can be reached. */
import type {
  MessageQueue,
  MessageWorker,
  QueueBackend,
  TakeMessage,
} from '../../../src/layers/cluster/queue-backend.js';

type Message = Parameters<TakeMessage>[0];

/** One process with its link to the queues. */
export interface Linked {
  /** It runs, and its link works. */
  readonly isLinked: boolean;
}

export class MemoryQueues {
  readonly #waiting = new Map<string, Message[]>();
  readonly #workers = new Map<string, { readonly process: Linked; readonly take: TakeMessage }>();

  backend(process: Linked): QueueBackend {
    return {
      queue: (name) =>
        ({
          add: (kind: string, data: Message['data']) =>
            process.isLinked ? this.#add(name, [{ name: kind, data } as Message]) : new Promise(() => {}),
          obliterate: async () => void this.#waiting.delete(name),
          close: async () => {},
        }) as unknown as MessageQueue,
      worker: (name, take) => {
        const worker = { process, take };
        this.#workers.set(name, worker);
        void this.#add(name, []);
        return {
          waitUntilReady: async () => {},
          close: async () => void (this.#workers.get(name) === worker && this.#workers.delete(name)),
        } as unknown as MessageWorker;
      },
      close: async () => {},
    };
  }

  async #add(name: string, jobs: readonly Message[]): Promise<void> {
    const waiting = [...(this.#waiting.get(name) ?? []), ...jobs];
    const worker = this.#workers.get(name);
    const isTaken = worker?.process.isLinked === true;
    this.#waiting.set(name, isTaken ? [] : waiting);
    if (isTaken) for (const job of waiting) void worker.take(job);
  }
}
