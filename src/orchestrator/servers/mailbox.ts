/**
 * What the server that leads asks of this one: to end attempts that run here. Looks when a hint comes, and twice a second
 * while anything runs here under another leader.
 */
import type { Clock, Timer } from '../../kit/clock.js';
import type { Part } from '../../kit/part.js';
import type { AbortReason } from '../../lifecycle/abort-reason.js';
import type { Hints } from '../../store/hints.js';
import type { Relay } from '../../store/relay.js';
import { readAbort } from './relay-body.js';

export interface MailboxOptions {
  readonly relay: Relay;
  readonly hints: Pick<Hints, 'on'>;
  readonly clock: Clock;
  /** The id of this server. */
  readonly owner: string;
  /** Does anything run here that another leader may want to end? */
  readonly isWanted: () => boolean;
  readonly abort: (token: number, reason: AbortReason) => void;
}

const POLL_MS = 500;

export class Mailbox implements Part {
  readonly #options: MailboxOptions;
  #timer: Timer | undefined;
  #looking = false;
  #stopped = false;
  #stopListening = (): void => {};

  constructor(options: MailboxOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#stopListening = this.#options.hints.on('requests', () => void this.#look());
    this.#arm();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#timer?.cancel();
  }

  #arm(): void {
    this.#timer = this.#options.clock.setTimer(POLL_MS, () => {
      void this.#look().finally(() => {
        if (!this.#stopped) this.#arm();
      });
    });
  }

  async #look(): Promise<void> {
    const { isWanted } = this.#options;
    if (this.#looking || this.#stopped || !isWanted()) return;
    this.#looking = true;
    await this.#carryOut().catch(() => undefined);
    this.#looking = false;
  }

  async #carryOut(): Promise<void> {
    const { relay, owner, abort } = this.#options;
    const requests = await relay.open(owner, []);
    if (requests.length === 0) return;
    for (const { body } of requests) {
      const asked = readAbort(body);
      if (asked !== undefined) abort(asked.token, asked.reason);
    }
    await relay.answer(requests.map(({ id }) => id));
  }
}
