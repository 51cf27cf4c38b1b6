/** Tasks behind changes of status: read once for all who are told of them together, and again for who is told later. */
import { expect, it } from 'vitest';
import { StatusChanges } from '../../../src/api/graphql/task/status-changes.js';
import type { TaskStatusChange } from '../../../src/api/graphql/task/task-status.type.js';
import type { CommittedEvent } from '../../../src/events/catalogue.js';
import { VirtualClock } from '../../../src/kit/clock.js';
import type { TaskRecord } from '../../../src/store/reads.js';

const event = (seq: number, to: string | null = 'COMPLETED') =>
  ({ seq, at: 0, meshId: 'm', taskId: `t${seq}`, from: 'RUNNING', to }) as unknown as CommittedEvent;

async function* batchesOf(...batches: CommittedEvent[][]): AsyncGenerator<CommittedEvent[]> {
  yield* batches;
}

function world() {
  const clock = new VirtualClock();
  const asked: (readonly string[])[] = [];
  const state = { isAway: false, status: 'COMPLETED' };
  const reads = {
    tasksByIds: async (ids: readonly string[]) => {
      asked.push(ids);
      if (state.isAway) throw new Error('away');
      return ids.map((id) => ({ id, status: state.status }) as TaskRecord);
    },
  };
  const changes = new StatusChanges(clock);
  const told = async (...batches: CommittedEvent[][]): Promise<TaskStatusChange[]> => {
    const all: TaskStatusChange[] = [];
    for await (const change of changes.of(batchesOf(...batches), reads)) all.push(change);
    return all;
  };
  const taskOf = ({ tasks, taskId }: TaskStatusChange) => tasks.of(taskId);
  return { clock, asked, state, told, taskOf };
}

it('reads the tasks of a batch once, however many are told of it', async () => {
  const { asked, told, taskOf } = world();
  const batch = [event(1), event(2), event(3, null)];
  const all = await Promise.all(Array.from({ length: 1000 }, () => told(batch)));
  expect(all[0]?.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(all[999]?.[1]).toBe(all[0]?.[1]);
  expect(asked).toEqual([]);
  const tasks = await Promise.all(all.flat().map(taskOf));
  expect(new Set(tasks.map((task) => task?.id))).toEqual(new Set(['t1', 't2']));
  expect(asked).toEqual([['t1', 't2']]);
});

it('tells who is told later of the task as it is then', async () => {
  const { clock, asked, state, told, taskOf } = world();
  const [change] = await told([event(1)]);
  expect(await taskOf(change as TaskStatusChange)).toMatchObject({ status: 'COMPLETED' });
  state.status = 'ARCHIVED';
  clock.advance(249);
  expect(await taskOf(change as TaskStatusChange)).toMatchObject({ status: 'COMPLETED' });
  clock.advance(1);
  expect(await taskOf(change as TaskStatusChange)).toMatchObject({ status: 'ARCHIVED' });
  expect(asked).toHaveLength(2);
});

it('reads again after the store was away', async () => {
  const { state, told, taskOf } = world();
  const [change] = await told([event(1)]);
  state.isAway = true;
  await expect(taskOf(change as TaskStatusChange)).rejects.toThrow('away');
  state.isAway = false;
  expect(await taskOf(change as TaskStatusChange)).toMatchObject({ id: 't1' });
});
