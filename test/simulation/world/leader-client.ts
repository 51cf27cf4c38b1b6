/** Stands where the driver's client stands for the real `lead`: one connection over the simulated network, which breaks like a real one. */
import type pg from 'pg';
import type { Machine } from './machine.js';
import type { Network } from './network.js';
import type { Owner, Session, Sessions } from './sessions.js';

type Listener = (error: Error) => void;

/** States: not connected, connected (`#session`), ended by either side (`#ended`). */
export class LeaderClient {
  readonly #parts: { machine: Machine; network: Network; sessions: Sessions; owner: Owner };
  readonly #timeoutMs: number;
  readonly #listeners = new Map<string, Listener>();
  #session: Session | undefined;
  #ended = false;
  /** What is cut where a goodbye is not answered. */
  readonly connection = { stream: { destroy: () => this.#break(new Error('the socket was cut')) } };

  constructor(
    parts: { machine: Machine; network: Network; sessions: Sessions; owner: Owner },
    timeoutMs: number,
  ) {
    this.#parts = parts;
    this.#timeoutMs = timeoutMs;
  }

  /** The part of the driver's client that leading uses. */
  asClient(): pg.Client {
    return this as unknown as pg.Client;
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }

  async connect(): Promise<void> {
    const { machine, network, sessions, owner } = this.#parts;
    const broke = (reason: string): void => network.notify(machine, () => this.#break(new Error(reason)));
    this.#session = await this.#within(
      network.call(machine, async () => sessions.connect(owner, broke)),
      'timeout expired',
    );
  }

  async query(text: string): Promise<{ rows: readonly Record<string, unknown>[] }> {
    const { machine, network, sessions } = this.#parts;
    const session = this.#session;
    if (session === undefined || this.#ended) throw new Error('link: the client has ended');
    const answer = network.call(machine, async () => ({ rows: sessions.execute(session, text) }));
    return await this.#within(answer, 'Query read timeout').catch((error: Error) => {
      this.#break(error);
      throw error;
    });
  }

  /** The other side hears of it, unless the network or the database is away. */
  async end(): Promise<void> {
    const session = this.#session;
    const { machine, network, sessions } = this.#parts;
    if (this.#ended || session === undefined) return;
    this.#ended = true;
    await network.call(machine, async () => sessions.close(session)).catch(() => undefined);
    this.#listeners.get('end')?.(new Error('ended'));
  }

  #break(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#listeners.get('error')?.(error);
    this.#listeners.get('end')?.(error);
  }

  #within<T>(answer: Promise<T>, reason: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.#parts.machine.setTimer(this.#timeoutMs, () => reject(new Error(reason)));
      answer.then(resolve, reject).finally(() => timer.cancel());
    });
  }
}
