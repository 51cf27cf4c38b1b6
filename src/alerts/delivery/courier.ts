/**
 * Carries what the watch has committed to those who are to know, and tries again ever more slowly: the row stays until it is
 * delivered or hopeless, also over a change of leader. A receiver may get the same delivery twice, with the same id.
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
}

const AT_ONCE = 20;
/** The first try, and nine more over about eight hours. */
const TRIES_MAX = 10;
const AGAIN = {
  initialIntervalMs: 5_000,
  backoffCoefficient: 4,
  maxIntervalMs: 2 * 3_600_000,
  jitter: false,
};

export class Courier {
  readonly #options: CourierOptions;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** What is due, as far as it can be carried at once. */
  async deliver(signal: AbortSignal): Promise<void> {
    for (;;) {
      const due = await this.#options.store.due(AT_ONCE);
      if (due.length === 0 || signal.aborted) return;
      await Promise.all(due.map((delivery) => this.#one(delivery, signal)));
      if (due.length < AT_ONCE) return;
    }
  }

  async #one(delivery: DueDelivery, signal: AbortSignal): Promise<void> {
    const { store, webhook, email, tried, log } = this.#options;
    const channel = delivery.channel.webhook === undefined ? 'email' : 'webhook';
    try {
      await (channel === 'webhook' ? webhook : email).send(delivery, signal);
    } catch (error) {
      if (signal.aborted) return; // the next leader tries it
      const fault = error instanceof DeliveryFault ? error : new DeliveryFault(String(error), false);
      const isOver = fault.isFinal || delivery.tries + 1 >= TRIES_MAX;
      await store.delivered(delivery.id, fault.message, isOver ? null : this.#pauseSeconds(delivery));
      tried(channel, isOver ? 'failed' : 'retried');
      log(delivery, fault, isOver);
      return;
    }
    await store.delivered(delivery.id, null, null);
    tried(channel, 'delivered');
  }

  /** Between a half and the whole of the back-off, so that many that failed together do not come back together. */
  #pauseSeconds({ tries }: DueDelivery): number {
    return (backoffMs(AGAIN, tries + 1, 0) / 1000) * (0.5 + this.#options.unit() / 2);
  }
}
