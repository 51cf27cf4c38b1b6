/**
 * Requests at a rate that does not wait for answers, as many clients send them: each is timed from when it was due, so that a
 * server that stalls is charged for all that came meanwhile. Over kept connections, with the token.
 */
import { type Answer, Connection, requestText } from './connection.js';

export interface Loop {
  readonly url: string;
  readonly token: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** Beyond so many requests under way the next ones wait in the client, and their time counts. */
  readonly connectionsMax?: number;
  readonly body: (index: number) => string;
}

export interface LoopResult {
  readonly sent: number;
  /** By what came: a status, `errors` for GraphQL errors under status 200, `none` for a connection that ended. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Refusals that do not say when to come again. */
  readonly withoutRetryAfter: number;
  /** Of the answers without errors, ms. */
  readonly p50: number;
  readonly p99: number;
  /** Until the last answer. */
  readonly seconds: number;
}

const CONNECTIONS_MAX = 256;

function outcomeOf({ status, body }: Answer): string {
  if (status === 0) return 'none';
  return status === 200 && body.includes('"errors":') ? 'errors' : String(status);
}

/** States: sending at the rate until all have been due, then waiting for what is under way. */
class OpenLoop {
  readonly #loop: Loop;
  readonly #url: URL;
  readonly #total: number;
  readonly #outcomes = new Map<string, number>();
  readonly #times: number[] = [];
  readonly #free: Connection[] = [];
  readonly #beganAt = performance.now();
  #connections = 0;
  #next = 0;
  #answered = 0;
  #withoutRetryAfter = 0;

  constructor(loop: Loop) {
    this.#loop = loop;
    this.#url = new URL(loop.url);
    this.#total = Math.max(1, Math.round(loop.perSecond * loop.seconds));
  }

  async run(): Promise<LoopResult> {
    await new Promise<void>((resolve) => {
      const tick = setInterval(() => {
        this.#send();
        if (this.#answered < this.#total) return;
        clearInterval(tick);
        resolve();
      }, 1);
    });
    for (const connection of this.#free) connection.close();
    const sorted = this.#times.sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
    return {
      sent: this.#total,
      outcomes: this.#outcomes,
      withoutRetryAfter: this.#withoutRetryAfter,
      p50: at(0.5),
      p99: at(0.99),
      seconds: (performance.now() - this.#beganAt) / 1000,
    };
  }

  /** What is due, as far as there are connections. */
  #send(): void {
    const elapsed = (performance.now() - this.#beganAt) / 1000;
    const due = Math.min(this.#total, Math.floor(elapsed * this.#loop.perSecond) + 1);
    while (this.#next < due) {
      const connection = this.#connection();
      if (connection === undefined) return;
      this.#ask(connection, this.#next++);
    }
  }

  #connection(): Connection | undefined {
    for (let one = this.#free.pop(); one !== undefined; one = this.#free.pop()) {
      if (one.isOpen) return one;
      this.#end(one);
    }
    if (this.#connections >= (this.#loop.connectionsMax ?? CONNECTIONS_MAX)) return undefined;
    this.#connections++;
    return new Connection(this.#url);
  }

  #end(connection: Connection): void {
    this.#connections--;
    connection.close();
  }

  #ask(connection: Connection, index: number): void {
    const { perSecond, token, body } = this.#loop;
    const dueAt = this.#beganAt + (index / perSecond) * 1000;
    connection.ask(requestText(this.#url, token, body(index)), (answer) => {
      const outcome = outcomeOf(answer);
      this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
      if (outcome === '200') this.#times.push(performance.now() - dueAt);
      if ((outcome === '429' || outcome === '503') && answer.retryAfter === undefined)
        this.#withoutRetryAfter++;
      this.#answered++;
      if (connection.isOpen) this.#free.push(connection);
      else this.#end(connection);
    });
  }
}

export function openLoop(loop: Loop): Promise<LoopResult> {
  return new OpenLoop(loop).run();
}
