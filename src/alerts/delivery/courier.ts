/**
 * Carries what the watch has committed to those who are to know, and tries again ever more slowly: the row stays until it is
 * delivered or hopeless, also over a change of leader. A receiver may get the same delivery twice, with the same id. Nobody waits
 * for a receiver that does not answer: neither the watch, nor what goes to others.
 */
import { backoffMs } from '../../kit/backoff.js';
import type { AlertStore, DueDelivery } from '../../store/alerts.js';

/** Why it was not delivered. */
export class DeliveryFault extends Error {
  constructor(
    message: string,
    /** Trying again is of no use. */
    readonly isFinal: boolean,
  ) {
    super(message.slice(0, 500));
  }
}

export interface Channel {
  send(delivery: DueDelivery, signal: AbortSignal): Promise<void>;
}

export type DeliveryOutcome = 'delivered' | 'retried' | 'failed';

export interface CourierOptions {
  readonly store: Pick<AlertStore, 'due' | 'delivered'>;
  readonly webhook: Channel;
  readonly email: Channel;
  /** In [0, 1), for jitter. */
  readonly unit: () => number;
  readonly tried: (channel: 'webhook' | 'email', outcome: DeliveryOutcome) => void;
  readonly log: (delivery: DueDelivery, fault: DeliveryFault, isOver: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/** On their way, of webhooks and of e-mails each. */
const AT_ONCE = 20;
const OF_CHANNEL = 5;
const DUE_MAX = 200;
/** The first try, and nine more over about eight hours. */
const TRIES_MAX = 10;
const AGAIN = {
  initialIntervalMs: 5_000,
  backoffCoefficient: 4,
  maxIntervalMs: 2 * 3_600_000,
  jitter: false,
};

interface Carried {
  readonly kind: 'webhook' | 'email';
  readonly done: Promise<void>;
}

export class Courier {
  readonly #options: CourierOptions;
  /** On their way, by id. */
  readonly #carried = new Map<string, Carried>();
  #begun: Promise<unknown> = Promise.resolve();
  /** Waits for the one before it; what asks meanwhile is served by it as well. */
  #next: Promise<void> | undefined;
  /** Of the lead under which something was last to be delivered. */
  #signal: AbortSignal = AbortSignal.abort();

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** Begins with what is due and has room; the rest follows as there is. Resolves when it has begun. */
  deliver(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    this.#next ??= this.#begun.then(() => {
      this.#next = undefined;
      return this.#begin(this.#signal);
    });
    this.#begun = this.#next.catch(() => undefined);
    return this.#next;
  }

  /** Resolves when nothing is on its way any more. */
  async idle(): Promise<void> {
    await this.#begun;
    while (this.#carried.size > 0) await Promise.all([...this.#carried.values()].map(({ done }) => done));
  }

  async #begin(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    // what arrives while the store is asked is due in its answer
    const before = new Set(this.#carried.keys());
    const due = await this.#options.store.due(DUE_MAX, OF_CHANNEL);
    for (const delivery of due.filter(({ id }) => !before.has(id))) {
      const kind = delivery.channel.webhook === undefined ? 'email' : 'webhook';
      if (signal.aborted || this.#countOf(kind) >= AT_ONCE) continue;
      this.#carried.set(delivery.id, { kind, done: this.#carry(kind, delivery, signal) });
    }
  }

  #countOf(kind: Carried['kind']): number {
    return [...this.#carried.values()].filter((one) => one.kind === kind).length;
  }

  async #carry(kind: Carried['kind'], delivery: DueDelivery, signal: AbortSignal): Promise<void> {
    try {
      await this.#one(kind, delivery, signal);
      this.#carried.delete(delivery.id);
      if (!signal.aborted) await this.deliver(signal);
    } catch (error) {
      this.#options.failed(error);
    } finally {
      this.#carried.delete(delivery.id);
    }
  }

  async #one(kind: Carried['kind'], delivery: DueDelivery, signal: AbortSignal): Promise<void> {
    const { store, tried, log } = this.#options;
    try {
      await this.#options[kind].send(delivery, signal);
    } catch (error) {
      if (signal.aborted) return; // the next leader tries it
      const fault = error instanceof DeliveryFault ? error : new DeliveryFault(String(error), false);
      const isOver = fault.isFinal || delivery.tries + 1 >= TRIES_MAX;
      await store.delivered(delivery.id, fault.message, isOver ? null : this.#pauseSeconds(delivery));
      tried(kind, isOver ? 'failed' : 'retried');
      log(delivery, fault, isOver);
      return;
    }
    await store.delivered(delivery.id, null, null);
    tried(kind, 'delivered');
  }

  /** Between a half and the whole of the back-off, so that many that failed together do not come back together. */
  #pauseSeconds({ tries }: DueDelivery): number {
    return (backoffMs(AGAIN, tries + 1, 0) / 1000) * (0.5 + this.#options.unit() / 2);
  }
}
