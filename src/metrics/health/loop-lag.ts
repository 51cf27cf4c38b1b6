/** How late the event loop is: the cheapest sign that this process is overloaded. Health asks it; it never acts. */
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { Part } from '../../kit/part.js';

const RESOLUTION_MS = 20;

export class LoopLag implements Part {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  async start(): Promise<void> {
    this.#delay.enable();
  }

  async stop(): Promise<void> {
    this.#delay.disable();
  }

  /** 99th percentile since the last reading, in seconds beyond the timer's own resolution; 0 before the first tick. */
  read(): number {
    const lagMs = this.#delay.count === 0 ? 0 : this.#delay.percentile(99) / 1e6 - RESOLUTION_MS;
    this.#delay.reset();
    return Math.max(0, lagMs) / 1000;
  }
}
