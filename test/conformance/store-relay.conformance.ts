/** Requests between servers: durable until they are answered, answered once, in the commit that carries them out. */
import { describe, expect, it } from 'vitest';
import type { RelayAnswer } from '../../src/lifecycle/batch.js';
import { mesh, uuid } from '../support/store/batches.js';
import type { Scene } from './store.conformance.js';

const M = uuid(1);
const [P, Q, R] = [uuid(101), uuid(102), uuid(103)] as const;
const ODD: RelayAnswer = {
  refusal: { code: 'CONFLICT', message: 'nul \u0000, lone \ud800, "quoted"', details: { deep: [1, null] } },
};

export function relayChapter(scene: Scene): void {
  const sent = (id: string, recipient: string | null = null): Promise<void> =>
    scene.world.relay.send([{ id, sender: 'a', recipient, body: { say: `${id} \u0000 \ud800` } }]);
  const openIds = async (recipient: string | null = null, but: string[] = []): Promise<string[]> =>
    (await scene.world.relay.open(recipient, but)).map(({ id }) => id);

  describe('a relayed request', () => {
    it('waits for whom it is meant, in the order of sending, as it was sent', async () => {
      const { relay } = scene.world;
      await sent(Q);
      await sent(P);
      await sent(R, 'b');
      expect(await openIds()).toEqual([Q, P]);
      expect(await openIds(null, [Q])).toEqual([P]);
      const [request] = await relay.open('b', []);
      expect(request).toMatchObject({ id: R, sender: 'a', body: { say: `${R} \u0000 \ud800` } });
      expect(request?.ageMs).toBeGreaterThanOrEqual(0);
    });

    it('sent again under its id is one request', async () => {
      await sent(P);
      await sent(P);
      expect(await openIds()).toEqual([P]);
    });

    it('grows older by the clock of the database', async () => {
      await sent(P);
      await scene.world.passTime(20);
      expect((await scene.world.relay.open(null, []))[0]?.ageMs).toBeGreaterThanOrEqual(20);
    });

    it('is answered by the commit that carries it out, and then waits no more', async () => {
      const { leader, world } = scene;
      await sent(P);
      await sent(Q);
      expect(await world.relay.answers([P, Q])).toEqual([]);
      await leader.commit({
        meshes: [mesh(M)],
        relayAnswers: [
          { id: P, answer: { value: { meshId: M } } },
          { id: Q, answer: ODD },
        ],
      });
      expect(await openIds()).toEqual([]);
      const answers = new Map((await world.relay.answers([P, Q])).map(({ id, answer }) => [id, answer]));
      expect(answers.get(P)).toEqual({ value: { meshId: M } });
      expect(answers.get(Q)).toEqual(ODD);
    });

    it('that has its answer gets no second one: the batch is refused whole', async () => {
      const { leader, store, world } = scene;
      await sent(P);
      await leader.commit({ relayAnswers: [{ id: P, answer: { value: 1 } }] });
      await leader.refusal({ meshes: [mesh(M)], relayAnswers: [{ id: P, answer: { value: 2 } }] });
      expect(await store.findMesh(M)).toBeUndefined();
      expect(await world.relay.answers([P])).toEqual([{ id: P, answer: { value: 1 } }]);
      await leader.refusal({ relayAnswers: [{ id: Q, answer: { value: 3 } }] });
    });

    it('is not answered by a leader whose time is over', async () => {
      const { leader, store, world } = scene;
      await sent(P);
      await leader.lease.release();
      await world.open().lead(new AbortController().signal);
      const late = leader.next({ meshes: [mesh(M)], relayAnswers: [{ id: P, answer: { value: 1 } }] });
      expect(await leader.send(late)).toEqual({ kind: 'fenced' });
      expect(await openIds()).toEqual([P]);
      expect(await store.findMesh(M)).toBeUndefined();
    });

    it('between two servers is answered without a commit, and only once', async () => {
      const { leader, world } = scene;
      await sent(P, 'b');
      await world.relay.answer([P, Q]);
      expect(await openIds('b')).toEqual([]);
      expect(await world.relay.answers([P])).toEqual([{ id: P, answer: { value: null } }]);
      await leader.refusal({ relayAnswers: [{ id: P, answer: { value: 2 } }] });
    });

    it('is removed once it has its answer, and not before', async () => {
      const { leader, world } = scene;
      await sent(P);
      await sent(Q);
      await leader.commit({ relayAnswers: [{ id: P, answer: { value: null } }] });
      await world.relay.discard([P, Q]);
      expect(await world.relay.answers([P, Q])).toEqual([]);
      expect(await openIds()).toEqual([Q]);
    });

    it('that is sent again late, when it was removed, is not carried out again', async () => {
      const { leader, world } = scene;
      await sent(P);
      await leader.commit({ relayAnswers: [{ id: P, answer: { value: 1 } }] });
      await world.relay.discard([P]);
      await sent(P);
      expect(await openIds()).toEqual([]);
      expect(await world.relay.answers([P])).toEqual([]);
    });
  });
}
