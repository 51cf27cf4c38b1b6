/** From batches of events to changes of status, in order. The tasks of one batch are read together, if anyone asks. */
import type { CommittedEvent } from '../../../events/catalogue.js';
import type { TaskStatus } from '../../../lifecycle/vocabulary.js';
import type { Reads, TaskRecord } from '../../../store/reads.js';
import type { TaskStatusChange } from './task-status.type.js';

type StatusEvent = CommittedEvent & { readonly taskId: string; readonly to: string };

function isStatusEvent(event: CommittedEvent): event is StatusEvent {
  return event.taskId !== null && event.to !== null;
}

class TasksTogether {
  #read: Promise<ReadonlyMap<string, TaskRecord>> | undefined;

  constructor(
    private readonly reads: Reads,
    private readonly events: readonly StatusEvent[],
  ) {}

  async of(id: string): Promise<TaskRecord | undefined> {
    this.#read ??= this.#all();
    return (await this.#read).get(id);
  }

  async #all(): Promise<ReadonlyMap<string, TaskRecord>> {
    const ids = [...new Set(this.events.map((event) => event.taskId))];
    return new Map((await this.reads.tasksByIds(ids)).map((task) => [task.id, task]));
  }
}

function change(event: StatusEvent, tasks: TasksTogether): TaskStatusChange {
  const { seq, meshId, taskId } = event;
  const from = event.from === '' ? null : (event.from as TaskStatus | null);
  return { seq, at: new Date(event.at), meshId, taskId, from, to: event.to as TaskStatus, tasks };
}

export async function* statusChanges(
  batches: AsyncIterable<readonly CommittedEvent[]>,
  reads: Reads,
): AsyncGenerator<TaskStatusChange> {
  for await (const batch of batches) {
    const events = batch.filter(isStatusEvent);
    const tasks = new TasksTogether(reads, events);
    for (const event of events) yield change(event, tasks);
  }
}
