/** `meshEvents`, one event per payload, and `meshEventBatches`, for those who ask for fewer payloads. */
import { Arg, ID, Int, Resolver, Root, Subscription } from 'type-graphql';
import type { CommittedEvent } from '../../../events/catalogue.js';
import type { Clock } from '../../../kit/clock.js';
import type { EventFeed } from '../../../orchestrator/watch.js';
import type { Reads } from '../../../store/reads.js';
import type { ApiContext } from '../../context.js';
import { parseId, parseWhole } from '../arguments.js';
import type { MeshTenants } from '../mesh/mesh-tenants.js';
import { existingMesh } from '../mesh/mesh.shape.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import { ClosableStream } from '../stream/closable-stream.js';
import { gathered, oneByOne, shaped } from '../stream/gathered.js';
import { type SubscriptionSources, wiredLater } from '../stream/subscription-source.js';
import { eventView, sharedView } from './event.shape.js';
import { EventBatch, EventView } from './event.type.js';
import { resumeAfter } from './resume.js';

interface MeshEventsArguments {
  readonly meshId: string;
  readonly after?: number | null;
}

type Batches = (signal: AbortSignal) => AsyncIterable<readonly CommittedEvent[]>;

const EVENTS_PER_BATCH_MAX = 1000;
const after = {
  nullable: true,
  description: 'Replays the history behind this seq, then goes live; 0 replays all.',
};

function batchView(events: readonly CommittedEvent[]): EventBatch {
  return { lastSeq: events.at(-1)?.seq ?? 0, events: events.map(eventView) };
}

@Resolver()
export class EventSubscriptionResolver implements SubscriptionSources {
  constructor(
    private readonly feed: EventFeed,
    private readonly reads: Reads,
    private readonly clock: Clock,
    private readonly tenants: MeshTenants,
  ) {}

  readonly sources = {
    meshEvents: async (args: MeshEventsArguments, ctx: ApiContext) => {
      const batches = await this.#batches(args, ctx);
      return new ClosableStream((signal) => oneByOne(batches(signal), sharedView), ctx.signal);
    },
    meshEventBatches: async (args: MeshEventsArguments & { batchMs: number }, ctx: ApiContext) => {
      const window = { ms: parseWhole(args.batchMs, 'batchMs', [50, 1000]), itemsMax: EVENTS_PER_BATCH_MAX };
      const batches = await this.#batches(args, ctx);
      return new ClosableStream(
        (signal) => shaped(gathered(batches(signal), this.clock, window), batchView),
        ctx.signal,
      );
    },
  };

  @Subscription(() => EventView, {
    subscribe: wiredLater,
    description: 'What happens in a mesh, each event exactly once and in order.',
  })
  meshEvents(
    @Root() event: EventView,
    @Arg('meshId', () => ID) _meshId: string,
    @Arg('after', () => GraphQLSafeInt, after) _after?: number | null,
  ): EventView {
    return event;
  }

  @Subscription(() => EventBatch, {
    subscribe: wiredLater,
    description: 'As meshEvents, gathered over a short time.',
  })
  meshEventBatches(
    @Root() batch: EventBatch,
    @Arg('meshId', () => ID) _meshId: string,
    @Arg('batchMs', () => Int, { defaultValue: 100, description: '50 to 1000.' }) _batchMs: number,
    @Arg('after', () => GraphQLSafeInt, after) _after?: number | null,
  ): EventBatch {
    return batch;
  }

  async #batches({ meshId: id, after: given }: MeshEventsArguments, ctx: ApiContext): Promise<Batches> {
    const meshId = parseId(id, 'meshId');
    await existingMesh(ctx, meshId);
    const from = await resumeAfter(this.reads, given);
    const own = this.tenants.sieve(ctx.viewer.tenant);
    return (signal) => this.feed.events({ meshId }, from, signal, own);
  }
}
