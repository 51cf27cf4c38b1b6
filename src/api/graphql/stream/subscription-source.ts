/**
 * TypeGraphQL takes the source of a subscription as an option of the decorator, where no instance is known, and its
 * own PubSub crashes the process when a reader stalls. So resolvers name their sources in `sources`, and
 * `build-schema.ts` wires them into the finished schema. A source yields payloads in their final shape: the decorated
 * method states types and arguments only, because calling it per payload cost a third of the throughput.
 */
import type { GraphQLSchema } from 'graphql';
import type { ApiContext } from '../../context.js';
import { assert } from '../../../kit/assert.js';

type Source = (args: never, ctx: ApiContext) => AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>;

/** A resolver of subscriptions: by field, the stream of payloads for one subscriber. */
export interface SubscriptionSources {
  readonly sources: Readonly<Record<string, Source>>;
}

/** Stands where the decorator wants a source; replaced before the schema is used. */
export function wiredLater(): never {
  throw new Error('a subscription was not wired; name it in the sources of its resolver');
}

/** `buildSchema` insists on one; nothing of ours publishes through it. */
export const noPubSub = { publish: wiredLater, subscribe: wiredLater };

function isSource(resolver: object): resolver is SubscriptionSources {
  return 'sources' in resolver;
}

export function wireSubscriptions(schema: GraphQLSchema, resolvers: Iterable<object>): void {
  const fields = schema.getSubscriptionType()?.getFields() ?? {};
  for (const resolver of resolvers) {
    if (!isSource(resolver)) continue;
    for (const [name, source] of Object.entries(resolver.sources)) {
      const field = fields[name];
      assert(field !== undefined, () => `no subscription is called ${name}`);
      field.subscribe = (_root, args, ctx: ApiContext) => source(args as never, ctx);
      field.resolve = (payload: unknown) => payload;
    }
  }
  for (const field of Object.values(fields))
    assert(field.subscribe?.name !== 'subscribeFn', () => `the subscription ${field.name} has no source`);
}
