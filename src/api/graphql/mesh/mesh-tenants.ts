/**
 * Whose a mesh is, asked for whatever is about to be delivered of one. A mesh keeps its tenant, so what was looked up stays
 * true; the memory of it is bounded.
 */
import type { CommittedEvent } from '../../../events/catalogue.js';
import type { Reads } from '../../../store/reads.js';

const MESHES_MAX = 50_000;

export class MeshTenants {
  readonly #reads: Pick<Reads, 'meshesByIds'>;
  readonly #known = new Map<string, string>();

  /** Of all tenants. */
  constructor(reads: Pick<Reads, 'meshesByIds'>) {
    this.#reads = reads;
  }

  /** Those events that are of this tenant, in their order. */
  async *only(
    tenant: string,
    batches: AsyncIterable<readonly CommittedEvent[]>,
  ): AsyncGenerator<readonly CommittedEvent[]> {
    for await (const batch of batches) {
      await this.#learn(batch);
      const own = batch.filter(({ meshId }) => this.#known.get(meshId) === tenant);
      if (own.length > 0) yield own;
    }
  }

  /** What is told of one mesh, as long as it is of this tenant. */
  async *of<T>(tenant: string, meshId: string, payloads: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const payload of payloads) {
      await this.#learn([{ meshId }]);
      if (this.#known.get(meshId) === tenant) yield payload;
    }
  }

  async #learn(batch: readonly Pick<CommittedEvent, 'meshId'>[]): Promise<void> {
    const unknown = new Set(batch.map(({ meshId }) => meshId).filter((id) => !this.#known.has(id)));
    if (unknown.size === 0) return;
    if (this.#known.size + unknown.size > MESHES_MAX) this.#known.clear();
    const ids = [...new Set(batch.map(({ meshId }) => meshId))].filter((id) => !this.#known.has(id));
    for (const mesh of await this.#reads.meshesByIds(ids)) this.#known.set(mesh.id, mesh.tenant);
  }
}
