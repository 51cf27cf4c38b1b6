/**
 * One run of the `postgres` program: spawned, waited for until it accepts connections, stopped, reported when it ends.
 * Called by the embedded server, which decides about ports, retries and restarts.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { open, stat, truncate, readFile } from 'node:fs/promises';
import type { Clock } from '../../../kit/clock.js';
import { dataDirArgument, programEnvironment, type ClusterContext } from './cluster.js';
import { pause, readPostmasterFile } from './leftover.js';

const POLL_MS = 5;
const START_MS = 60_000;
const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 5_000;
const LOG_BYTES_MAX = 10 * 1024 * 1024;

export class Postmaster {
  readonly pid: number;
  /** Resolves with the reason when the process has ended. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  #alive = true;

  private constructor(child: ChildProcess, clock: Clock) {
    this.pid = child.pid as number;
    this.#child = child;
    this.#clock = clock;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#alive = false;
        resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
      });
    });
  }

  /** Rejects with the end of PostgreSQL's log when it does not come up. */
  static async launch(context: ClusterContext, port: number, clock: Clock): Promise<Postmaster> {
    const { paths, account, binaries, waiting } = context;
    const logStart = await roomInLog(paths.log);
    const log = await open(paths.log, 'a', 0o600);
    const args = ['-D', await dataDirArgument(paths.data, account), '-p', String(port)];
    // Detached: its own process group, so that Ctrl-C in a terminal reaches us alone and we shut down in our order.
    const child = spawn(binaries.postgres, args, {
      cwd: paths.data,
      ...(account ?? {}),
      env: programEnvironment(),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    // Made before anything is awaited: a program that ends at once must not end unheard.
    const postmaster = new Postmaster(child, clock);
    await spawned(child).finally(() => log.close());
    waiting();
    if (await postmaster.#becomesReady(paths.data)) return postmaster;
    await postmaster.stop();
    const text = (await readFile(paths.log)).subarray(logStart).toString();
    throw new Error(`PostgreSQL did not start in ${paths.data}: ${text.trim().slice(-2000)}`);
  }

  /** Fast shutdown: sessions are ended, a checkpoint is written. */
  async stop(): Promise<void> {
    for (const [signal, waitMs] of [
      ['SIGINT', FAST_STOP_MS],
      ['SIGQUIT', IMMEDIATE_STOP_MS],
    ] as const) {
      this.#child.kill(signal);
      if (await this.#endsWithin(waitMs)) return;
    }
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  async #endsWithin(ms: number): Promise<boolean> {
    let cancel = (): void => undefined;
    const late = new Promise<boolean>((resolve) => {
      const timer = this.#clock.setTimer(ms, () => resolve(false));
      cancel = () => timer.cancel();
    });
    return Promise.race([this.ended.then(() => true), late]).finally(() => cancel());
  }

  /** PostgreSQL writes `ready` into its lock file when it accepts connections (what `pg_ctl -w` waits for). */
  async #becomesReady(dataDir: string): Promise<boolean> {
    const deadline = this.#clock.monotonic() + START_MS;
    while (this.#alive && this.#clock.monotonic() < deadline) {
      const file = await readPostmasterFile(dataDir);
      if (file?.pid === this.pid && file.ready) return true;
      await pause(POLL_MS, this.#clock);
    }
    return false;
  }
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
}

/** The log starts over when it is big: nothing else rotates it. Answers where this run's part begins. */
async function roomInLog(path: string): Promise<number> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size <= LOG_BYTES_MAX) return size;
  await truncate(path);
  return 0;
}
