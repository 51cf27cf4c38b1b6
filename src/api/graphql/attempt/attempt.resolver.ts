/** The edges from an attempt to other things that are known of it. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { ApiContext } from '../../context.js';
import { Attempt } from './attempt.type.js';
import { PlacementView } from './placement.type.js';

@Resolver(() => Attempt)
export class AttemptResolver {
  @FieldResolver(() => PlacementView, {
    nullable: true,
    description: 'Why it runs on its node; null where there was no choice of nodes.',
  })
  async placement(
    @Root() { taskId, attempt, layer }: Attempt,
    @Ctx() ctx: ApiContext,
  ): Promise<PlacementView | null> {
    if (layer !== 'CLUSTER') return null;
    const all = await ctx.loaders.placements.load(taskId);
    return all.find((one) => one.attempt === attempt)?.placement ?? null;
  }
}
