/**
 * One attempt of a module from taking a thread to its outcome. Made by the module executor for each attempt.
 *
 * States: called → answered (returned, threw, or the thread ended) → over. A stop signal counts until the answer. The
 * promise resolves when the thread is back in the pool or gone, and no process the module started runs any more.
 */
import type { StopSignal } from '../../kit/stop.js';
import type { Clock } from '../../kit/clock.js';
import type { Measured, Outcome } from '../../lifecycle/task.js';
import type { ModuleWork } from '../../lifecycle/work.js';
import type { AbortReason, AttemptSink, AttemptStart } from '../attempt.js';
import { idempotencyKey } from '../attempt-identity.js';
import { AttemptLog } from '../attempt-log.js';
import { checkOutput } from '../output.js';
import { completed, crashed, failed, stopped, graceOf } from '../outcome.js';
import { ProcessTree } from '../processes/process-tree.js';
import { WORKER_MARK_VARIABLE } from '../processes/server-mark.js';
import type { TypeScriptHooks } from '../programs/typescript.js';
import type { ModuleCall, Said } from './module-messages.js';
import type { ModuleOptions } from './module-options.js';
import type { ModuleFile } from './module-path.js';
import type { CallResult, ModuleThread } from './module-thread.js';
import type { ThreadPool } from './thread-pool.js';

export interface ModulePlan {
  readonly pool: ThreadPool;
  readonly file: ModuleFile;
  readonly typeScript: TypeScriptHooks | undefined;
  readonly work: ModuleWork;
  readonly signal: StopSignal;
}

const KILL_AGAIN_MS = 50;

interface Answer {
  readonly result: CallResult;
  /** Why it was told to stop before it answered; undefined when it ended by itself. */
  readonly stopReason: unknown;
}

export class ModuleRun {
  readonly #options: ModuleOptions;
  readonly #clock: Clock;
  readonly #attempt: AttemptStart;
  readonly #sink: AttemptSink;
  readonly #log: AttemptLog;
  readonly #beganAt: number;

  constructor(options: ModuleOptions, clock: Clock, attempt: AttemptStart, sink: AttemptSink) {
    this.#options = options;
    this.#clock = clock;
    this.#attempt = attempt;
    this.#sink = sink;
    this.#log = new AttemptLog(sink, clock, options.logBytesMax);
    this.#beganAt = clock.monotonic();
  }

  async outcome(plan: ModulePlan): Promise<Outcome> {
    const thread = plan.pool.take(plan.file.version);
    const mark = { server: this.#options.mark, variable: WORKER_MARK_VARIABLE, value: thread.mark };
    const tree = new ProcessTree(undefined, mark, this.#clock);
    const answer = await this.#call(plan, thread, tree);
    const measured = this.#measured(answer.result, thread);
    await this.#clear(answer, plan.pool, thread, tree);
    return this.#judge(answer, measured);
  }

  async #call(plan: ModulePlan, thread: ModuleThread, tree: ProcessTree): Promise<Answer> {
    const { signal } = plan;
    let cancelTimer = (): void => undefined;
    let hasAnswered = false;
    // A thread that waits in execSync ends only when the process it waits for does, which it may be about to start.
    const killWhatItWaitsFor = async (): Promise<void> => {
      await tree.killAll();
      if (!hasAnswered) this.#clock.setTimer(KILL_AGAIN_MS, () => void killWhatItWaitsFor());
    };
    const force = (): void => {
      void thread.terminate();
      void killWhatItWaitsFor();
    };
    const stop = (): void => {
      thread.abort(signal.reason as AbortReason);
      const timer = this.#clock.setTimer(graceOf(signal, this.#options.killGraceMs), force);
      cancelTimer = () => timer.cancel();
    };
    const answered = thread.call(this.#message(plan), (said) => this.#hear(said));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    signal.addEventListener('force', force, { once: true });
    const result = await answered;
    hasAnswered = true;
    signal.removeEventListener('abort', stop);
    signal.removeEventListener('force', force);
    cancelTimer();
    return { result, stopReason: signal.aborted ? (signal.reason ?? null) : undefined };
  }

  #message({ work, file, typeScript }: ModulePlan): ModuleCall {
    return {
      url: file.url,
      exportName: work.export ?? 'default',
      typeScript,
      inputs: this.#attempt.inputs,
      input: work.input ?? null,
      attempt: this.#attempt.attempt,
      taskId: this.#attempt.taskId,
      meshId: this.#attempt.meshId,
      idempotencyKey: idempotencyKey(this.#attempt),
      logBytesMax: this.#options.logBytesMax,
      outputBytesMax: this.#options.outputBytesMax,
    };
  }

  #hear(said: Said): void {
    if (said.type === 'progress') this.#sink.progress(said.fraction, said.message);
    else this.#log.write(said.stream, said.text, said.level);
  }

  #measured(result: CallResult, thread: ModuleThread): Measured {
    const memoryPeakBytes = result.type === 'crashed' ? null : result.memoryBytes;
    return {
      runMs: this.#clock.monotonic() - this.#beganAt,
      cpuMs: thread.cpuMs(),
      memoryPeakBytes,
      exitCode: null,
    };
  }

  /** A thread goes back only if nothing at all of the attempt is left in it. */
  async #clear(answer: Answer, pool: ThreadPool, thread: ModuleThread, tree: ProcessTree): Promise<void> {
    const { result, stopReason } = answer;
    const left = await tree.killAll();
    if (left > 0) this.#log.note('WARN', `killed ${left} process(es) that the module had started`);
    if (result.type === 'returned' && result.isClean && left === 0 && stopReason === undefined)
      return pool.give(thread);
    await thread.terminate();
    await tree.killAll();
  }

  #judge({ result, stopReason }: Answer, measured: Measured): Outcome {
    if (stopReason !== undefined) return stopped(stopReason, measured);
    if (result.type === 'crashed') return crashed('WORKER_FAILED', result.message, measured);
    if (result.type === 'threw') return failed(result.code, result.message, measured);
    // Checked again here: a module can reach the port its thread answers on.
    const check = checkOutput(result.output, this.#options.outputBytesMax);
    return check.ok ? completed(check.output, measured) : failed(check.code, check.message, measured);
  }
}
