/** The list of servers: who is on it, since when silent, how far behind, and how one comes off it. */
import { describe, expect, it } from 'vitest';
import type { ServerBeat, ServerIdentity } from '../../src/store/servers.js';
import { mesh, uuid } from '../support/store/batches.js';
import type { Scene } from './store.conformance.js';

const server = (id: string, home = `home of ${id}`): ServerIdentity => {
  return { id, home, instanceName: `name \u0000 of ${id}`, version: '1.2.3' };
};
const beat = (changes: Partial<ServerBeat> = {}): ServerBeat => {
  return {
    url: null,
    state: 'FOLLOWING',
    epoch: null,
    eventSeq: null,
    layers: [{ name: 'LOCAL' }],
    ...changes,
  };
};

export function serverChapter(scene: Scene): void {
  const ids = async (): Promise<string[]> =>
    (await scene.world.servers.roster()).servers.map(({ id }) => id).sort();

  describe('a server', () => {
    it('is on the list as it says it is, from its first word on', async () => {
      const { servers } = scene.world;
      await servers.join(server('a'), beat());
      expect(await servers.beat('a', beat({ url: 'http://x', state: 'LEADING', epoch: 7 }))).toBe(true);
      const { servers: listed, epoch } = await servers.roster();
      expect(epoch).toBe(scene.leader.lease.epoch);
      expect(listed).toMatchObject([
        {
          ...{ id: 'a', instanceName: 'name \u0000 of a', version: '1.2.3', url: 'http://x' },
          ...{ state: 'LEADING', epoch: 7, lagEvents: 0, layers: [{ name: 'LOCAL' }] },
        },
      ]);
      expect(listed[0]?.startedAt).toBeInstanceOf(Date);
    });

    it('is silent for as long as the clock of the database says', async () => {
      const { servers } = scene.world;
      await servers.join(server('a'), beat());
      await scene.world.passTime(30);
      expect((await servers.roster()).servers[0]?.silentMs).toBeGreaterThanOrEqual(30);
      const beganAt = performance.now();
      await servers.beat('a', beat());
      const [beaten] = (await servers.roster()).servers;
      expect(beaten?.silentMs).toBeLessThanOrEqual(performance.now() - beganAt + 1);
    });

    it('is behind by what was committed since its subscribers heard, and not at all when it has none', async () => {
      const { servers } = scene.world;
      const told = { type: 'MESH_SUBMITTED', meshId: uuid(1), to: 'RUNNING' } as const;
      await scene.leader.commit({ meshes: [mesh(uuid(1))] }, [told, told, told]);
      await servers.join(server('a'), beat());
      const lag = async (eventSeq: number | null): Promise<number | undefined> => {
        await servers.beat('a', beat({ eventSeq }));
        return (await servers.roster()).servers[0]?.lagEvents;
      };
      expect([await lag(1), await lag(3), await lag(9), await lag(null)]).toEqual([2, 0, 0, 0]);
    });

    it('takes the place of the one that lived in its home before, and of no other', async () => {
      const { servers } = scene.world;
      await servers.join(server('a', 'home 1'), beat());
      await servers.join(server('b', 'home 2'), beat());
      await servers.join(server('c', 'home 1'), beat());
      expect(await ids()).toEqual(['b', 'c']);
      expect(await servers.beat('a', beat())).toBe(false);
    });

    it('that is silent too long comes off the list, and learns it from its next word', async () => {
      const { servers } = scene.world;
      await servers.join(server('a'), beat());
      await scene.world.passTime(1100);
      await servers.join(server('b'), beat());
      expect(await servers.evict(1000)).toEqual(['a']);
      expect(await servers.evict(1000)).toEqual([]);
      expect(await servers.beat('a', beat())).toBe(false);
      expect(await ids()).toEqual(['b']);
      await servers.join(server('a'), beat());
      expect(await ids()).toEqual(['a', 'b']);
    });

    it('that leaves is off the list at once', async () => {
      const { servers } = scene.world;
      await servers.join(server('a'), beat());
      await servers.leave('a');
      expect(await ids()).toEqual([]);
      expect((await servers.roster()).epoch).toBe(scene.leader.lease.epoch);
    });
  });
}
