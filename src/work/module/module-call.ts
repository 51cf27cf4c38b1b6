/**
 * One call of a module's function inside its worker thread: import it, give it its context, make JSON of what it
 * returns. Runs in the worker thread only; never throws.
 */
import type { Clock } from '../../kit/clock.js';
import { checkOutput } from '../output.js';
import { enableTypeScript } from '../programs/typescript.js';
import type { ModuleConsole, Say } from './module-console.js';
import type { ModuleCall, Returned, Threw } from './module-messages.js';
import { thrown } from './thrown.js';

type ModuleFunction = (context: object) => unknown;

/** Progress is shown to people: more than 20 reports a second are noise, the last one always counts. */
const PROGRESS_MS = 50;

class Progress {
  readonly #say: Say;
  readonly #clock: Clock;
  #nextAt = 0;
  #held: (() => void) | undefined;

  constructor(say: Say, clock: Clock) {
    this.#say = say;
    this.#clock = clock;
  }

  report(fraction: unknown, message: unknown): void {
    const number = Number(fraction);
    if (Number.isNaN(number)) return;
    const clamped = Math.min(Math.max(number, 0), 1);
    const text = message === undefined || message === null ? null : String(message).slice(0, 1_000);
    this.#held = () => this.#say({ type: 'progress', fraction: clamped, message: text });
    const now = this.#clock.monotonic();
    if (now < this.#nextAt) return;
    this.#nextAt = now + PROGRESS_MS;
    this.flush();
  }

  flush(): void {
    this.#held?.();
    this.#held = undefined;
  }
}

let typeScriptIsEnabled = false;

async function importFunction(call: ModuleCall): Promise<ModuleFunction | Threw> {
  if (call.typeScript && !typeScriptIsEnabled) {
    await enableTypeScript(call.typeScript);
    typeScriptIsEnabled = true;
  }
  const module = (await import(call.url)) as Record<string, unknown>;
  // CommonJS: its exports are the default export, and may themselves be a compiled ES module with a default.
  const inner = module['default'] as Record<string, unknown> | undefined;
  const found = module[call.exportName];
  const candidates = [found, inner?.[call.exportName]];
  const chosen = candidates.find((candidate) => typeof candidate === 'function');
  if (chosen) return chosen as ModuleFunction;
  const name = call.exportName === 'default' ? 'default export' : `export "${call.exportName}"`;
  return {
    type: 'threw',
    code: 'EXPORT_NOT_FOUND',
    message: `The module has no ${name} that is a function.`,
    memoryBytes: null,
  };
}

/** What keeps the event loop of this thread alive, by kind. */
function activeResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function isCleanAgainst(before: Map<string, number>): boolean {
  return [...activeResources()].every(([name, count]) => count <= (before.get(name) ?? 0));
}

/** Heap of this thread and what it holds outside: near the end of an attempt the closest to its peak V8 tells. */
function memoryBytes(): number {
  const { heapTotal, external } = process.memoryUsage();
  return heapTotal + external;
}

export async function runCall(
  call: ModuleCall,
  signal: AbortSignal,
  voice: ModuleConsole,
  say: Say,
  clock: Clock,
): Promise<Returned | Threw> {
  const progress = new Progress(say, clock);
  voice.begin(call.logBytesMax);
  try {
    const run = await importFunction(call);
    if (typeof run !== 'function') return run;
    const before = activeResources();
    const { inputs, input, attempt, taskId, meshId, idempotencyKey } = call;
    const context = {
      ...{ inputs, input, attempt, taskId, meshId, idempotencyKey, signal },
      log: voice.log(),
      progress: (fraction: unknown, message?: unknown) => progress.report(fraction, message),
    };
    const check = checkOutput(await run(context), call.outputBytesMax);
    if (!check.ok)
      return { type: 'threw', code: check.code, message: check.message, memoryBytes: memoryBytes() };
    return {
      type: 'returned',
      output: check.output,
      isClean: isCleanAgainst(before),
      memoryBytes: memoryBytes(),
    };
  } catch (error) {
    return { type: 'threw', ...thrown(error), memoryBytes: memoryBytes() };
  } finally {
    progress.flush();
    voice.end();
  }
}
