/** A mesh is read to be replayed only when it is small. */
import { describe, expect, it } from 'vitest';
import { smallMesh } from '../../../src/app/replay/small-mesh.js';
import type { MeshDefinition } from '../../../src/store/store.js';

const DEFINITION = {} as MeshDefinition;

function sourceOf(counts: Readonly<Record<string, number>>) {
  const read: string[] = [];
  return {
    read,
    store: {
      meshDefinition: (id: string) => {
        read.push(id);
        return Promise.resolve(DEFINITION);
      },
    },
    reads: {
      countsByMeshIds: (ids: readonly string[]) => Promise.resolve(ids.map((meshId) => ({ meshId, counts }))),
    },
  };
}

describe('a mesh that is to be replayed', () => {
  it('is read with up to 500 tasks, whatever became of them', async () => {
    const source = sourceOf({ COMPLETED: 300, FAILED: 200 });
    expect(await smallMesh(source, 'm')).toBe(DEFINITION);
    expect(source.read).toEqual(['m']);
  });

  it('is not read at all with more', async () => {
    const source = sourceOf({ COMPLETED: 300, FAILED: 201 });
    expect(await smallMesh(source, 'm')).toBeUndefined();
    expect(source.read).toEqual([]);
  });
});
