/** What one subscriber is given of a payload is what all are given, where nothing else can matter; elsewhere each has its own. */
import {
  type ExecutionResult,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  parse,
} from 'graphql';
import { expect, it } from 'vitest';
import { SharedResults } from '../../../src/api/graphql/stream/shared-results.js';

interface Context {
  readonly name: string;
  readonly isRefused?: boolean;
}

const Inner = new GraphQLObjectType({ name: 'Inner', fields: { text: { type: GraphQLString } } });
const Payload = new GraphQLObjectType<object, Context>({
  name: 'Payload',
  fields: {
    seq: { type: new GraphQLNonNull(GraphQLInt) },
    inner: { type: Inner },
    mine: { type: GraphQLString, resolve: (_payload, _args, { name }) => name },
    scaled: { type: GraphQLInt, args: { by: { type: GraphQLInt } } },
  },
});
const root = {
  type: Payload,
  args: { id: { type: GraphQLString } },
  resolve: (payload: unknown, _args: unknown, { isRefused }: Context) => {
    if (isRefused) throw new Error('not for you');
    return payload;
  },
};
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { q: { type: GraphQLString } } }),
  subscription: new GraphQLObjectType<unknown, Context>({
    name: 'Subscription',
    fields: { news: root, more: root },
  }),
});

/** How often the payload was read, and what two subscribers were given of it. */
async function given(query: string, second: Context = { name: 'second' }) {
  const shared = new SharedResults(schema);
  const document = parse(query);
  let reads = 0;
  const rootValue = {
    get seq() {
      return ++reads;
    },
    inner: { text: 'a' },
    scaled: 3,
  };
  const variableValues = { id: 'x', yes: true };
  const results: ExecutionResult[] = [];
  for (const contextValue of [{ name: 'first' }, second])
    results.push(await shared.execute({ schema, document, rootValue, contextValue, variableValues }));
  return { reads, results };
}

it.each([
  '{ news { seq inner { text } } }',
  '{ other: news { number: seq __typename } }',
  '{ news(id: "7") { seq } }',
])('is made once: subscription %s', async (selection) => {
  const { reads, results } = await given(`subscription ${selection}`);
  expect(reads).toBe(1);
  expect(results[1]).toBe(results[0]);
  expect(results[0]?.errors).toBeUndefined();
});

it('is made once where variables go to the source alone', async () => {
  const { reads } = await given('subscription ($id: String) { news(id: $id) { seq } }');
  expect(reads).toBe(1);
});

it.each([
  ['a field with a resolver', 'subscription { news { seq mine } }'],
  ['an argument below the root', 'subscription { news { seq scaled(by: 2) } }'],
  ['a directive', 'subscription ($yes: Boolean!) { news { seq @include(if: $yes) } }'],
  ['a fragment', 'subscription { news { ...F } } fragment F on Payload { seq }'],
  ['two root fields', 'subscription { news { seq } more { inner { text } } }'],
])('is made for each: %s', async (_what, query) => {
  const { reads, results } = await given(query);
  expect(reads).toBe(2);
  expect(results[1]).not.toBe(results[0]);
});

it('is not given to who may not have it', async () => {
  const { reads, results } = await given('subscription { news { seq } }', {
    name: 'second',
    isRefused: true,
  });
  expect(reads).toBe(1);
  expect(results[0]?.data).toEqual({ news: { seq: 1 } });
  expect(results[1]?.data).toEqual({ news: null });
  expect(results[1]?.errors?.[0]?.message).toBe('not for you');
});

it('is kept for a few documents only', async () => {
  const shared = new SharedResults(schema);
  const rootValue = { seq: 1 };
  const documents = Array.from({ length: 20 }, (_, index) =>
    parse(`subscription { news { a${index}: seq } }`),
  );
  const of = (document: (typeof documents)[number]) =>
    shared.execute({ schema, document, rootValue, contextValue: { name: 'a' } });
  const first = documents.map(of);
  const again = documents.map(of);
  expect(again.filter((result, index) => result === first[index])).toHaveLength(16);
  expect(again).toEqual(first);
});

it('is not kept when it went wrong, nor for another payload', async () => {
  const shared = new SharedResults(schema);
  const document = parse('subscription { news { seq } }');
  const contextValue = { name: 'a' };
  const of = (rootValue: object) => shared.execute({ schema, document, rootValue, contextValue });
  const payload: { seq?: number } = {};
  expect(await of(payload)).toMatchObject({ errors: [expect.anything()] });
  payload.seq = 1;
  expect(await of(payload)).toMatchObject({ data: { news: { seq: 1 } } });
  expect(await of({ seq: 2 })).toMatchObject({ data: { news: { seq: 2 } } });
});
