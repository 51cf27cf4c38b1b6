/**
 * Notes when the product starts and ends the tasks named `t0`, `t1`, … : between its call of the layer and the layer's answer,
 * which is what a peer's handler is. Patched into the layer's class in the process that is measured; it costs two
 * readings of the clock a task.
 */
import { now } from './clock.js';

interface Runs {
  start(attempt: { readonly taskName: string }, ...rest: unknown[]): Promise<unknown>;
}

export interface Ran {
  readonly startedAt: readonly number[];
  readonly doneAt: readonly number[];
  readonly cpuMs: number;
  readonly repeated: number;
}

export class WorkRecord {
  #startedAt: number[] = [];
  #doneAt: number[] = [];
  #left = 0;
  #repeated = 0;
  #allRan: () => void = () => {};
  #firstStart: number | undefined;
  #cpuBefore = process.cpuUsage();
  #cpuMs = 0;
  #starting: ((at: number) => void)[] = [];

  /** Notes what the layer runs from now on, whichever object of its class does. */
  static of(layer: Runs): WorkRecord {
    const record = new WorkRecord();
    const { start } = layer;
    layer.start = async function (this: Runs, attempt, ...rest) {
      const task = Number(attempt.taskName.slice(1));
      record.#begin(task);
      const outcome = await start.call(this, attempt, ...rest);
      record.#end(task);
      return outcome;
    };
    return record;
  }

  /** From now on these many tasks are noted, anew; whatever has a higher number runs unnoted. */
  expect(tasks: number): void {
    this.#startedAt = new Array<number>(tasks).fill(0);
    this.#doneAt = new Array<number>(tasks).fill(0);
    this.#left = tasks;
    this.#repeated = 0;
    this.#firstStart = undefined;
  }

  async allRan(): Promise<void> {
    if (this.#left > 0) await new Promise<void>((resolve) => (this.#allRan = resolve));
  }

  /** When a handler of this process was first called; waits for it. */
  async first(): Promise<number> {
    return this.#firstStart ?? (await this.next());
  }

  /** When a handler is next called. */
  next(): Promise<number> {
    return new Promise((resolve) => this.#starting.push(resolve));
  }

  times(): Ran {
    return {
      startedAt: this.#startedAt,
      doneAt: this.#doneAt,
      cpuMs: this.#cpuMs,
      repeated: this.#repeated,
    };
  }

  #begin(task: number): void {
    const at = now();
    if (this.#firstStart === undefined) {
      this.#firstStart = at;
      this.#cpuBefore = process.cpuUsage();
    }
    if (this.#starting.length > 0) for (const resolve of this.#starting.splice(0)) resolve(at);
    if ((this.#startedAt[task] ?? 0) > 0) this.#repeated++;
    else if (task < this.#startedAt.length) this.#startedAt[task] = at;
  }

  #end(task: number): void {
    if (this.#doneAt[task] !== 0) return;
    this.#doneAt[task] = now();
    this.#left--;
    if (this.#left > 0) return;
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    this.#cpuMs = (user + system) / 1000;
    this.#allRan();
  }
}
