/**
 * The server's end of one worker thread. Made by the thread pool, used by the module executor for one call at a time.
 * A thread is a V8 instance of its own: endless loops end with `terminate` (3 ms here), `process.exit` ends the thread
 * only, and its heap has a limit.
 *
 * States: starting → idle ↔ running → ended. Whatever ends it answers the call that was running.
 */
import { Worker } from 'node:worker_threads';
import { assert } from '../../kit/assert.js';
import type { AbortReason } from '../attempt.js';
import { threadCpuMs } from '../processes/process-table.js';
import { WORKER_MARK_VARIABLE } from '../processes/server-mark.js';
import { ownProgram } from '../../kit/own-program.js';
import type { FromThread, ModuleCall, Returned, Said, Threw, ToThread } from './module-messages.js';
import { thrown } from './thrown.js';

/** `crashed`: our own program could not run, the module is not to blame. */
export type CallResult = Returned | Threw | { readonly type: 'crashed'; readonly message: string };

export interface ThreadOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly heapMbMax: number;
  /** What processes that the module starts carry in their environment, see server-mark.ts. */
  readonly mark: string;
}

interface Running {
  readonly listen: (said: Said) => void;
  readonly settle: (result: CallResult) => void;
}

export function startModuleThread(options: ThreadOptions): ModuleThread {
  const worker = new Worker(ownProgram('./module-worker', import.meta.url), {
    // Not the server's environment, which holds its secrets.
    env: { ...options.env, [WORKER_MARK_VARIABLE]: options.mark },
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: options.heapMbMax },
  });
  return new ModuleThread(worker, options.mark);
}

export class ModuleThread {
  /** Undefined until the first call; then the only file version it may serve. */
  version: string | undefined;
  readonly mark: string;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #running: Running | undefined;
  #ending: CallResult | undefined;
  #isReady = false;
  #link: string | null = null;
  #cpuMsBefore = 0;
  #cpuMsAtEnd: number | null = null;

  constructor(worker: Worker, mark: string) {
    this.#worker = worker;
    this.mark = mark;
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', (message: FromThread) => this.#receive(message));
    worker.on('error', (error) => {
      this.#ending = this.#isReady ? uncaught(error) : startFault(error);
    });
    this.#ended = new Promise((resolve) => {
      worker.once('exit', (code) => {
        this.#end(code);
        resolve();
      });
    });
  }

  get hasEnded(): boolean {
    return this.#ending !== undefined;
  }

  call(call: ModuleCall, listen: (said: Said) => void): Promise<CallResult> {
    assert(this.#running === undefined, 'a module thread runs one call at a time');
    this.#worker.ref();
    this.#cpuMsBefore = this.#threadCpuMs() ?? 0;
    return new Promise((settle) => {
      this.#running = { listen, settle };
      if (this.#ending) this.#settle(this.#ending);
      else this.#post({ type: 'run', call });
    });
  }

  abort(reason: AbortReason): void {
    this.#post({ type: 'abort', reason });
  }

  /** What the running or last call has cost; null where threads are not accounted. */
  cpuMs(): number | null {
    const now = this.#threadCpuMs() ?? this.#cpuMsAtEnd;
    return now === null ? null : now - this.#cpuMsBefore;
  }

  /** Idle threads do not keep the server's event loop alive. */
  rest(): void {
    this.#worker.unref();
  }

  /** Resolves when the thread is gone. A blocking call into the system has to return first. */
  async terminate(): Promise<void> {
    this.#cpuMsAtEnd = this.#threadCpuMs();
    void this.#worker.terminate();
    await this.#ended;
  }

  #threadCpuMs(): number | null {
    return this.#link === null ? null : threadCpuMs(this.#link);
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromThread): void {
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        this.#link = message.thread;
        // Starting the thread is our cost, not the module's.
        this.#cpuMsBefore = this.#threadCpuMs() ?? 0;
        break;
      case 'line':
      case 'progress':
        this.#running?.listen(message);
        break;
      case 'returned':
      case 'threw':
        this.#settle(message);
        break;
    }
  }

  #settle(result: CallResult): void {
    const running = this.#running;
    this.#running = undefined;
    running?.settle(result);
  }

  #end(code: number): void {
    this.#ending ??= {
      type: 'threw',
      code: 'MODULE_EXITED',
      message: `The module ended its thread (process.exit, code ${code}) instead of returning.`,
      memoryBytes: null,
    };
    this.#settle(this.#ending);
  }
}

function startFault(error: unknown): CallResult {
  return { type: 'crashed', message: `No worker thread could be started: ${thrown(error).message}` };
}

/** Thrown outside the module's promise (a timer, an event) or by V8 itself. */
function uncaught(error: unknown): Threw {
  const { code, message } = thrown(error);
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return { type: 'threw', code, message, memoryBytes: null };
  const text = 'The module used more memory than a module may (its heap limit) and was ended.';
  return { type: 'threw', code: 'OUT_OF_MEMORY', message: text, memoryBytes: null };
}
