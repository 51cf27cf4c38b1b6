/**
 * What the server that leads asks of this one: to end attempts that run here, and to say which were never begun. Looks, while
 * another leads, when a hint comes, twice a second while anything runs here, and else every few seconds.
 */
import type { Clock, Timer } from '../../kit/clock.js';
import type { Part } from '../../kit/part.js';
import type { AbortReason } from '../../lifecycle/abort-reason.js';
import type { AttemptKey } from '../../lifecycle/task.js';
import type { Hints } from '../../store/hints.js';
import type { Relay } from '../../store/relay.js';
import { readAbort, readInquiry } from './relay-body.js';

export interface MailboxOptions {
  readonly relay: Relay;
  readonly hints: Pick<Hints, 'on'>;
  readonly clock: Clock;
  /** The id of this server. */
  readonly owner: string;
  /** Does this server lead? Then nobody else has anything to ask, and what was not begun may be about to begin. */
  readonly leads: () => boolean;
  /** How many attempts run here. */
  readonly running: () => number;
  readonly abort: (token: number, reason: AbortReason) => void;
  /** Another leader takes these for attempts of this server. False: nobody is told of attempts now; it is to be asked again. */
  readonly inquire: (keys: readonly AttemptKey[]) => boolean;
}

const POLL_MS = 500;
/** Of so many polls one looks although nothing runs here. */
const IDLE_POLLS = 8;

export class Mailbox implements Part {
  readonly #options: MailboxOptions;
  #timer: Timer | undefined;
  #polls = 0;
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
      const isDue = this.#options.running() > 0 || ++this.#polls % IDLE_POLLS === 0;
      void (isDue ? this.#look() : Promise.resolve()).finally(() => {
        if (!this.#stopped) this.#arm();
      });
    });
  }

  async #look(): Promise<void> {
    if (this.#looking || this.#stopped || this.#options.leads()) return;
    this.#looking = true;
    await this.#carryOut().catch(() => undefined);
    this.#looking = false;
  }

  async #carryOut(): Promise<void> {
    const { relay, owner, abort, inquire, leads } = this.#options;
    const requests = await relay.open(owner, []);
    if (requests.length === 0 || leads()) return;
    const answered: string[] = [];
    for (const { id, body } of requests) {
      const asked = readAbort(body);
      if (asked !== undefined) abort(asked.token, asked.reason);
      const inquiry = readInquiry(body);
      if (inquiry === undefined || inquire(inquiry)) answered.push(id);
    }
    await relay.answer(answered);
  }
}
