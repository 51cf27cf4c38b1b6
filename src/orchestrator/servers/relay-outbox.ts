/**
 * Requests of this server to the one that leads: written in groups, each durable before anybody takes it up, and answered
 * once. An answer is looked for when a hint comes and, while anyone waits, every quarter of a second. A request whose answer
 * does not come in time stays where it is: the leader answers that it came too late, and does not carry it out.
 */
import { backoffMs } from '../../kit/backoff.js';
import type { Clock, Timer } from '../../kit/clock.js';
import type { IdSource } from '../../kit/ids.js';
import type { Json } from '../../kit/json.js';
import type { Part } from '../../kit/part.js';
import type { RelayAnswer } from '../../lifecycle/batch.js';
import { RefusedError, type RefusalCode } from '../../lifecycle/refusal.js';
import type { Hints } from '../../store/hints.js';
import type { Relay, RelayedRow } from '../../store/relay.js';

export interface OutboxOptions {
  readonly relay: Relay;
  readonly hints: Pick<Hints, 'on'>;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'next'>;
  /** Who asks: the id of this server. */
  readonly sender: string;
  /** How long a request waits for its answer. */
  readonly waitMs: number;
  readonly answered: (seconds: number) => void;
}

const POLL_MS = 250;
const WAITING_MAX = 20_000;
/** Of one statement. */
const ROWS_MAX = 500;
const BYTES_MAX = 8 * 1024 * 1024;
const AGAIN = { initialIntervalMs: 20, backoffCoefficient: 2, maxIntervalMs: 1000, jitter: false };

interface Waiting {
  readonly row: RelayedRow;
  readonly bytes: number;
  readonly sentAt: number;
  readonly settle: (answer: RelayAnswer) => void;
  readonly timer: Timer;
  /** A write of it was not answered: that may still arrive, and must find the request there. */
  mayComeAgain: boolean;
}

export class RelayOutbox implements Part {
  readonly #options: OutboxOptions;
  /** By id: sent or about to be, and not answered. */
  readonly #waiting = new Map<string, Waiting>();
  #unsent: Waiting[] = [];
  #sending = false;
  #looking = false;
  #lookAgain = false;
  #timer: Timer | undefined;
  #stopped = false;
  #stopListening = (): void => {};

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#stopListening = this.#options.hints.on('answers', () => void this.#look());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#timer?.cancel();
    const waiting = [...this.#waiting.values()];
    // what is on its way to the database is not sent again, and no timer of it holds the process
    this.#waiting.clear();
    for (const { settle, timer } of waiting) {
      timer.cancel();
      settle(unanswered(`this server stops, and ${waiting.length} requests wait`));
    }
  }

  /** Requests without an answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** What whoever leads answers; throws its refusal. */
  async ask(body: Json, recipient: string | null = null): Promise<Json> {
    if (this.#stopped) throw refusal('UNAVAILABLE', 'this server stops; ask another');
    if (this.#waiting.size >= WAITING_MAX) {
      throw refusal(
        'OVERLOADED',
        `${this.#waiting.size} requests wait for the leader; try again in a moment`,
      );
    }
    const answer = await new Promise<RelayAnswer>((settle) => this.#post(body, recipient, settle));
    if ('value' in answer) return answer.value;
    if ('refusal' in answer) throw new RefusedError(answer.refusal);
    throw new Error(`the leader failed to carry it out: ${answer.fault}`);
  }

  #post(body: Json, recipient: string | null, settle: (answer: RelayAnswer) => void): void {
    const { clock, ids, sender, waitMs } = this.#options;
    const id = ids.next();
    const timer = clock.setTimer(waitMs, () =>
      this.#settle(id, unanswered(`no answer of a leader within ${waitMs / 1000} s`)),
    );
    const waiting = {
      row: { id, sender, recipient, body },
      bytes: JSON.stringify(body).length,
      sentAt: clock.monotonic(),
      settle,
      timer,
      mayComeAgain: false,
    };
    this.#waiting.set(id, waiting);
    this.#unsent.push(waiting);
    if (!this.#sending) void this.#send();
    this.#arm();
  }

  #settle(id: string, answer: RelayAnswer): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    waiting.timer.cancel();
    this.#options.answered((this.#options.clock.monotonic() - waiting.sentAt) / 1000);
    waiting.settle(answer);
  }

  /** What comes while one group is written is the next. */
  async #send(): Promise<void> {
    this.#sending = true;
    while (this.#unsent.length > 0) {
      const group = this.#nextGroup();
      for (let attempt = 1; group.some(({ row }) => this.#waiting.has(row.id)); attempt++) {
        const sent = await this.#options.relay.send(group.map(({ row }) => row)).then(
          () => true,
          () => false,
        );
        if (sent) break;
        for (const waiting of group) waiting.mayComeAgain = true;
        await this.#pause(backoffMs(AGAIN, attempt, 0));
      }
    }
    this.#sending = false;
  }

  #nextGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#unsent) {
      bytes += waiting.bytes;
      if (count === ROWS_MAX || (count > 0 && bytes > BYTES_MAX)) break;
      count++;
    }
    return this.#unsent.splice(0, count);
  }

  #arm(): void {
    if (this.#waiting.size === 0 || this.#stopped) return;
    this.#timer ??= this.#options.clock.setTimer(POLL_MS, () => {
      this.#timer = undefined;
      void this.#look().finally(() => this.#arm());
    });
  }

  /** One look at a time; a hint that comes meanwhile asks for another. */
  async #look(): Promise<void> {
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = true;
    do {
      this.#lookAgain = false;
      await this.#fetch().catch(() => undefined);
    } while (this.#lookAgain);
    this.#looking = false;
  }

  async #fetch(): Promise<void> {
    const { relay } = this.#options;
    if (this.#waiting.size === 0) return;
    const answers = await relay.answers([...this.#waiting.keys()]);
    const done = answers.map(({ id }) => id).filter((id) => this.#waiting.get(id)?.mayComeAgain === false);
    for (const { id, answer } of answers) this.#settle(id, answer);
    if (done.length > 0) await relay.discard(done);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.clock.setTimer(ms, resolve));
  }
}

function refusal(code: RefusalCode, message: string): RefusedError {
  return new RefusedError({ code, message });
}

function unanswered(why: string): RelayAnswer {
  const message = `${why}; look whether it was done, then send it again (with an idempotencyKey it cannot be done twice)`;
  return { refusal: { code: 'UNAVAILABLE', message } };
}
