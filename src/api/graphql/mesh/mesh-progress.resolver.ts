/** `meshProgress`: how far a mesh is and how long it still takes, as often as it changes but not more than that. */
import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { Clock } from '../../../kit/clock.js';
import type { EventFeed, Forecasts, MeshProgress } from '../../../orchestrator/watch.js';
import type { ApiContext } from '../../context.js';
import { parseId } from '../arguments.js';
import { ClosableStream } from '../stream/closable-stream.js';
import { shaped } from '../stream/gathered.js';
import { Shared } from '../stream/shared.js';
import { type SubscriptionSources, wiredLater } from '../stream/subscription-source.js';
import type { MeshTenants } from './mesh-tenants.js';
import { existingMesh, progressView } from './mesh.shape.js';
import { MeshProgressType } from './mesh.type.js';
import { PROGRESS_PAUSE_MS, progressStream } from './progress-stream.js';

@Resolver()
export class MeshProgressResolver implements SubscriptionSources {
  readonly #progress: Shared<MeshProgress | undefined>;

  constructor(
    private readonly feed: EventFeed,
    forecasts: Forecasts,
    private readonly clock: Clock,
    private readonly tenants: MeshTenants,
  ) {
    this.#progress = new Shared(clock, PROGRESS_PAUSE_MS / 2, (meshId) => forecasts.progress(meshId));
  }

  readonly sources = {
    meshProgress: async (args: { readonly meshId: string }, ctx: ApiContext) => {
      const meshId = parseId(args.meshId, 'meshId');
      await existingMesh(ctx, meshId);
      const { tenant } = ctx.viewer;
      const faces = { feed: this.feed, clock: this.clock, progress: () => this.#progress.get(meshId) };
      return new ClosableStream(
        (signal) =>
          shaped(this.tenants.of(tenant, meshId, progressStream(meshId, faces, signal)), progressView),
        ctx.signal,
      );
    },
  };

  @Subscription(() => MeshProgressType, {
    subscribe: wiredLater,
    description: 'Now, then on changes, at most four times a second; completes when the mesh has ended.',
  })
  meshProgress(
    @Root() progress: MeshProgressType,
    @Arg('meshId', () => ID) _meshId: string,
  ): MeshProgressType {
    return progress;
  }
}
