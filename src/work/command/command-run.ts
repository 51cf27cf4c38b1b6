/**
 * One attempt of a command from its files to its outcome. Made by the command executor for each attempt.
 *
 * States: preparing → running (a process exists) → ending (it exited, or was told to) → over. A stop signal counts
 * until the main process has exited; what it does afterwards no longer changes the outcome. The promise resolves only
 * when no process of the attempt runs any more.
 */
import type { StopSignal } from '../../kit/stop.js';
import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Clock } from '../../kit/clock.js';
import type { Outcome } from '../../lifecycle/task.js';
import type { CommandWork } from '../../lifecycle/work.js';
import type { AttemptSink, AttemptStart } from '../attempt.js';
import { idempotencyKey } from '../attempt-identity.js';
import { AttemptLog } from '../attempt-log.js';
import { completed, crashed, failed, graceOf, ranFor, stopped } from '../outcome.js';
import { ProcessTree } from '../processes/process-tree.js';
import { ATTEMPT_MARK_VARIABLE } from '../processes/server-mark.js';
import { AttemptFiles } from './attempt-files.js';
import { Capture, type OutputPipes } from './capture.js';
import type { CommandOptions } from './command-options.js';
import { commandOutput, rawBytesMax } from './command-output.js';
import { commandEnvironment } from './environment.js';
import type { PipePool } from './pipe-pool.js';
import { directoryFault, type Start, startCommand } from './start-command.js';
import type { UsageMeter, Usage } from './usage-meter.js';

export interface CommandTools {
  readonly options: CommandOptions;
  readonly clock: Clock;
  readonly pipes: PipePool;
  readonly usage: UsageMeter;
  /** Where private directories of attempts go. */
  readonly filesDir: string;
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it was told to stop before it exited; undefined when it ended by itself. */
  readonly stopReason: unknown;
  readonly usage: Promise<Usage>;
}

export class CommandRun {
  readonly #tools: CommandTools;
  readonly #attempt: AttemptStart;
  readonly #work: CommandWork;
  readonly #signal: StopSignal;
  readonly #log: AttemptLog;
  readonly #beganAt: number;
  #graceEndsAt = 0;

  constructor(
    tools: CommandTools,
    attempt: AttemptStart,
    work: CommandWork,
    signal: StopSignal,
    sink: AttemptSink,
  ) {
    this.#tools = tools;
    this.#attempt = attempt;
    this.#work = work;
    this.#signal = signal;
    this.#log = new AttemptLog(sink, tools.clock, tools.options.logBytesMax);
    this.#beganAt = tools.clock.monotonic();
  }

