/** What the program has started, in order; stopping undoes it in reverse, whatever single parts do. */
import type { Logger } from 'pino';

export class Started {
  readonly #undo: (() => Promise<unknown>)[] = [];

  add(undo: () => Promise<unknown>): void {
    this.#undo.push(undo);
  }

  async undo(log: Logger): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) {
      await undo().catch((error: unknown) => log.error({ err: error }, 'a part failed to stop'));
    }
  }
}
