/**
 * Runs `command` work as child processes of the process it lives in: the command host in production (see
 * ../command-host), whose small memory makes forking cheap. Never a shell unless the work says so, never reads the
 * environment of its own process.
 */
import type { StopSignal } from '../../kit/stop.js';
import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../kit/clock.js';
import type { Outcome } from '../../lifecycle/task.js';
import type { AttemptSink, AttemptStart } from '../attempt.js';
import type { Executor } from '../executor.js';
import { crashed, ranFor } from '../outcome.js';
import { attemptsDir } from '../processes/orphans.js';
import type { CommandOptions } from './command-options.js';
import { CommandRun, type CommandTools } from './command-run.js';
import { PipePool } from './pipe-pool.js';
import { UsageMeter } from './usage-meter.js';

export class CommandExecutor implements Executor {
  readonly kind = 'command';
  readonly #tools: CommandTools;

  constructor(options: CommandOptions, clock: Clock) {
    const ownDir = join(attemptsDir(options.stateDir), options.mark);
    this.#tools = {
      options,
      clock,
      pipes: new PipePool(ownDir),
      usage: new UsageMeter(clock),
      filesDir: ownDir,
    };
  }

  async execute(attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome> {
    if (!('command' in attempt.work)) return crashed('EXECUTOR_FAULT', 'not command work', ranFor(0));
    return new CommandRun(this.#tools, attempt, attempt.work.command, signal, sink).outcome();
  }

  /** The server's folder goes too, unless another executor of the same server still keeps something there. */
  async close(): Promise<void> {
    this.#tools.usage.close();
    this.#tools.pipes.close();
    try {
      rmdirSync(this.#tools.filesDir);
    } catch {
      // Not empty, or never made.
    }
  }
}
