/** The rules of state: what contradicts them is refused, whoever asks. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_MESH_ID } from '../../src/lifecycle/default-mesh.js';
import { TERMINAL_STATUSES, type TaskStatus } from '../../src/lifecycle/vocabulary.js';
import { attempt, edge, mesh, move, outcome, spec, task, uuid } from '../support/store/batches.js';
import type { Scene } from './store.conformance.js';

const M = uuid(1);
const [A, B] = [uuid(10), uuid(11)] as const;

export function ruleChapter(scene: Scene): void {
  const given = (status: TaskStatus) =>
    scene.leader.commit({ meshes: [mesh(M)], tasks: [task(A, M, { status }), task(B, M, { ordinal: 1 })] });

  describe('a transition is refused', () => {
    it('from a status the task does not have', async () => {
      await given('PENDING');
      expect(await scene.leader.refusal({ transitions: [move(A, 'QUEUED', 'RUNNING')] })).toBeTruthy();
    });

    it('from another attempt', async () => {
      await given('RUNNING');
      await scene.leader.refusal({
        transitions: [move(A, 'RUNNING', 'COMPLETED', { fromAttempt: 2, attempt: 2 })],
      });
      await scene.leader.commit({ transitions: [move(A, 'RUNNING', 'COMPLETED')] });
    });

    it('of an unknown or deleted task', async () => {
      await given('PENDING');
      await scene.leader.refusal({ transitions: [move(uuid(99), 'PENDING', 'QUEUED')] });
      await scene.leader.commit({ transitions: [move(A, 'PENDING', 'CANCELLED')], deletions: [A] });
      await scene.leader.refusal({ transitions: [move(A, 'CANCELLED', 'CANCELLED')] });
    });

    it.each(TERMINAL_STATUSES)('out of %s', async (status) => {
      await given(status);
      const fromAttempt = task(A, M, { status }).attempt;
      for (const next of ['PENDING', 'QUEUED', 'RUNNING', 'FAILED', 'COMPLETED'] as const) {
        if (next !== status)
          await scene.leader.refusal({ transitions: [move(A, status, next, { fromAttempt })] });
      }
      expect(await scene.store.findTasks({ ids: [A] })).toMatchObject([{ status }]);
    });
  });

  describe('a task is refused', () => {
    it('whose end is not stamped, and one that is stamped without an end', async () => {
      await given('QUEUED');
      await scene.leader.refusal({ transitions: [move(A, 'QUEUED', 'CANCELLED', { finished: false })] });
      await scene.leader.refusal({ transitions: [move(A, 'QUEUED', 'PENDING', { finished: true })] });
    });

    it('that is COMPLETED without an output, or has one without being COMPLETED', async () => {
      await given('RUNNING');
      await scene.leader.refusal({ transitions: [move(A, 'RUNNING', 'COMPLETED', { output: undefined })] });
      await scene.leader.refusal({ transitions: [move(A, 'RUNNING', 'FAILED', { output: 1 })] });
    });

    it('that FAILED without a failure', async () => {
      await given('RUNNING');
      await scene.leader.refusal({ transitions: [move(A, 'RUNNING', 'FAILED', { failure: null })] });
    });

    it('that runs without an attempt, a start or a place', async () => {
      await given('QUEUED');
      await scene.leader.refusal({ transitions: [move(A, 'QUEUED', 'RUNNING', { attempt: 0 })] });
      await scene.leader.refusal({ transitions: [move(A, 'QUEUED', 'RUNNING', { started: false })] });
      await scene.leader.refusal({ transitions: [move(A, 'QUEUED', 'RUNNING', { placedOn: null })] });
    });

    it('with more crashes than attempts', async () => {
      await given('RUNNING');
      await scene.leader.refusal({ transitions: [move(A, 'RUNNING', 'QUEUED', { crashes: 2 })] });
    });

    it('that exists, whose key is taken, also by a deleted one, or whose mesh does not exist', async () => {
      await given('PENDING');
      const taken = spec({ key: A });
      await scene.leader.refusal({ tasks: [task(A, M, { spec: spec({ key: 'other' }) })] });
      await scene.leader.refusal({ tasks: [task(uuid(30), M, { spec: taken })] });
      await scene.leader.commit({ transitions: [move(A, 'PENDING', 'CANCELLED')], deletions: [A] });
      await scene.leader.refusal({ tasks: [task(uuid(30), M, { spec: taken })] });
      await scene.leader.refusal({ tasks: [task(uuid(30), uuid(98))] });
      await scene.leader.commit({ tasks: [task(uuid(30), DEFAULT_MESH_ID, { spec: taken })] });
    });

    it('that is respecified or deleted but does not exist', async () => {
      await given('PENDING');
      await scene.leader.refusal({ respecifications: [{ id: uuid(99), spec: spec() }] });
      await scene.leader.refusal({ deletions: [uuid(99)] });
      await scene.leader.commit({ transitions: [move(A, 'PENDING', 'CANCELLED')], deletions: [A] });
      await scene.leader.refusal({ deletions: [A] });
      await scene.leader.refusal({ respecifications: [{ id: A, spec: spec({ key: A }) }] });
    });
  });

  describe('an attempt', () => {
    it('starts with its task, under the number that the task says, or not at all', async () => {
      await given('PENDING');
      const starts = { transitions: [move(A, 'PENDING', 'RUNNING')] };
      await scene.leader.refusal({ ...starts, attempts: [] });
      await scene.leader.refusal({ ...starts, attempts: [attempt(A, { attempt: 2 })] });
      await scene.leader.refusal({ ...starts, attempts: [attempt(A), attempt(A, { token: 2 })] });
      await scene.leader.refusal({ ...starts, attempts: [attempt(A), attempt(uuid(99))] });
      await scene.leader.commit(starts);
      await scene.leader.refusal({ attempts: [attempt(A, { token: 2 })] });
    });

    it('has one outcome, from the holder of its token', async () => {
      await given('PENDING');
      await scene.leader.commit({
        transitions: [move(A, 'PENDING', 'RUNNING')],
        attempts: [attempt(A, { token: 7 })],
      });
      const ends = { transitions: [move(A, 'RUNNING', 'CANCELLED')] };
      const cancelled = { outcome: 'CANCELLED', measured: null } as const;
      await scene.leader.refusal({ ...ends, outcomes: [outcome(A, M, { ...cancelled, token: 8 })] });
      await scene.leader.refusal({
        ...ends,
        outcomes: [outcome(A, M, { ...cancelled, attempt: 2, token: 7 })],
      });
      await scene.leader.refusal({ outcomes: [outcome(A, M, { ...cancelled, token: 7 })] });
      await scene.leader.commit({ ...ends, outcomes: [outcome(A, M, { ...cancelled, token: 7 })] });
      await scene.leader.refusal({ ...ends, outcomes: [outcome(A, M, { ...cancelled, token: 7 })] });
    });

    it('starts once in the history, and a task ends once', async () => {
      await given('PENDING');
      const started = {
        type: 'TASK_STARTED',
        meshId: M,
        taskId: A,
        from: 'QUEUED',
        to: 'RUNNING',
        payload: { attempt: 1 },
      };
      const ended = { type: 'TASK_FAILED', meshId: M, taskId: A, from: 'RUNNING', to: 'FAILED' };
      await scene.leader.refusal({}, [started]);
      const starts = { transitions: [move(A, 'PENDING', 'RUNNING')] };
      await scene.leader.refusal(starts, [{ ...started, payload: { attempt: 2 } }]);
      await scene.leader.commit(starts, [started]);
      await scene.leader.refusal(starts, [started]);
      await scene.leader.refusal({}, [ended]);
      const ends = {
        transitions: [move(A, 'RUNNING', 'FAILED')],
        outcomes: [outcome(A, M, { outcome: 'FAILED' })],
      };
      await scene.leader.commit(ends, [ended]);
      await scene.leader.refusal(ends, [ended]);
    });
  });

  describe('an edge', () => {
    it('joins two different tasks of its mesh', async () => {
      await given('PENDING');
      await scene.leader.commit({ meshes: [mesh(uuid(2))], tasks: [task(uuid(40), uuid(2))] });
      await scene.leader.refusal({ edges: [edge(uuid(20), M, [A, A])] });
      await scene.leader.refusal({ edges: [edge(uuid(20), M, [A, uuid(99)])] });
      await scene.leader.refusal({ edges: [edge(uuid(20), M, [A, uuid(40)])] });
      await scene.leader.commit({ edges: [edge(uuid(20), M, [A, B])] });
    });

    it('is there once, and may come back after it was removed', async () => {
      await given('PENDING');
      await scene.leader.commit({ edges: [edge(uuid(20), M, [A, B])] });
      await scene.leader.refusal({ edges: [edge(uuid(21), M, [A, B], { type: 'SOFT' })] });
      const told = { type: 'EDGE_REMOVED', meshId: M };
      await scene.leader.refusal({ edgeRemovals: [{ sourceId: B, targetId: A }] }, [told]);
      await scene.leader.refusal({ edgeRemovals: [{ sourceId: A, targetId: B }] });
      await scene.leader.commit({ edgeRemovals: [{ sourceId: A, targetId: B }] }, [told]);
      await scene.leader.refusal({ edgeRemovals: [{ sourceId: A, targetId: B }] }, [told]);
      await scene.leader.commit({ edges: [edge(uuid(22), M, [A, B])] }, [{ ...told, type: 'EDGE_ADDED' }]);
      expect((await scene.store.meshDefinition(M))?.edges.map((row) => row.id)).toEqual([uuid(22)]);
      await scene.leader.commit(
        { edgeRemovals: [{ sourceId: A, targetId: B }], edges: [edge(uuid(23), M, [A, B])] },
        [told],
      );
      expect((await scene.store.meshDefinition(M))?.edges.map((row) => row.id)).toEqual([uuid(23)]);
    });
  });

  describe('a mesh', () => {
    it('moves only from the status it has, and does not come back from its end', async () => {
      await given('PENDING');
      const end = { id: M, fromStatus: 'RUNNING', status: 'FAILED', finished: true } as const;
      await scene.leader.refusal({ meshTransitions: [{ ...end, fromStatus: 'PAUSED' }] });
      await scene.leader.refusal({ meshTransitions: [{ ...end, finished: false }] });
      await scene.leader.refusal({ meshTransitions: [{ ...end, id: uuid(97) }] });
      await scene.leader.commit({ meshTransitions: [end] });
      await scene.leader.refusal({
        meshTransitions: [{ id: M, fromStatus: 'FAILED', status: 'RUNNING', finished: false }],
      });
      await scene.leader.refusal({
        meshTransitions: [{ id: M, fromStatus: 'FAILED', status: 'COMPLETED', finished: true }],
      });
      expect(await scene.store.findMesh(M)).toMatchObject({ status: 'FAILED' });
    });

    it('is submitted once, and a command key is used once', async () => {
      const command = { key: 'k', kind: 'submitMesh', requestHash: 'h', meshId: M, taskId: null };
      await scene.leader.commit({ meshes: [mesh(M)], commands: [command] });
      await scene.leader.refusal({ meshes: [mesh(M)] });
      await scene.leader.refusal({ meshes: [mesh(uuid(2))], commands: [command] });
      expect(await scene.store.findCommand('k')).toEqual(command);
    });
  });
}
