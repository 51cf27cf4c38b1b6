/**
 * A real PostgreSQL 18 in `<stateDir>/postgres`, for those who did not set DATABASE_URL. Started and stopped by the
 * composition root (and by tests); it survives `kill -9` of this program and of itself, and restarts when it dies.
 * It never answers queries: `url` goes to the store.
 */
import { backoffMs, type BackoffPolicy } from '../../kit/backoff.js';
import { assert } from '../../kit/assert.js';
import { SystemClock, type Clock } from '../../kit/clock.js';
import type { Part } from '../../kit/part.js';
import { findBinaries } from './embedded/binaries.js';
import { clusterPaths, DATABASE, prepareCluster, ROLE, type ClusterContext } from './embedded/cluster.js';
import { freePort, rememberPort } from './embedded/free-port.js';
import { clearLeftover, pause } from './embedded/leftover.js';
import { dropOwnership, takeOwnership } from './embedded/ownership.js';
import { Postmaster } from './embedded/postmaster.js';
import { accountFor } from './embedded/system-account.js';

const PORT_TRIES = 5;
const RESTART: BackoffPolicy = {
  initialIntervalMs: 50,
  backoffCoefficient: 2,
  maxIntervalMs: 5_000,
  jitter: false,
};

export interface EmbeddedPostgresOptions {
  readonly stateDir: string;
  /** Server settings beside or instead of ours (tests switch fsync off). */
  readonly settings?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** Called whenever PostgreSQL's programs are at work and this process has time for other things. */
  readonly waiting?: () => void;
}

interface Running {
  readonly context: ClusterContext;
  readonly port: number;
  readonly url: string;
}

/** States: stopped, running (`#running` set; `#postmaster` changes with each restart), stopping (`#stopping` set). */
export class EmbeddedPostgres implements Part {
  readonly #options: EmbeddedPostgresOptions;
  readonly #clock: Clock;
  readonly #exitListeners: ((reason: string) => void)[] = [];
  #running: Running | undefined;
  #postmaster: Postmaster | undefined;
  #watch: Promise<void> = Promise.resolve();
  #stopping = false;
  #stopped: Promise<void> | undefined;

  constructor(options: EmbeddedPostgresOptions) {
    this.#options = options;
    this.#clock = options.clock ?? new SystemClock({ timersHoldProcess: true });
  }

  /** Stays the same over restarts. Holds the password. */
  get url(): string {
    assert(this.#running, 'the embedded PostgreSQL has not been started');
    return this.#running.url;
  }

  /** The postmaster; undefined while it is down. */
  get pid(): number | undefined {
    return this.#postmaster?.pid;
  }

  /** Called with the reason each time PostgreSQL ends although nobody asked; it is being restarted then. */
  onExit(listener: (reason: string) => void): void {
    this.#exitListeners.push(listener);
  }

  async start(): Promise<void> {
    assert(this.#running === undefined, 'the embedded PostgreSQL is already started');
    const paths = await clusterPaths(this.#options.stateDir);
    await takeOwnership(paths.owner);
    try {
      await clearLeftover(paths.data, this.#clock);
      const account = await accountFor(paths.data);
      const { settings = {}, waiting = (): void => undefined } = this.#options;
      const context = { paths, account, binaries: await findBinaries(account), waiting };
      const password = await prepareCluster(context, settings);
      const port = await this.#launchOnFreePort(context);
      this.#running = {
        context,
        port,
        url: `postgresql://${ROLE}:${password}@127.0.0.1:${port}/${DATABASE}`,
      };
    } catch (error) {
      await dropOwnership(paths.owner);
      throw error;
    }
    this.#stopping = false;
    this.#stopped = undefined;
    this.#watch = this.#keepRunning(this.#running);
  }

  async stop(): Promise<void> {
    if (this.#running === undefined) return;
    this.#stopped ??= this.#shutDown(this.#running);
    await this.#stopped;
  }

  async #shutDown({ context }: Running): Promise<void> {
    this.#stopping = true;
    await this.#postmaster?.stop();
    await this.#watch;
    await dropOwnership(context.paths.owner);
    this.#running = undefined;
  }

  /** Another program may take the port between our look and PostgreSQL's bind. */
  async #launchOnFreePort(context: ClusterContext): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const port = await freePort(context.paths.port);
      try {
        this.#postmaster = await Postmaster.launch(context, port, this.#clock);
        await rememberPort(context.paths.port, port);
        return port;
      } catch (error) {
        if (attempt === PORT_TRIES || !/Address already in use/.test(String(error))) throw error;
      }
    }
  }

  async #keepRunning(running: Running): Promise<void> {
    while (!this.#stopping) {
      const reason = await this.#postmaster?.ended;
      this.#postmaster = undefined;
      if (this.#stopping) return;
      for (const listener of this.#exitListeners) listener(reason ?? '');
      await this.#relaunch(running);
    }
  }

  /** On the same port, because the pools hold it; it was ours until now, so whoever took it is waited out. */
  async #relaunch({ context, port }: Running): Promise<void> {
    for (let attempt = 1; !this.#stopping; attempt++) {
      await pause(backoffMs(RESTART, attempt, 0), this.#clock);
      try {
        await clearLeftover(context.paths.data, this.#clock);
        this.#postmaster = await Postmaster.launch(context, port, this.#clock);
        break;
      } catch (error) {
        for (const listener of this.#exitListeners) listener(String(error));
      }
    }
    if (this.#stopping) await this.#postmaster?.stop();
  }
}
