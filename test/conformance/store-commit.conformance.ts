/** What a batch may hold, and that it is applied once, whole, in order. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/kit/json.js';
import { attempt, edge, mesh, move, outcome, spec, task, uuid } from '../support/store/batches.js';
import type { Scene } from './store.conformance.js';

const M = uuid(1);
const [A, B, C] = [uuid(10), uuid(11), uuid(12)] as const;

export function commitChapter(scene: Scene): void {
  describe('a batch', () => {
    it('that is empty is applied, and time does not go back', async () => {
      const first = await scene.leader.commit({});
      const second = await scene.leader.commit({});
      expect(second).toBeGreaterThanOrEqual(first);
      expect(Number.isInteger(first)).toBe(true);
    });

    it('of every kind of row at once is applied whole', async () => {
      const { leader, store } = scene;
      await leader.commit(
        {
          meshes: [mesh(M, { tags: ['x'], metadata: { a: 1 } })],
          tasks: [task(A, M), task(B, M, { ordinal: 1 }), task(C, M, { ordinal: 2 })],
          edges: [edge(uuid(20), M, [A, B]), edge(uuid(21), M, [B, C], { type: 'DATA', weight: 1.5 })],
          commands: [{ key: 'once', kind: 'submitMesh', requestHash: 'h', meshId: M, taskId: null }],
        },
        [{ type: 'MESH_SUBMITTED', meshId: M, to: 'RUNNING' }],
      );
      await leader.commit(
        {
          tasks: [task(uuid(13), M, { ordinal: 3 })],
          edges: [edge(uuid(22), M, [A, uuid(13)])],
          edgeRemovals: [{ sourceId: A, targetId: B }],
          transitions: [move(A, 'PENDING', 'RUNNING', { queued: true })],
          respecifications: [{ id: C, spec: spec({ key: C, name: 'renamed', tags: ['t'] }) }],
          deletions: [B],
          attempts: [attempt(A)],
          meshTransitions: [{ id: M, fromStatus: 'RUNNING', status: 'PAUSED', finished: false }],
        },
        [
          { type: 'TASK_QUEUED', meshId: M, taskId: A, from: 'PENDING', to: 'QUEUED' },
          {
            type: 'TASK_STARTED',
            meshId: M,
            taskId: A,
            from: 'QUEUED',
            to: 'RUNNING',
            payload: { attempt: 1 },
          },
        ],
      );
      await leader.commit(
        {
          transitions: [move(A, 'RUNNING', 'COMPLETED', { output: { ok: true } })],
          outcomes: [outcome(A, M)],
        },
        [
          {
            type: 'TASK_COMPLETED',
            meshId: M,
            taskId: A,
            from: 'RUNNING',
            to: 'COMPLETED',
            payload: { attempt: 1 },
          },
        ],
      );
      const definition = await store.meshDefinition(M);
      expect(definition?.mesh).toMatchObject({ status: 'PAUSED', tags: ['x'], metadata: { a: 1 } });
      expect(definition?.tasks.map((row) => [row.id, row.status, row.spec.name])).toEqual([
        [A, 'COMPLETED', 'A task'],
        [C, 'PENDING', 'renamed'],
        [uuid(13), 'PENDING', 'A task'],
      ]);
      expect(definition?.edges.map((row) => row.id)).toEqual([uuid(22)]);
      expect((await store.eventsAfter(0, {}, 10)).events.map((event) => event.type)).toEqual([
        'MESH_SUBMITTED',
        'TASK_QUEUED',
        'TASK_STARTED',
        'TASK_COMPLETED',
      ]);
    });

    it('takes a whole life of a task in one go: inserted, started, ended', async () => {
      const { leader, store } = scene;
      await leader.commit({
        meshes: [mesh(M)],
        tasks: [
          task(A, M, {
            status: 'COMPLETED',
            attempt: 1,
            queued: true,
            started: true,
            placedOn: 'LOCAL',
            output: 1,
          }),
        ],
        attempts: [attempt(A)],
        outcomes: [outcome(A, M)],
      });
      expect(await store.findTasks({ ids: [A] })).toMatchObject([{ status: 'COMPLETED', attempt: 1 }]);
      expect(await store.durations(1, 1)).toEqual([{ typeKey: 'wait:a task', runMs: [12.5] }]);
    });

    it('sent again answers the same and is applied once', async () => {
      const { leader, store } = scene;
      const batch = leader.next({ meshes: [mesh(M)] }, [{ type: 'MESH_SUBMITTED', meshId: M }]);
      const first = await leader.send(batch);
      expect(first.kind).toBe('applied');
      expect(await leader.send(batch)).toEqual(first);
      expect((await store.eventsAfter(0, {}, 10)).events).toHaveLength(1);
      await leader.commit({ tasks: [task(A, M)] });
    });

    it('out of order is rejected', async () => {
      const { leader, store } = scene;
      const batch = leader.next({ meshes: [mesh(M)] });
      expect(await store.commit({ ...leader.key, seq: leader.batchSeq + 1 }, batch)).toMatchObject({
        kind: 'rejected',
      });
      expect(await leader.send(batch)).toMatchObject({ kind: 'applied' });
      expect(await store.commit({ ...leader.key, seq: leader.batchSeq - 1 }, batch)).toMatchObject({
        kind: 'rejected',
      });
    });

    it('that is rejected leaves nothing behind, and the next one takes its number', async () => {
      const { leader, store } = scene;
      await leader.commit({ meshes: [mesh(M)], tasks: [task(A, M)] }, [
        { type: 'MESH_SUBMITTED', meshId: M },
      ]);
      await leader.refusal(
        {
          meshes: [mesh(uuid(2))],
          tasks: [task(B, M)],
          edges: [edge(uuid(20), M, [A, B])],
          commands: [{ key: 'k', kind: 'x', requestHash: 'h', meshId: null, taskId: null }],
          transitions: [move(A, 'QUEUED', 'RUNNING')],
        },
        [{ type: 'TASK_CREATED', meshId: M, taskId: B }],
      );
      expect(await store.findMesh(uuid(2))).toBeUndefined();
      expect(await store.findTasks({ ids: [B] })).toEqual([]);
      expect(await store.findCommand('k')).toBeUndefined();
      expect((await store.eventsAfter(0, {}, 10)).events).toHaveLength(1);
      await leader.commit({ tasks: [task(B, M)] }, [{ type: 'TASK_CREATED', meshId: M, taskId: B }]);
    });

    it('with a gap in its events, or after the stored ones, is rejected', async () => {
      const { leader } = scene;
      const event = { type: 'MESH_SUBMITTED', meshId: M };
      await leader.commit({ meshes: [mesh(M)] }, [event]);
      for (const seqs of [[3], [1], [2, 4], [2, 2], [2, 3, 5]]) {
        expect(
          await leader.refusal(
            {},
            seqs.map((seq) => ({ ...event, seq })),
          ),
        ).toBeTruthy();
      }
      await leader.commit({}, [event]);
    });

    it('takes the output of another task at insertion', async () => {
      const { leader, store } = scene;
      await leader.commit({
        meshes: [mesh(M)],
        tasks: [task(A, M, { status: 'COMPLETED', output: { rows: 3 } })],
      });
      await leader.commit({
        meshes: [mesh(uuid(2), { parentMeshId: M, rerunStrategy: 'FROM_FAILURE' })],
        tasks: [
          task(B, uuid(2), { status: 'COMPLETED', output: undefined, outputFrom: A, rerunOf: A }),
          task(C, uuid(2), { ordinal: 1 }),
        ],
        edges: [edge(uuid(20), uuid(2), [B, C], { type: 'DATA' })],
      });
      expect(await store.inputsOf(C)).toEqual([{ key: B, output: { rows: 3 } }]);
    });

    it('stores a submission of thousands', async () => {
      const { leader, store } = scene;
      const ids = Array.from({ length: 2000 }, (_, index) => uuid(1000 + index));
      await leader.commit(
        {
          meshes: [mesh(M)],
          tasks: ids.map((id, ordinal) => task(id, M, { ordinal })),
          edges: ids.slice(1).map((id, index) => edge(uuid(10_000 + index), M, [ids[index] as string, id])),
        },
        ids.map((id) => ({ type: 'TASK_CREATED', meshId: M, taskId: id })),
      );
      expect((await store.meshDefinition(M))?.edges).toHaveLength(1999);
      expect(await store.eventsAfter(1990, {}, 100)).toMatchObject({ scannedTo: 2000 });
    });
  });

  describe('what people write', () => {
    const odd = 'nul \u0000, lone \ud800 and \udc00, pair \u{1f600}, dle \u0010, quote " \\ {a,b} NULL';
    const outputs: Record<string, Json> = {
      'a NUL': 'a\u0000b',
      'lone surrogates': ['\ud800', '\udfff', '\u{1f600}'],
      'a key with NUL': { 'x\u0000y': 1, __proto__x: 2 },
      'big and small numbers': [1e21, 1e308, 5e-324, 0.1 + 0.2, 2 ** 53, -(2 ** 53)],
      'the order of keys': { b: 1, a: 2, 10: 3 },
      'an empty string': '',
      null: null,
      false: false,
      zero: 0,
      'deep nesting': Array.from({ length: 200 }).reduce<Json>((inner) => [inner], 'x'),
      'a megabyte': 'ä'.repeat(500_000),
    };

    it.each(Object.keys(outputs))('comes back as it was: output with %s', async (name) => {
      const { leader, store } = scene;
      const output = outputs[name] as Json;
      await leader.commit({
        meshes: [mesh(M)],
        tasks: [task(A, M, { status: 'COMPLETED', output }), task(B, M, { ordinal: 1 })],
        edges: [edge(uuid(20), M, [A, B], { type: 'DATA' })],
      });
      const [input] = await store.inputsOf(B);
      expect(JSON.stringify(input?.output)).toBe(JSON.stringify(output));
    });

    it('-0 comes back as JSON prints it', async () => {
      const { leader, store } = scene;
      await leader.commit({
        meshes: [mesh(M)],
        tasks: [task(A, M, { status: 'COMPLETED', output: -0 }), task(B, M, { ordinal: 1 })],
        edges: [edge(uuid(20), M, [A, B], { type: 'DATA' })],
      });
      expect((await store.inputsOf(B))[0]?.output).toBe(0);
    });

    it('in names, keys, tags, descriptions, payloads and commands comes back as it was', async () => {
      const { leader, store } = scene;
      const given = spec({
        key: odd,
        name: odd,
        description: odd,
        tags: [odd, ''],
        typeKey: odd,
        metadata: { [odd]: odd },
      });
      await leader.commit(
        {
          meshes: [
            mesh(M, { name: odd, description: odd, tags: [odd], createdBy: odd, metadata: { [odd]: odd } }),
          ],
          tasks: [task(A, M, { spec: given, createdBy: odd, reason: odd })],
          commands: [{ key: odd, kind: 'x', requestHash: 'h', meshId: M, taskId: A }],
        },
        [{ type: 'TASK_CREATED', meshId: M, taskId: A, payload: { odd } }],
      );
      const definition = await store.meshDefinition(M);
      expect(definition?.mesh).toMatchObject({ name: odd, description: odd, tags: [odd], createdBy: odd });
      expect(definition?.tasks[0]?.spec).toEqual(given);
      expect(await store.findTasks({ meshId: M, keys: [odd] })).toMatchObject([
        { id: A, key: odd, name: odd, createdBy: odd },
      ]);
      expect(await store.findCommand(odd)).toMatchObject({ key: odd, taskId: A });
      expect((await store.eventsAfter(0, {}, 1)).events[0]?.payload).toEqual({ odd });
      await leader.commit({ respecifications: [{ id: A, spec: { ...given, name: `${odd}2` } }] });
      expect((await store.findTasks({ ids: [A] }))[0]?.name).toBe(`${odd}2`);
    });
  });
}
