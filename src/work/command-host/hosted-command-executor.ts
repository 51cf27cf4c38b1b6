/**
 * Runs `command` work in the command host, a process of its own, and is the executor the local layer uses.
 *
 * Why a process: fork(2) copies the page tables of whoever forks and stops it meanwhile. Starting `true` blocked the
 * caller for 1.1 ms with 49 MB resident, 7.5 ms with 144 MB, 9.7 ms with 240 MB and 29 ms with 432 MB (p50, Node 20, 2
 * cores); the host stays small. A server of 200 MB ran 236 commands a second through it and stood still for 5 ms at most,
 * directly 64 a second and 51 ms. The second reason: when the server is killed, somebody has to be left who kills what it
 * started, and who knows all of it without having been told too late.
 */
import type { StopSignal } from '../../kit/stop.js';
import type { Clock } from '../../kit/clock.js';
import type { Outcome } from '../../lifecycle/task.js';
import type { AttemptSink, AttemptStart } from '../attempt.js';
import type { Executor } from '../executor.js';
import { type CommandHost, startCommandHost } from './host-process.js';
import type { HostOptions } from './messages.js';

export class HostedCommandExecutor implements Executor {
  readonly kind = 'command';
  readonly #options: HostOptions;
  readonly #clock: Clock;
  /** Started with the first command, and again after it was lost. */
  #host: CommandHost | undefined;

  constructor(options: HostOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  async execute(attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome> {
    if (!this.#host?.isAlive) this.#host = startCommandHost(this.#options, this.#clock);
    return this.#host.run(attempt, signal, sink);
  }

  async close(): Promise<void> {
    await this.#host?.close();
  }
}