  async outcome(): Promise<Outcome> {
    if (this.#signal.aborted) return stopped(this.#signal.reason, ranFor(0));
    const cwd = this.#cwd();
    const fault = directoryFault(cwd);
    if (fault) return failed(fault.code, fault.message, ranFor(this.#ranMs()));
    const files = new AttemptFiles(this.#tools.filesDir, this.#attempt.inputs);
    try {
      return await this.#runIn(cwd, files);
    } finally {
      files.remove();
    }
  }

  #cwd(): string {
    const { workingDir } = this.#tools.options;
    const wanted = this.#work.cwd ?? '';
    return isAbsolute(wanted) ? wanted : join(workingDir, wanted);
  }

  #ranMs(): number {
    return this.#tools.clock.monotonic() - this.#beganAt;
  }

  async #runIn(cwd: string, files: AttemptFiles): Promise<Outcome> {
    const pipes = { stdout: this.#tools.pipes.take(), stderr: this.#tools.pipes.take() };
    const start = await this.#start(cwd, files, pipes);
    if (!start.ok) {
      pipes.stdout.discard();
      pipes.stderr.discard();
      return (start.ours ? crashed : failed)(start.code, start.message, ranFor(this.#ranMs()));
    }
    this.#tools.usage.begin(start.pid);
    const capture = new Capture(
      start.child,
      pipes,
      this.#log,
      rawBytesMax(this.#tools.options.outputBytesMax),
    );
    const exit = await this.#untilEnd(start.child, start.pid);
    await capture.drain(this.#tools.clock);
    return this.#judge(exit, await exit.usage, capture, files);
  }

  async #start(cwd: string, files: AttemptFiles, pipes: OutputPipes): Promise<Start> {
    const { options } = this.#tools;
    const env = commandEnvironment(options.env, this.#work, this.#attempt, files, options.mark);
    const stdin = this.#work.stdin === undefined ? undefined : files.openStdin(this.#work.stdin);
    const stdio = [stdin ?? 'ignore', pipes.stdout.stdio, pipes.stderr.stdio] as const;
    const start = await startCommand(this.#work, { cwd, env, stdio: [...stdio] });
    if (stdin !== undefined) closeSync(stdin);
    return start;
  }

  /** Resolves when the whole tree is gone. */
  async #untilEnd(child: ChildProcess, pid: number): Promise<Exit> {
    const { clock, options } = this.#tools;
    const mark = {
      server: options.mark,
      variable: ATTEMPT_MARK_VARIABLE,
      value: idempotencyKey(this.#attempt),
    };
    const tree = new ProcessTree(pid, mark, clock);
    options.onGroup?.(this.#attempt, pid);
    const force = (): void => void tree.killAll();
    this.#signal.addEventListener('force', force, { once: true });
    const exit = await this.#exitOf(child, pid, tree);
    const graceLeftMs = this.#graceEndsAt - clock.monotonic();
    if (exit.stopReason !== undefined && graceLeftMs > 0) await tree.gone(graceLeftMs);
    const escaped = await tree.killAll();
    this.#signal.removeEventListener('force', force);
    if (escaped > 0)
      this.#log.note('WARN', `killed ${escaped} process(es) that had left the process group of the attempt`);
    return exit;
  }

  async #exitOf(child: ChildProcess, pid: number, tree: ProcessTree): Promise<Exit> {
    const cancelStop = this.#stopOnSignal(tree);
    return new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        const usage = this.#tools.usage.end(pid);
        cancelStop();
        resolve({
          code,
          signal,
          usage,
          stopReason: this.#signal.aborted ? (this.#signal.reason ?? null) : undefined,
        });
      });
    });
  }

  /** SIGTERM to all of the attempt when the signal aborts, SIGKILL after the grace; answers how to call it off. */
  #stopOnSignal(tree: ProcessTree): () => void {
    const { clock, options } = this.#tools;
    let cancelTimer = (): void => undefined;
    const stop = (): void => {
      const graceMs = graceOf(this.#signal, options.killGraceMs);
      this.#graceEndsAt = clock.monotonic() + graceMs;
      tree.terminate();
      const timer = clock.setTimer(graceMs, () => void tree.killAll());
      cancelTimer = () => timer.cancel();
    };
    if (this.#signal.aborted) stop();
    else this.#signal.addEventListener('abort', stop, { once: true });
    return () => {
      this.#signal.removeEventListener('abort', stop);
      cancelTimer();
    };
  }

  #judge(exit: Exit, usage: Usage, capture: Capture, files: AttemptFiles): Outcome {
    const measured = { runMs: this.#ranMs(), ...usage, exitCode: exit.code };
    if (exit.stopReason !== undefined) return stopped(exit.stopReason, measured);
    if (exit.signal !== null) {
      return failed(
        `SIGNAL_${exit.signal}`,
        this.#explain(`The command was killed by ${exit.signal}`, capture),
        measured,
      );
    }
    if (exit.code !== 0) {
      return failed(
        `EXIT_${exit.code}`,
        this.#explain(`The command exited with code ${exit.code}`, capture),
        measured,
      );
    }
    const check = commandOutput(files, capture.lastLine(), this.#tools.options.outputBytesMax);
    return check.ok ? completed(check.output, measured) : failed(check.code, check.message, measured);
  }

  #explain(what: string, capture: Capture): string {
    const errors = capture.lastErrors();
    return errors === '' ? `${what} and printed nothing on stderr.` : `${what}:\n${errors}`;
  }
}
