/** History and log lines, as subscribers replay them. */
import { describe, expect, it } from 'vitest';
import { mesh, task, uuid, type Told } from '../support/store/batches.js';
import type { LogRow } from '../../src/store/store.js';
import type { Scene } from './store.conformance.js';

const [M, N] = [uuid(1), uuid(2)] as const;
const [A, B] = [uuid(10), uuid(11)] as const;

const HISTORY: Told[] = [
  { type: 'MESH_SUBMITTED', meshId: M, to: 'RUNNING', payload: { name: 'm' } },
  { type: 'TASK_QUEUED', meshId: M, taskId: A, from: 'PENDING', to: 'QUEUED' },
  { type: 'MESH_SUBMITTED', meshId: N, to: 'RUNNING' },
  { type: 'TASK_QUEUED', meshId: M, taskId: B, from: 'PENDING', to: 'QUEUED' },
  { type: 'TASK_STARTED', meshId: M, taskId: A, from: 'QUEUED', to: 'RUNNING', payload: { attempt: 1 } },
  { type: 'TASK_PROGRESSED', meshId: M, taskId: A, payload: { attempt: 1, fraction: 0.5 } },
];

export function streamChapter(scene: Scene): void {
  describe('history', () => {
    it('tells every event as it was committed, with the time of its commit', async () => {
      const { leader, store } = scene;
      const at = await leader.commit(
        {
          meshes: [mesh(M), mesh(N)],
          tasks: [task(A, M, { status: 'RUNNING' }), task(B, M, { ordinal: 1 })],
        },
        HISTORY,
      );
      const { events, scannedTo } = await store.eventsAfter(0, {}, 100);
      expect(scannedTo).toBe(6);
      expect(events).toEqual(
        HISTORY.map((event, index) => ({
          taskId: null,
          from: null,
          to: null,
          payload: {},
          ...event,
          seq: index + 1,
          at,
        })),
      );
    });

    it('is asked by mesh, task, type and status, and says how far it looked', async () => {
      const { leader, store } = scene;
      await leader.commit(
        {
          meshes: [mesh(M), mesh(N)],
          tasks: [task(A, M, { status: 'RUNNING' }), task(B, M, { ordinal: 1 })],
        },
        HISTORY,
      );
      const seqs = async (...asked: Parameters<typeof store.eventsAfter>): Promise<unknown> => {
        const { events, scannedTo } = await store.eventsAfter(...asked);
        return [events.map((event) => event.seq), scannedTo];
      };
      expect(await seqs(0, { meshId: M }, 100)).toEqual([[1, 2, 4, 5, 6], 6]);
      expect(await seqs(0, { meshId: M }, 2)).toEqual([[1, 2], 2]);
      expect(await seqs(2, { meshId: M, taskId: A }, 100)).toEqual([[5, 6], 6]);
      expect(await seqs(0, { taskId: A, types: ['TASK_STARTED'] }, 100)).toEqual([[5], 6]);
      expect(await seqs(0, { types: ['MESH_SUBMITTED', 'TASK_STARTED'] }, 2)).toEqual([[1, 3], 3]);
      expect(await seqs(0, { statuses: ['QUEUED'] }, 100)).toEqual([[2, 4], 6]);
      expect(await seqs(0, { statuses: [] }, 100)).toEqual([[], 6]);
      expect(await seqs(0, { meshId: uuid(77) }, 100)).toEqual([[], 6]);
      expect(await seqs(6, {}, 100)).toEqual([[], 6]);
      expect(await seqs(60, {}, 100)).toEqual([[], 60]);
    });
  });

  const line = (changes: Partial<LogRow>): LogRow => ({
    taskId: A,
    attempt: 1,
    line: 1,
    at: 1_760_000_000_123,
    stream: 'STDOUT',
    level: 'INFO',
    text: 'hello',
    ...changes,
  });

  describe('log lines', () => {
    it('come back as they were, in the order in which they were stored', async () => {
      const { store } = scene;
      const rows = [
        line({ text: 'nul \u0000 and \ud800, dle \u0010' }),
        line({ line: 2, stream: 'STDERR', level: 'ERROR', text: '' }),
        line({ line: 3, text: 'ä'.repeat(10_000) }),
      ];
      const stored = await store.appendLogs(rows);
      expect(stored.map(({ id: _, ...row }) => row)).toEqual(rows);
      expect(stored.map((row) => row.id)).toEqual([...stored.map((row) => row.id)].sort((a, b) => a - b));
      expect(await store.logsAfter(A, 0, 10)).toEqual(stored);
    });

    it('are paged by id, for one task', async () => {
      const { store } = scene;
      const rows = [1, 2, 3].flatMap((number) => [line({ line: number }), line({ taskId: B, line: number })]);
      const stored = (await store.appendLogs(rows)).filter((row) => row.taskId === A);
      expect(await store.logsAfter(A, 0, 2)).toEqual(stored.slice(0, 2));
      expect(await store.logsAfter(A, stored[1]?.id ?? 0, 2)).toEqual(stored.slice(2));
      expect(await store.logsAfter(uuid(77), 0, 2)).toEqual([]);
    });

    it('say which is the last of each task that has any', async () => {
      const { store } = scene;
      const stored = await store.appendLogs([line({}), line({ taskId: B }), line({ line: 2 })]);
      const last = await store.lastLines([A, B, uuid(77)]);
      expect(last.toSorted((a, b) => (a.taskId < b.taskId ? -1 : 1))).toEqual([
        { taskId: A, id: stored[2]?.id },
        { taskId: B, id: stored[1]?.id },
      ]);
    });

    it('stored again keep what they were and are answered with the same ids', async () => {
      const { store } = scene;
      const first = await store.appendLogs([line({}), line({ line: 2 })]);
      const again = await store.appendLogs([
        line({ line: 2, text: 'other' }),
        line({ line: 3 }),
        line({ attempt: 2 }),
      ]);
      expect(again.map((row) => [row.attempt, row.line, row.text])).toEqual([
        [1, 2, 'hello'],
        [1, 3, 'hello'],
        [2, 1, 'hello'],
      ]);
      expect(again[0]).toEqual(first[1]);
      expect(await store.logsAfter(A, 0, 10)).toHaveLength(4);
      expect(await store.appendLogs([])).toEqual([]);
    });
  });
}
