/** What a leader that takes over reads: everything open, in one consistent view, and no more. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_MESH_ID } from '../../src/lifecycle/default-mesh.js';
import type { Snapshot } from '../../src/store/store.js';
import { attempt, edge, mesh, move, outcome, spec, task, uuid } from '../support/store/batches.js';
import type { Scene } from './store.conformance.js';

const M = uuid(1);
const id = (number: number): string => uuid(10 + number);

export function recoveryChapter(scene: Scene): void {
  const load = (): Promise<Snapshot> => scene.store.load(scene.leader.lease.epoch);
  const keysOf = (rows: readonly { id: string }[]): string[] => rows.map((row) => row.id).sort();

  describe('recovery', () => {
    it('of a new database finds the default mesh and nothing else', async () => {
      expect(await load()).toMatchObject({
        lastEventSeq: 0,
        meshes: [
          {
            id: DEFAULT_MESH_ID,
            name: 'default',
            status: 'RUNNING',
            createdBy: 'system',
            counts: {},
            nextOrdinal: 0,
          },
        ],
        tasks: [],
        edges: [],
        attempts: [],
      });
    });

    it('knows where batches, history and the clock stand', async () => {
      const at = await scene.leader.commit({ meshes: [mesh(M)] }, [{ type: 'MESH_SUBMITTED', meshId: M }]);
      const snapshot = await load();
      expect(snapshot).toMatchObject({ lastBatchSeq: scene.leader.batchSeq, lastEventSeq: 1 });
      expect(snapshot.now).toBeGreaterThanOrEqual(at);
    });

    it('takes open meshes, their counts and their next ordinal; deleted tasks count for the ordinal only', async () => {
      const { leader } = scene;
      await leader.commit({
        meshes: [
          mesh(M, { name: 'kept' }),
          mesh(uuid(2), { status: 'PAUSED' }),
          mesh(uuid(3), { status: 'FAILED', finished: true }),
        ],
        tasks: [
          task(id(0), M),
          task(id(1), M, { ordinal: 1, status: 'COMPLETED' }),
          task(id(2), M, { ordinal: 2, status: 'COMPLETED' }),
          task(id(3), M, { ordinal: 6, status: 'CANCELLED' }),
          task(id(4), uuid(3), { status: 'FAILED' }),
        ],
        deletions: [id(3)],
      });
      const { meshes } = await load();
      const found = new Map(meshes.map((row) => [row.id, row]));
      expect(keysOf(meshes)).toEqual([DEFAULT_MESH_ID, M, uuid(2)].sort());
      expect(found.get(M)).toMatchObject({
        name: 'kept',
        counts: { PENDING: 1, COMPLETED: 2 },
        nextOrdinal: 7,
      });
      expect(found.get(uuid(2))).toMatchObject({ status: 'PAUSED', counts: {}, nextOrdinal: 0 });
    });

    it('takes open tasks with all that runs them again', async () => {
      const { leader } = scene;
      const given = spec({
        key: 'odd \u0000',
        metadata: { deep: [1, { x: '\ud800' }] },
        concurrency: { key: 'k', limit: 1, strategy: 'QUEUE' },
      });
      await leader.commit({
        meshes: [mesh(M)],
        tasks: [
          task(id(0), M, {
            spec: given,
            status: 'QUEUED',
            ordinal: 3,
            createdBy: 'somebody',
            availableInMs: null,
          }),
        ],
      });
      const [found] = (await load()).tasks;
      expect(found).toMatchObject({ id: id(0), meshId: M, key: 'odd \u0000', spec: given, status: 'QUEUED' });
      expect(found).toMatchObject({
        attempt: 0,
        crashes: 0,
        ordinal: 3,
        createdBy: 'somebody',
        placedOn: null,
        deleted: false,
      });
    });

    it('counts waiting times by the clock of the database', async () => {
      const { leader } = scene;
      await leader.commit({
        meshes: [mesh(M)],
        tasks: [
          task(id(0), M, { availableInMs: 60_000 }),
          task(id(1), M, { ordinal: 1, status: 'QUEUED' }),
          task(id(2), M, { ordinal: 2, availableInMs: 1e300 }),
          task(id(3), M, { ordinal: 3, availableInMs: 0 }),
        ],
      });
      const tasks = new Map((await load()).tasks.map((row) => [row.id, row]));
      expect(tasks.get(id(0))?.availableInMs).toBeGreaterThan(0);
      expect(tasks.get(id(0))?.availableInMs).toBeLessThanOrEqual(60_000);
      expect(tasks.get(id(0))?.queuedForMs).toBeNull();
      expect(tasks.get(id(1))?.availableInMs).toBeNull();
      expect(tasks.get(id(1))?.queuedForMs).toBeGreaterThanOrEqual(0);
      expect(tasks.get(id(2))?.availableInMs).toBeGreaterThan(1e12);
      expect(tasks.get(id(3))?.availableInMs).toBeLessThanOrEqual(0);
    });

    it('forgets a waiting time that a transition does not repeat', async () => {
      const { leader } = scene;
      await leader.commit({ meshes: [mesh(M)], tasks: [task(id(0), M, { availableInMs: 60_000 })] });
      await leader.commit({ transitions: [move(id(0), 'PENDING', 'HELD')] });
      expect((await load()).tasks).toMatchObject([{ status: 'HELD', availableInMs: null }]);
    });

    it('takes ended tasks only downstream of open ones, without their specification, and every edge into a loaded task', async () => {
      const { leader } = scene;
      // 0 ended -> 1 open -> 2 ended -> 3 ended -> 4 open; 5 ended -> 6 ended; 0 -> 3
      const status = [
        'COMPLETED',
        'PENDING',
        'CANCELLED',
        'SKIPPED',
        'PENDING',
        'COMPLETED',
        'COMPLETED',
      ] as const;
      const pairs = [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
        [5, 6],
        [0, 3],
      ] as const;
      await leader.commit({
        meshes: [mesh(M)],
        tasks: status.map((each, index) => task(id(index), M, { status: each, ordinal: index })),
        edges: pairs.map(([from, to], index) =>
          edge(uuid(50 + index), M, [id(from), id(to)], { type: 'SOFT' }),
        ),
      });
      const { tasks, edges } = await load();
      expect(keysOf(tasks)).toEqual([1, 2, 3, 4].map(id));
      expect(
        tasks
          .filter((row) => row.spec === null)
          .map((row) => row.id)
          .sort(),
      ).toEqual([2, 3].map(id));
      expect(keysOf(edges)).toEqual([0, 1, 2, 3, 5].map((index) => uuid(50 + index)));
    });

    it('does not follow removed edges', async () => {
      const { leader } = scene;
      await leader.commit({
        meshes: [mesh(M)],
        tasks: [task(id(0), M), task(id(1), M, { status: 'SKIPPED', ordinal: 1 })],
        edges: [edge(uuid(50), M, [id(0), id(1)])],
      });
      expect((await load()).tasks).toHaveLength(2);
      await leader.commit({ edgeRemovals: [{ sourceId: id(0), targetId: id(1) }] }, [
        { type: 'EDGE_REMOVED', meshId: M },
      ]);
      expect(await load()).toMatchObject({ tasks: [{ id: id(0) }], edges: [] });
    });

    it('counts the attempts that a task has spent by itself', async () => {
      const { leader } = scene;
      const failure = { kind: 'ERROR', code: 'X', message: 'x' } as const;
      const ends = ['FAILED', 'CRASHED', 'TIMED_OUT'] as const;
      await leader.commit({
        meshes: [mesh(M)],
        tasks: [task(id(0), M, { status: 'QUEUED', queued: true }), task(id(1), M, { ordinal: 1 })],
      });
      for (const [before, end] of ends.entries()) {
        const number = before + 1;
        const crashes = end === 'FAILED' ? 0 : 1;
        await leader.commit({
          transitions: [move(id(0), 'QUEUED', 'RUNNING', { fromAttempt: before, attempt: number })],
          attempts: [attempt(id(0), { attempt: number, token: number })],
        });
        await leader.commit({
          transitions: [move(id(0), 'RUNNING', 'QUEUED', { fromAttempt: number, attempt: number, crashes })],
          outcomes: [outcome(id(0), M, { attempt: number, token: number, outcome: end, failure })],
        });
      }
      const spent = (await load()).tasks.map((row) => [row.id, row.attempt, row.crashes, row.spent]);
      expect(spent.sort()).toEqual([
        [id(0), 3, 1, 2],
        [id(1), 0, 0, 0],
      ]);
    });

    it('takes attempts without an outcome', async () => {
      const { leader } = scene;
      const startedAt = await leader.commit({
        meshes: [mesh(M)],
        tasks: [task(id(0), M, { status: 'RUNNING' }), task(id(1), M, { status: 'RUNNING', ordinal: 1 })],
        attempts: [
          attempt(id(0), { token: 2 ** 40 + 1 }),
          attempt(id(1), { token: 2, layer: 'CLUSTER', node: 'n' }),
        ],
      });
      await leader.commit({
        transitions: [move(id(1), 'RUNNING', 'COMPLETED')],
        outcomes: [outcome(id(1), M, { token: 2 })],
      });
      const started = {
        attempt: 1,
        token: 2 ** 40 + 1,
        layer: 'LOCAL',
        node: 'here',
        waitMs: 2.5,
        startedAt,
      };
      expect((await load()).attempts).toEqual([{ taskId: id(0), ...started }]);
    });
  });
}
