/**
 * What one subscriber has still to be told of nodes: the latest of each, so that it is bounded by the number of nodes
 * however slowly it is read.
 */
import type { NodeChange } from '../../layers/nodes.js';

export class LatestChanges {
  readonly #pending = new Map<string, NodeChange>();
  #wake: () => void = () => undefined;

  add(changes: readonly NodeChange[]): void {
    for (const change of changes) {
      const { name } = change.node;
      const earlier = this.#pending.get(name);
      this.#pending.set(name, earlier === undefined ? change : { ...change, from: earlier.from });
    }
    this.#wake();
  }

  async *read(signal: AbortSignal): AsyncGenerator<readonly NodeChange[]> {
    const wake = (): void => this.#wake();
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!signal.aborted) {
        if (this.#pending.size === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
        if (signal.aborted || this.#pending.size === 0) continue;
        const changes = [...this.#pending.values()];
        this.#pending.clear();
        yield changes;
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }
}
