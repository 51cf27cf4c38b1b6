/**
 * The GraphQL schema, from the decorated classes and the resolvers built by hand. Called by the composition root, and
 * by the script that prints the schema; it opens nothing and keeps nothing.
 */
import 'reflect-metadata';
import { type GraphQLSchema, isInputObjectType } from 'graphql';
import { buildSchema, type ResolverData } from 'type-graphql';
import { assert } from '../../kit/assert.js';
import { guard } from '../access/guard.js';
import { recordRefusals } from '../access/record-refusals.js';
import { callDirectly } from './direct-resolvers.js';
import type { ApiFaces } from './faces.js';
import { buildResolvers } from './resolvers.js';
import { noPubSub, wireSubscriptions } from './stream/subscription-source.js';

type ResolverClasses = Parameters<typeof buildSchema>[0]['resolvers'];

/** TypeGraphQL does not know `@oneOf`; graphql-js reads this flag wherever it checks and prints the type. */
function allowOneMember(schema: GraphQLSchema, name: string): void {
  const type = schema.getType(name);
  assert(isInputObjectType(type), () => `${name} is not an input type`);
  type.isOneOf = true;
}

export async function buildApiSchema(faces: ApiFaces): Promise<GraphQLSchema> {
  const wired = buildResolvers(faces);
  const resolverOf = (wanted: unknown, _data: ResolverData<object>): object => {
    const resolver = wired.get(wanted);
    assert(resolver !== undefined, () => `no resolver was built for ${String(wanted)}`);
    return resolver;
  };
  const schema = await buildSchema({
    resolvers: [...wired.keys()] as unknown as ResolverClasses,
    container: { get: resolverOf },
    validate: false,
    pubSub: noPubSub,
  });
  for (const name of ['WorkInput', 'AlertConditionInput', 'AlertChannelInput']) allowOneMember(schema, name);
  callDirectly(schema, wired);
  wireSubscriptions(schema, wired.values());
  guard(schema);
  recordRefusals(schema, faces.refusals);
  return schema;
}
