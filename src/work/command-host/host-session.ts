/**
 * The command host's side of the conversation: runs what it is told through a command executor and reports back.
 * Made by the program `command-host.ts`. When the server is gone it ends every attempt, first gracefully, then by force.
 */
import { Stop, type StopSignal } from '../../kit/stop.js';
import type { Clock } from '../../kit/clock.js';
import type { AbortReason, AttemptSink, AttemptStart, LogLine } from '../attempt.js';
import { CommandExecutor } from '../command/command-executor.js';
import { crashed, ranFor } from '../outcome.js';
import { sweepOrphans } from '../processes/orphans.js';
import type { FromHost, HostOptions, ToHost } from './messages.js';

/** Lines are sent together once per turn of the event loop: a message costs 20 times what a line costs. */
class LineBatch {
  readonly #send: (lines: readonly LogLine[]) => void;
  #lines: LogLine[] = [];

  constructor(send: (lines: readonly LogLine[]) => void) {
    this.#send = send;
  }

  add(line: LogLine): void {
    if (this.#lines.push(line) === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    this.#send(this.#lines);
    this.#lines = [];
  }
}

const HEARTBEAT_MS = 250;

interface Session {
  readonly executor: CommandExecutor;
  readonly stateDir: string;
}

export class HostSession {
  readonly #clock: Clock;
  readonly #send: (message: FromHost) => void;
  readonly #aborts = new Map<number, Stop>();
  readonly #runNumbers = new Map<string, number>();
  readonly #outcomes = new Set<Promise<void>>();
  #session: Session | undefined;

  constructor(clock: Clock, send: (message: FromHost) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  receive(message: ToHost): void {
    switch (message.type) {
      case 'open':
        this.#session = this.#open(message.options);
        break;
      case 'run':
        this.#track(this.#run(message.run, message.attempt));
        break;
      case 'abort':
        this.#aborts.get(message.run)?.abort(message.reason);
        break;
      case 'force':
        this.#aborts.get(message.run)?.force(message.reason);
        break;
    }
  }

  /**
   * The server has gone, or said goodbye. Resolves when no attempt runs any more; after a crash that includes what
   * modules started in the server itself.
   */
  async abandon(): Promise<void> {
    const reason: AbortReason = 'SHUTDOWN';
    for (const abort of this.#aborts.values()) abort.abort(reason);
    await Promise.all(this.#outcomes);
    await this.#session?.executor.close();
    if (this.#session) sweepOrphans(this.#session.stateDir, this.#clock);
  }

  #open(options: HostOptions): Session {
    const onGroup = (key: { taskId: string; attempt: number; token: number }, groupId: number): void => {
      const run = this.#runNumbers.get(`${key.taskId}:${key.token}`);
      if (run !== undefined) this.#send({ type: 'group', run, groupId });
    };
    return {
      executor: new CommandExecutor({ ...options, onGroup }, this.#clock),
      stateDir: options.stateDir,
    };
  }

  #track(outcome: Promise<void>): void {
    this.#outcomes.add(outcome);
    void outcome.then(() => this.#outcomes.delete(outcome));
  }

  async #run(run: number, attempt: AttemptStart): Promise<void> {
    const abort = new Stop();
    const key = `${attempt.taskId}:${attempt.token}`;
    const lines = new LineBatch((batch) => this.#send({ type: 'lines', run, lines: batch }));
    this.#aborts.set(run, abort);
    this.#runNumbers.set(key, run);
    const outcome = await this.#execute(attempt, abort, this.#sink(run, lines));
    this.#aborts.delete(run);
    this.#runNumbers.delete(key);
    lines.flush();
    this.#send({ type: 'outcome', run, outcome });
  }

  async #execute(attempt: AttemptStart, signal: StopSignal, sink: AttemptSink) {
    try {
      if (this.#session === undefined)
        return crashed('EXECUTOR_FAULT', 'the command host is not open', ranFor(0));
      return await this.#session.executor.execute(attempt, signal, sink);
    } catch (error) {
      return crashed('EXECUTOR_FAULT', String((error as Error).stack ?? error), ranFor(0));
    }
  }

  #sink(run: number, lines: LineBatch): AttemptSink {
    let nextBeatAt = 0;
    return {
      log: (line) => lines.add(line),
      progress: () => undefined,
      heartbeat: () => {
        const now = this.#clock.monotonic();
        if (now < nextBeatAt) return;
        nextBeatAt = now + HEARTBEAT_MS;
        this.#send({ type: 'heartbeat', run });
      },
    };
  }
}
