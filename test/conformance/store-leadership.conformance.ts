/** One leads at a time; whoever led before is fenced. */
import { describe, expect, it } from 'vitest';
import { Leader, mesh, task, uuid } from '../support/store/batches.js';
import type { Scene } from './store.conformance.js';

const M = uuid(1);
const forever = (): AbortSignal => new AbortController().signal;

export function leadershipChapter(scene: Scene): void {
  describe('leadership', () => {
    it('goes to the next who waits when it is released, with a higher epoch', async () => {
      const { leader, world } = scene;
      const other = world.open();
      const waiting = other.lead(forever());
      await leader.commit({ meshes: [mesh(M)] });
      await leader.lease.release();
      const lease = await waiting;
      expect(lease.epoch).toBeGreaterThan(leader.lease.epoch);
      expect(await leader.lease.lost).toBeTruthy();
    });

    it('goes to one of many who wait', async () => {
      const { leader, world } = scene;
      const waiting = [world.open(), world.open(), world.open()].map((store) => store.lead(forever()));
      await leader.lease.release();
      const first = await Promise.race(waiting);
      const order = [first.epoch];
      for (let lease = first; order.length < 3; order.push(lease.epoch)) {
        await lease.release();
        const settled = waiting.map(async (promise) => {
          const candidate = await promise;
          return order.includes(candidate.epoch) ? new Promise<never>(() => {}) : candidate;
        });
        lease = await Promise.race(settled);
      }
      expect(order).toEqual([...order].sort((a, b) => a - b));
    });

    it('is not waited for when the signal aborts, before or meanwhile', async () => {
      const other = scene.world.open();
      await expect(other.lead(AbortSignal.abort())).rejects.toThrow();
      const abort = new AbortController();
      const waiting = other.lead(abort.signal);
      abort.abort();
      await expect(waiting).rejects.toThrow();
      await scene.leader.commit({ meshes: [mesh(M)] });
    });

    it('is lost when its session breaks, and says so', async () => {
      const { leader, world, store } = scene;
      const waiting = world.open().lead(forever());
      expect(await leader.lease.holds()).toBe(true);
      await world.breakSession(store);
      expect(await leader.lease.holds()).toBe(false);
      expect(await leader.lease.lost).toBeTruthy();
      const next = await waiting;
      expect(next.epoch).toBeGreaterThan(leader.lease.epoch);
      expect(await next.holds()).toBe(true);
    });

    it('may be released twice, and closing the store releases it', async () => {
      const { leader, world, store } = scene;
      await leader.lease.release();
      await leader.lease.release();
      const again = await Leader.of(store);
      const waiting = world.open().lead(forever());
      await store.close();
      expect((await waiting).epoch).toBeGreaterThan(again.lease.epoch);
    });
  });

  describe('a fenced leader', () => {
    it('commits nothing, not even what it had sent before', async () => {
      const { leader, world } = scene;
      await leader.commit({ meshes: [mesh(M)] });
      await leader.lease.release();
      const second = await Leader.of(world.open());
      const batch = leader.next({ tasks: [task(uuid(10), M)] });
      expect(await leader.send(batch)).toEqual({ kind: 'fenced' });
      expect(await leader.send(batch)).toEqual({ kind: 'fenced' });
      await second.commit({ tasks: [task(uuid(10), M)] });
      expect(await leader.send(batch)).toEqual({ kind: 'fenced' });
    });

    it('may not recover either', async () => {
      const { leader, world, store } = scene;
      await leader.lease.release();
      const second = await Leader.of(world.open());
      await expect(store.load(leader.lease.epoch)).rejects.toThrow();
      expect((await second.store.load(second.lease.epoch)).lastEventSeq).toBe(0);
    });

    it('does not pass for the last batch of another epoch', async () => {
      const { leader, world } = scene;
      await leader.commit({ meshes: [mesh(M)] });
      await leader.lease.release();
      const second = await Leader.of(world.open());
      const stale = { epoch: second.lease.epoch, seq: second.batchSeq };
      expect(await second.store.commit(stale, second.next({}))).not.toMatchObject({ kind: 'applied' });
    });

    it('leaves numbering to the next one without a gap', async () => {
      const { leader, world, store } = scene;
      await leader.commit({ meshes: [mesh(M)] }, [{ type: 'MESH_SUBMITTED', meshId: M }]);
      await leader.lease.release();
      const second = await Leader.of(world.open());
      await second.commit({}, [{ type: 'MESH_PAUSED', meshId: M }]);
      expect((await store.eventsAfter(0, {}, 10)).events.map((event) => event.seq)).toEqual([1, 2]);
    });
  });
}
