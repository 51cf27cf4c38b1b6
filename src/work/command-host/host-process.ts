/**
 * The server's end of one command host: the child process and the attempts it runs. Made by the hosted command
 * executor. When the host dies (a bug, the kernel's OOM killer) it ends what the host was running before it reports
 * those attempts as crashed, so that a retry never runs beside them.
 *
 * States: running → closing (said goodbye) or lost → gone.
 */
import type { StopSignal } from '../../kit/stop.js';
import { type ChildProcess, fork } from 'node:child_process';
import type { Clock } from '../../kit/clock.js';
import type { Outcome } from '../../lifecycle/task.js';
import type { AbortReason, AttemptSink, AttemptStart } from '../attempt.js';
import { idempotencyKey } from '../attempt-identity.js';
import { crashed, ranFor } from '../outcome.js';
import { ProcessTree, type TreeMark } from '../processes/process-tree.js';
import { ATTEMPT_MARK_VARIABLE } from '../processes/server-mark.js';
import { ownProgram } from '../../kit/own-program.js';
import type { FromHost, HostOptions, ToHost } from './messages.js';

interface Run {
  readonly sink: AttemptSink;
  readonly mark: TreeMark;
  readonly beganAt: number;
  /** Exists before there is a process group, so that nothing the attempt starts can be missed. */
  tree: ProcessTree;
  readonly settle: (outcome: Outcome) => void;
}

const STDERR_KEPT = 4_000;

export function startCommandHost(options: HostOptions, clock: Clock): CommandHost {
  const child = fork(ownProgram('./command-host', import.meta.url), [], {
    execArgv: [],
    // Not the server's environment: commands get theirs by message, and the host must not carry the server's mark.
    env: options.env['PATH'] === undefined ? {} : { PATH: options.env['PATH'] },
    // A session of its own: Ctrl-C in the server's terminal must not reach it first.
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  });
  return new CommandHost(child, options, clock);
}

export class CommandHost {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #serverMark: string;
  readonly #runs = new Map<number, Run>();
  readonly #gone: Promise<void>;
  #nextRun = 1;
  #alive = true;
  #stderr = '';

  constructor(child: ChildProcess, options: HostOptions, clock: Clock) {
    this.#child = child;
    this.#clock = clock;
    this.#serverMark = options.mark;
    this.#gone = new Promise((resolve) => {
      child.once('exit', (code, signal) => void this.#lost(`exit ${signal ?? code}`).then(resolve));
      child.once('error', (error) => void this.#lost(error.message).then(resolve));
    });
    child.on('message', (message) => this.#receive(message as FromHost));
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-STDERR_KEPT);
    });
    // Only running attempts keep the server's event loop alive, not the host as such.
    child.unref();
    (child.stderr as unknown as { unref?(): void } | null)?.unref?.();
    child.channel?.unref();
    this.#send({ type: 'open', options });
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  run(attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome> {
    // It may have died between being chosen and being asked.
    if (!this.#alive)
      return Promise.resolve(
        crashed('COMMAND_HOST_LOST', 'The process that runs commands ended.', ranFor(0)),
      );
    const number = this.#nextRun++;
    const mark = {
      server: this.#serverMark,
      variable: ATTEMPT_MARK_VARIABLE,
      value: idempotencyKey(attempt),
    };
    const outcome = new Promise<Outcome>((settle) => {
      const tree = new ProcessTree(undefined, mark, this.#clock);
      this.#runs.set(number, { sink, mark, beganAt: this.#clock.monotonic(), tree, settle });
    });
    this.#child.channel?.ref();
    this.#send({ type: 'run', run: number, attempt });
    const tell = (type: 'abort' | 'force') => (): void =>
      this.#send({ type, run: number, reason: signal.reason as AbortReason });
    const [abort, force] = [tell('abort'), tell('force')];
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    signal.addEventListener('force', force, { once: true });
    return outcome.finally(() => {
      signal.removeEventListener('abort', abort);
      signal.removeEventListener('force', force);
    });
  }

  /** Says goodbye; resolves when the host has ended whatever it still ran and is gone itself. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    this.#child.ref();
    await this.#gone;
  }

  #send(message: ToHost): void {
    // A failed send needs no answer of its own: the host's exit settles every run.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #receive(message: FromHost): void {
    const run = this.#runs.get(message.run);
    if (run === undefined) return;
    switch (message.type) {
      case 'group':
        run.tree = new ProcessTree(message.groupId, run.mark, this.#clock);
        break;
      case 'lines':
        for (const line of message.lines) run.sink.log(line);
        break;
      case 'heartbeat':
        run.sink.heartbeat();
        break;
      case 'outcome':
        this.#settle(message.run, run, message.outcome);
        break;
    }
  }

  #settle(number: number, run: Run, outcome: Outcome): void {
    this.#runs.delete(number);
    if (this.#runs.size === 0) this.#child.channel?.unref();
    run.settle(outcome);
  }

  async #lost(why: string): Promise<void> {
    if (!this.#alive) return;
    this.#alive = false;
    const last = this.#stderr.trim();
    const text = `The process that runs commands ended (${why})${last === '' ? '.' : `: ${last}`}`;
    const endings = [...this.#runs].map(async ([number, run]) => {
      await run.tree.killAll();
      this.#settle(
        number,
        run,
        crashed('COMMAND_HOST_LOST', text, ranFor(this.#clock.monotonic() - run.beganAt)),
      );
    });
    await Promise.all(endings);
  }
}
