/** Whose events are: looked up once, however many watch when they come. */
import { expect, it } from 'vitest';
import type { CommittedEvent } from '../../../src/events/catalogue.js';
import { MeshTenants } from '../../../src/api/graphql/mesh/mesh-tenants.js';
import type { MeshRecord, Reads } from '../../../src/store/reads.js';

const event = (seq: number, meshId: string) => ({ seq, meshId }) as CommittedEvent;

it('asks once for a mesh that a thousand watch, and gives each tenant its own', async () => {
  const asked: (readonly string[])[] = [];
  const reads: Pick<Reads, 'meshesByIds'> = {
    meshesByIds: async (ids) => {
      asked.push(ids);
      return ids.map((id) => ({ id, tenant: id === 'm1' ? 'one' : 'other' }) as MeshRecord);
    },
  };
  const tenants = new MeshTenants(reads);
  const watch = async (tenant: string): Promise<number[]> => {
    const sieve = tenants.sieve(tenant);
    const first = await sieve([event(1, 'm1'), event(2, 'm2')]);
    const second = await sieve([event(3, 'm3')]);
    return [...first, ...second].map(({ seq }) => seq);
  };
  const seen = await Promise.all(
    Array.from({ length: 1000 }, (_, index) => watch(index % 2 === 0 ? 'one' : 'other')),
  );
  expect(seen[0]).toEqual([1]);
  expect(seen[1]).toEqual([2, 3]);
  expect(new Set(seen.map(String)).size).toBe(2);
  expect(asked).toEqual([['m1', 'm2'], ['m3']]);
});
