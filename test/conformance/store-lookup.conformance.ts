/** What the core looks up by key: tasks, meshes, definitions, inputs, durations. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_MESH_ID } from '../../src/lifecycle/default-mesh.js';
import { attempt, edge, mesh, move, outcome, spec, task, uuid } from '../support/store/batches.js';
import type { Scene } from './store.conformance.js';

const M = uuid(1);
const [A, B, C, D] = [uuid(10), uuid(11), uuid(12), uuid(13)] as const;

export function lookupChapter(scene: Scene): void {
  describe('a lookup', () => {
    it('finds the default mesh from the beginning', async () => {
      const found = await scene.store.findMesh(DEFAULT_MESH_ID);
      expect(found).toEqual({
        id: DEFAULT_MESH_ID,
        tenant: 'default',
        name: 'default',
        status: 'RUNNING',
        createdBy: 'system',
      });
    });

    it('of tasks by id leaves out unknown and deleted ones', async () => {
      const { leader, store } = scene;
      const [a, b] = [task(A, M, { createdBy: 'me' }), task(B, M, { ordinal: 1, status: 'CANCELLED' })];
      await leader.commit({ meshes: [mesh(M)], tasks: [a, b], deletions: [B] });
      expect(await store.findTasks({ ids: [A, B, C] })).toEqual([
        { id: A, meshId: M, key: A, status: 'PENDING', attempt: 0, createdBy: 'me', name: 'A task' },
      ]);
      expect(await store.findTasks({ ids: [] })).toEqual([]);
    });

    it('of tasks by key stays in the mesh and finds deleted ones', async () => {
      const { leader, store } = scene;
      const named = (key: string) => ({ spec: spec({ key }) });
      await leader.commit({
        meshes: [mesh(M), mesh(uuid(2))],
        tasks: [
          task(A, M, named('a')),
          task(B, M, { ...named('b'), ordinal: 1, status: 'SKIPPED' }),
          task(C, uuid(2), named('a')),
        ],
        deletions: [B],
      });
      const found = await store.findTasks({ meshId: M, keys: ['a', 'b', 'c'] });
      expect(found.map((row) => row.id).sort()).toEqual([A, B]);
      expect(await store.findTasks({ meshId: M, keys: [] })).toEqual([]);
    });

    it('of what does not exist answers undefined', async () => {
      expect(await scene.store.findMesh(uuid(77))).toBeUndefined();
      expect(await scene.store.findCommand('nothing')).toBeUndefined();
      expect(await scene.store.meshDefinition(uuid(77))).toBeUndefined();
      expect(await scene.store.inputsOf(uuid(77))).toEqual([]);
    });

    it('of inputs answers the outputs of completed DATA sources, by key', async () => {
      const { leader, store } = scene;
      const done = (id: string, key: string, ordinal: number) =>
        task(id, M, { spec: spec({ key }), ordinal, status: 'COMPLETED', output: { from: key } });
      await leader.commit({
        meshes: [mesh(M)],
        tasks: [
          done(A, 'a', 0),
          done(B, 'b', 1),
          task(C, M, { ordinal: 2, status: 'SKIPPED' }),
          task(D, M, { ordinal: 3 }),
          done(uuid(14), 'e', 4),
        ],
        edges: [
          edge(uuid(20), M, [A, D], { type: 'DATA' }),
          edge(uuid(21), M, [B, D]),
          edge(uuid(22), M, [C, D], { type: 'DATA' }),
          edge(uuid(23), M, [uuid(14), D], { type: 'DATA' }),
        ],
      });
      await leader.commit({ edgeRemovals: [{ sourceId: uuid(14), targetId: D }] }, [
        { type: 'EDGE_REMOVED', meshId: M },
      ]);
      expect(await store.inputsOf(D)).toEqual([{ key: 'a', output: { from: 'a' } }]);
    });
  });

  describe('a definition', () => {
    it('holds the tasks in order of their ordinals and the edges among them, deleted tasks left out', async () => {
      const { leader, store } = scene;
      await leader.commit({
        meshes: [mesh(M, { description: 'why', tags: ['t'] })],
        tasks: [
          task(B, M, { ordinal: 0 }),
          task(A, M, { ordinal: 1 }),
          task(C, M, { ordinal: 2, status: 'CANCELLED' }),
        ],
        edges: [edge(uuid(20), M, [B, A], { type: 'DATA', weight: 0.25 }), edge(uuid(21), M, [A, C])],
        deletions: [C],
      });
      expect(await store.meshDefinition(M)).toEqual({
        mesh: {
          id: M,
          tenant: 'default',
          name: 'A mesh',
          status: 'RUNNING',
          createdBy: 'owner',
          description: 'why',
          tags: ['t'],
          metadata: {},
          origin: null,
        },
        tasks: [
          { id: B, spec: spec({ key: B }), status: 'PENDING', ordinal: 0 },
          { id: A, spec: spec({ key: A }), status: 'PENDING', ordinal: 1 },
        ],
        edges: [edge(uuid(20), M, [B, A], { type: 'DATA', weight: 0.25 })],
      });
    });

    it('of some tasks takes along the sources they wait for, and no others', async () => {
      const { leader, store } = scene;
      await leader.commit({
        meshes: [mesh(M)],
        tasks: [A, B, C, D].map((each, ordinal) => task(each, M, { ordinal })),
        edges: [
          edge(uuid(20), M, [A, B]),
          edge(uuid(21), M, [B, C], { type: 'SOFT' }),
          edge(uuid(22), M, [D, C], { type: 'RESOURCE' }),
        ],
      });
      const definition = await store.meshDefinition(M, [C]);
      expect(definition?.tasks.map((row) => row.id)).toEqual([B, C]);
      expect(definition?.edges.map((row) => row.id)).toEqual([uuid(21)]);
      expect((await store.meshDefinition(M, []))?.tasks).toEqual([]);
    });
  });

  describe('durations', () => {
    it('are the newest completed run times of the kinds that ran last', async () => {
      const { leader, store } = scene;
      const kinds = ['old', 'slow', 'slow', 'slow', 'new'];
      const ids = kinds.map((_, index) => uuid(30 + index));
      await leader.commit({
        meshes: [mesh(M)],
        tasks: ids.map((id, ordinal) =>
          task(id, M, {
            ordinal,
            status: 'RUNNING',
            spec: spec({ key: id, typeKey: kinds[ordinal] as string }),
          }),
        ),
        attempts: ids.map((id, index) => attempt(id, { token: index + 1 })),
      });
      for (const [index, id] of ids.entries()) {
        await scene.world.passTime(2);
        const measured = { runMs: index + 1, cpuMs: null, memoryPeakBytes: null, exitCode: null };
        await leader.commit({
          transitions: [move(id, 'RUNNING', 'COMPLETED')],
          outcomes: [outcome(id, M, { token: index + 1, measured })],
        });
      }
      expect(await store.durations(2, 2)).toEqual([
        { typeKey: 'new', runMs: [5] },
        { typeKey: 'slow', runMs: [4, 3] },
      ]);
      expect(await store.durations(9, 9)).toHaveLength(3);
    });

    it('leave out attempts that did not complete or were not measured', async () => {
      const { leader, store } = scene;
      const failure = { kind: 'ERROR', code: 'X', message: 'x' } as const;
      await leader.commit({
        meshes: [mesh(M)],
        tasks: [task(A, M, { status: 'RUNNING' }), task(B, M, { status: 'RUNNING', ordinal: 1 })],
        attempts: [attempt(A), attempt(B, { token: 2 })],
        outcomes: [
          outcome(A, M, { outcome: 'FAILED', failure }),
          outcome(B, M, { token: 2, measured: null }),
        ],
      });
      expect(await store.durations(5, 5)).toEqual([]);
    });
  });
}
