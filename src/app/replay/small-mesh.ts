/**
 * The definition of a mesh that is small enough to be replayed. How many tasks it has is asked first: a large one, read as a whole
 * beside the work, costs as much as a tenth of running it.
 */
import type { Reads } from '../../store/reads.js';
import type { MeshDefinition, Store } from '../../store/store.js';

/** Larger ones are not replayed. */
const TASKS_MAX = 500;

export interface MeshSource {
  readonly store: Pick<Store, 'meshDefinition'>;
  readonly reads: Pick<Reads, 'countsByMeshIds'>;
}

export async function smallMesh(
  { store, reads }: MeshSource,
  meshId: string,
): Promise<MeshDefinition | undefined> {
  const [found] = await reads.countsByMeshIds([meshId]);
  const tasks = Object.values(found?.counts ?? {}).reduce((sum, count) => sum + count, 0);
  return tasks > TASKS_MAX ? undefined : await store.meshDefinition(meshId);
}
