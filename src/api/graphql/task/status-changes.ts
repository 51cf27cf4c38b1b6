/**
 * From batches of events to changes of status, in order. A change is the same for all who are told of it, and the tasks of one
 * batch are read together, if anyone asks, and once for all who ask at nearly the same time.
 */
import type { CommittedEvent } from '../../../events/catalogue.js';
import type { Clock } from '../../../kit/clock.js';
import { Waves } from '../../../kit/waves.js';
import type { TaskStatus } from '../../../lifecycle/vocabulary.js';
import type { Reads, TaskRecord } from '../../../store/reads.js';
import type { TaskStatusChange } from './task-status.type.js';

type StatusEvent = CommittedEvent & { readonly taskId: string; readonly to: string };

/** A task is asked for as it is now: a slow reader is told of what has come since. */
const FRESH_MS = 250;

function isStatusEvent(event: CommittedEvent): event is StatusEvent {
  return event.taskId !== null && event.to !== null;
}

interface Reading {
  readonly at: number;
  readonly tasks: Promise<ReadonlyMap<string, TaskRecord>>;
}

class TasksTogether {
  readonly #ids: ReadonlySet<string>;
  #reading: Reading | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly waves: Waves,
    private readonly reads: Pick<Reads, 'tasksByIds'>,
    events: readonly StatusEvent[],
  ) {
    this.#ids = new Set(events.map(({ taskId }) => taskId));
  }

  async of(id: string): Promise<TaskRecord | undefined> {
    const tasks = await this.#fresh();
    await this.waves.turn();
    return tasks.get(id);
  }

  #fresh(): Promise<ReadonlyMap<string, TaskRecord>> {
    const now = this.clock.monotonic();
    if (this.#reading !== undefined && now - this.#reading.at < FRESH_MS) return this.#reading.tasks;
    const tasks = this.#read();
    this.#reading = { at: now, tasks };
    tasks.catch(() => (this.#reading = undefined));
    return tasks;
  }

  async #read(): Promise<ReadonlyMap<string, TaskRecord>> {
    return new Map((await this.reads.tasksByIds([...this.#ids])).map((task) => [task.id, task]));
  }
}

export class StatusChanges {
  readonly #clock: Clock;
  readonly #waves: Waves;
  /** Events are of one tenant, and so are those who hear of them. */
  readonly #changes = new WeakMap<StatusEvent, TaskStatusChange>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#waves = new Waves(clock);
  }

  async *of(
    batches: AsyncIterable<readonly CommittedEvent[]>,
    reads: Pick<Reads, 'tasksByIds'>,
  ): AsyncGenerator<TaskStatusChange> {
    for await (const batch of batches) for (const change of this.#in(batch, reads)) yield change;
  }

  #in(batch: readonly CommittedEvent[], reads: Pick<Reads, 'tasksByIds'>): TaskStatusChange[] {
    const events = batch.filter(isStatusEvent);
    const fresh = events.filter((event) => !this.#changes.has(event));
    if (fresh.length > 0) {
      const tasks = new TasksTogether(this.#clock, this.#waves, reads, fresh);
      for (const event of fresh) this.#changes.set(event, changeOf(event, tasks));
    }
    return events.map((event) => this.#changes.get(event) as TaskStatusChange);
  }
}

function changeOf(event: StatusEvent, tasks: TasksTogether): TaskStatusChange {
  const { seq, meshId, taskId } = event;
  const from = event.from === '' ? null : (event.from as TaskStatus | null);
  return { seq, at: new Date(event.at), meshId, taskId, from, to: event.to as TaskStatus, tasks };
}
