/**
 * Runs `module` work: a function of a file under the configured root, in a worker thread of the server. Called by the
 * local layer. Never imports a module into the server's own thread.
 */
import type { StopSignal } from '../../kit/stop.js';
import type { Clock } from '../../kit/clock.js';
import type { Outcome } from '../../lifecycle/task.js';
import type { AttemptSink, AttemptStart } from '../attempt.js';
import type { Executor } from '../executor.js';
import { crashed, failed, ranFor, stopped } from '../outcome.js';
import { SERVER_MARK_VARIABLE } from '../processes/server-mark.js';
import { TRANSFORMER, typeScriptHooks } from '../programs/typescript.js';
import { findModule } from './module-path.js';
import { ModuleRun } from './module-run.js';
import { startModuleThread } from './module-thread.js';
import type { ModuleOptions } from './module-options.js';
import { ThreadPool } from './thread-pool.js';

export class ModuleExecutor implements Executor {
  readonly kind = 'module';
  readonly #options: ModuleOptions;
  readonly #clock: Clock;
  readonly #pool: ThreadPool;
  #threads = 0;

  constructor(options: ModuleOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    const env = { ...options.env, [SERVER_MARK_VARIABLE]: options.mark };
    const start = () => {
      const mark = `${process.pid}-${++this.#threads}`;
      return startModuleThread({ env, heapMbMax: options.heapMbMax, mark });
    };
    this.#pool = new ThreadPool(start, clock);
  }

  async execute(attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome> {
    if (!('module' in attempt.work)) return crashed('EXECUTOR_FAULT', 'not module work', ranFor(0));
    const { module: work } = attempt.work;
    const file = await findModule(this.#options.root, work.path);
    if (!file.ok) return failed(file.code, file.message, ranFor(0));
    const typeScript = file.isTypeScript ? typeScriptHooks() : undefined;
    if (file.isTypeScript && typeScript === undefined) {
      const text = `${work.path} is TypeScript, and the package ${TRANSFORMER} that makes it JavaScript is not installed.`;
      return failed('TYPESCRIPT_UNAVAILABLE', text, ranFor(0));
    }
    if (signal.aborted) return stopped(signal.reason, ranFor(0));
    const run = new ModuleRun(this.#options, this.#clock, attempt, sink);
    return run.outcome({ pool: this.#pool, file, typeScript, work, signal });
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
