/** What consciousness does, row by row; each subscription resumes behind a number, on any server. */
import { Arg, Resolver, Root, Subscription } from 'type-graphql';
import type { Consciousness } from '../../../consciousness/consciousness.js';
import type { Follow } from '../../../store/numbered-feed.js';
import type { ApiContext } from '../../context.js';
import { parseAfterSeq } from '../arguments.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import { ClosableStream } from '../stream/closable-stream.js';
import { oneByOne } from '../stream/gathered.js';
import { type SubscriptionSources, wiredLater } from '../stream/subscription-source.js';
import { decisionView, levelChangeView, patternView } from './consciousness.shape.js';
import { LevelChangeView } from './consciousness.type.js';
import { DecisionView } from './decision.type.js';
import { InsightView, PatternView } from './found.type.js';

interface AfterArguments {
  readonly after?: number | null;
}

const after = {
  nullable: true,
  description: 'Replays what is kept behind this number, then goes live; 0 replays all.',
};

@Resolver()
export class ConsciousnessSubscriptionResolver implements SubscriptionSources {
  constructor(private readonly mind: Consciousness) {}

  readonly sources = {
    consciousnessEvolved: (args: AfterArguments, ctx: ApiContext) =>
      followed(this.mind.follow.levels, levelChangeView, args, ctx),
    patternRecognized: (args: AfterArguments, ctx: ApiContext) =>
      followed(this.mind.follow.patterns, patternView, args, ctx),
    decisionMade: (args: AfterArguments, ctx: ApiContext) =>
      followed(this.mind.follow.decisions, decisionView, args, ctx),
    insightRaised: (args: AfterArguments, ctx: ApiContext) =>
      followed(this.mind.follow.insights, (row): InsightView => row, args, ctx),
  };

  @Subscription(() => LevelChangeView, {
    subscribe: wiredLater,
    description: 'The level has changed, or was forced.',
  })
  consciousnessEvolved(
    @Root() change: LevelChangeView,
    @Arg('after', () => GraphQLSafeInt, after) _after?: number | null,
  ): LevelChangeView {
    return change;
  }

  @Subscription(() => PatternView, { subscribe: wiredLater, description: 'A pattern was found.' })
  patternRecognized(
    @Root() pattern: PatternView,
    @Arg('after', () => GraphQLSafeInt, after) _after?: number | null,
  ): PatternView {
    return pattern;
  }

  @Subscription(() => DecisionView, {
    subscribe: wiredLater,
    description: 'A decision was taken; replayed ones come with what came of them.',
  })
  decisionMade(
    @Root() decision: DecisionView,
    @Arg('after', () => GraphQLSafeInt, after) _after?: number | null,
  ): DecisionView {
    return decision;
  }

  @Subscription(() => InsightView, { subscribe: wiredLater, description: 'What people should know.' })
  insightRaised(
    @Root() insight: InsightView,
    @Arg('after', () => GraphQLSafeInt, after) _after?: number | null,
  ): InsightView {
    return insight;
  }
}

async function followed<Row, View>(
  follow: Follow<Row>,
  shape: (row: Row) => View,
  args: AfterArguments,
  ctx: ApiContext,
): Promise<ClosableStream<View>> {
  const rows = await follow(parseAfterSeq(args.after));
  return new ClosableStream((signal) => oneByOne(rows(signal), shape), ctx.signal);
}
