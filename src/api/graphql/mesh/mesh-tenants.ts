/**
 * Whose a mesh is, asked for whatever is about to be delivered of one. A mesh keeps its tenant, so what was looked up stays
 * true; the memory of it is bounded.
 */
import type { CommittedEvent } from '../../../events/catalogue.js';
import type { Sieve } from '../../../orchestrator/watch.js';
import type { Reads } from '../../../store/reads.js';

const MESHES_MAX = 50_000;

export class MeshTenants {
  readonly #reads: Pick<Reads, 'meshesByIds'>;
  readonly #known = new Map<string, string>();
  readonly #learning = new Map<string, Promise<void>>();

  /** Of all tenants. */
  constructor(reads: Pick<Reads, 'meshesByIds'>) {
    this.#reads = reads;
  }

  /** Lets those events through that are of this tenant; at once where their meshes are known. */
  sieve(tenant: string): Sieve<CommittedEvent> {
    const own = (batch: readonly CommittedEvent[]): CommittedEvent[] =>
      batch.filter(({ meshId }) => this.#known.get(meshId) === tenant);
    return (batch) =>
      batch.every(({ meshId }) => this.#known.has(meshId))
        ? own(batch)
        : this.#learn(batch).then(() => own(batch));
  }

  /** What is told of one mesh, as long as it is of this tenant. */
  async *of<T>(tenant: string, meshId: string, payloads: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const payload of payloads) {
      await this.#learn([{ meshId }]);
      if (this.#known.get(meshId) === tenant) yield payload;
    }
  }

  /** What is being looked up is waited for: an event of an unknown mesh comes to all who watch at the same time. */
  async #learn(batch: readonly Pick<CommittedEvent, 'meshId'>[]): Promise<void> {
    const unknown = new Set<string>();
    for (const { meshId } of batch) if (!this.#known.has(meshId)) unknown.add(meshId);
    if (unknown.size === 0) return;
    const ids = [...unknown].filter((id) => !this.#learning.has(id));
    if (ids.length > 0) {
      const learning = this.#lookUp(ids).finally(() => {
        for (const id of ids) this.#learning.delete(id);
      });
      for (const id of ids) this.#learning.set(id, learning);
    }
    await Promise.all(new Set([...unknown].map((id) => this.#learning.get(id))));
  }

  async #lookUp(ids: readonly string[]): Promise<void> {
    const meshes = await this.#reads.meshesByIds(ids);
    for (const mesh of meshes) this.#known.set(mesh.id, mesh.tenant);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MESHES_MAX) return;
      this.#known.delete(oldest);
    }
  }
}
