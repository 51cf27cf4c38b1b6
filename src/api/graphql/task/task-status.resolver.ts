/** `taskStatusChanged`: every change of status, one by one, with the task as it is now. */
import { Arg, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { CommittedEvent } from '../../../events/catalogue.js';
import type { Clock } from '../../../kit/clock.js';
import type { TaskStatus } from '../../../lifecycle/vocabulary.js';
import type { EventFeed } from '../../../orchestrator/watch.js';
import type { Reads } from '../../../store/reads.js';
import type { EventFilter } from '../../../store/store.js';
import type { ApiContext } from '../../context.js';
import { parseList, parseOptionalId, present } from '../arguments.js';
import { TaskStatusEnum } from '../enums.js';
import { resumeAfter } from '../event/resume.js';
import { existingMesh } from '../mesh/mesh.shape.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import type { MeshTenants } from '../mesh/mesh-tenants.js';
import { ClosableStream } from '../stream/closable-stream.js';
import { type SubscriptionSources, wiredLater } from '../stream/subscription-source.js';
import { StatusChanges } from './status-changes.js';
import { TaskStatusChange } from './task-status.type.js';
import { existingTask } from './task.shape.js';
import { Task } from './task.type.js';

interface StatusArguments {
  readonly meshId?: string | null;
  readonly taskId?: string | null;
  readonly statuses?: readonly TaskStatus[] | null;
  readonly after?: number | null;
}

@Resolver(() => TaskStatusChange)
export class TaskStatusResolver implements SubscriptionSources {
  readonly #changes: StatusChanges;

  constructor(
    private readonly feed: EventFeed,
    private readonly reads: Reads,
    clock: Clock,
    private readonly tenants: MeshTenants,
  ) {
    this.#changes = new StatusChanges(clock);
  }

  readonly sources = {
    taskStatusChanged: async (args: StatusArguments, ctx: ApiContext) => {
      const filter = await this.#filter(args, ctx);
      const from = await resumeAfter(this.reads, args.after);
      const own = this.tenants.sieve(ctx.viewer.tenant);
      const events = (signal: AbortSignal): AsyncIterable<readonly CommittedEvent[]> =>
        this.feed.events(filter, from, signal, own);
      return new ClosableStream((signal) => this.#changes.of(events(signal), ctx.reads), ctx.signal);
    },
  };

  @Subscription(() => TaskStatusChange, {
    subscribe: wiredLater,
    description: 'Tasks coming into another status, each change exactly once and in order.',
  })
  taskStatusChanged(
    @Root() change: TaskStatusChange,
    @Arg('meshId', () => ID, { nullable: true }) _meshId?: string | null,
    @Arg('taskId', () => ID, { nullable: true }) _taskId?: string | null,
    @Arg('statuses', () => [TaskStatusEnum], {
      nullable: true,
      description: 'Only changes into one of these.',
    })
    _statuses?: TaskStatus[] | null,
    @Arg('after', () => GraphQLSafeInt, {
      nullable: true,
      description: 'Replays the history behind this seq, then goes live; 0 replays all.',
    })
    _after?: number | null,
  ): TaskStatusChange {
    return change;
  }

  @FieldResolver(() => Task, { nullable: true, description: 'As it is now; null when it has been deleted.' })
  async task(@Root() change: TaskStatusChange): Promise<Task | null> {
    return (await change.tasks.of(change.taskId)) ?? null;
  }

  async #filter(
    { meshId: mesh, taskId: task, statuses }: StatusArguments,
    ctx: ApiContext,
  ): Promise<EventFilter> {
    const [meshId, taskId] = [parseOptionalId(mesh, 'meshId'), parseOptionalId(task, 'taskId')];
    if (meshId !== undefined) await existingMesh(ctx, meshId);
    if (taskId !== undefined) await existingTask(ctx, taskId);
    return present({ meshId, taskId, statuses: parseList(statuses, 'statuses') });
  }
}
