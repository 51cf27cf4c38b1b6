/** The variables of operations against graphql-js, which is what they have to agree with: values, faults and their places. */
import fc from 'fast-check';
import {
  coerceInputValue,
  execute,
  getVariableValues,
  type GraphQLInputType,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { expect, it } from 'vitest';
import { VariableReader } from '../../../src/api/graphql/coercion/variables.js';
import { atOnce } from '../../../src/kit/turn.js';
import { echoSchema } from './echo-schema.js';

const schema = echoSchema();
const NODE = 'query ($node: NodeInput!) { node(node: $node) }';

function read(text: string, given: Record<string, unknown>, within: GraphQLSchema = schema) {
  const document = parse(text);
  const operation = document.definitions[0] as OperationDefinitionNode;
  return { operation, ...atOnce(new VariableReader(within).read(document, operation, given)) };
}

/** Also after what reads as JSON: what graphql-js makes has no prototype, and absent members may be `undefined`. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

const odd = fc.constantFrom<unknown>(
  null,
  undefined,
  0,
  1.5,
  '',
  'RED',
  true,
  [],
  [null],
  {},
  { odd: 1 },
  2 ** 40,
);

/** Mostly what the type wants, with something odd here and there. */
function valueOf(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return valueOf(type.ofType, depth);
  const right = fc.oneof({ weight: 30, arbitrary: rightFor(type, depth) }, { weight: 1, arbitrary: odd });
  return fc.oneof({ weight: 20, arbitrary: right }, { weight: 1, arbitrary: fc.constant(null) });
}

function rightFor(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
  if (isListType(type)) {
    const items = fc.array(valueOf(type.ofType, depth - 1), { maxLength: depth > 0 ? 3 : 0 });
    return fc.oneof({ weight: 9, arbitrary: items }, { weight: 1, arbitrary: valueOf(type.ofType, depth) });
  }
  if (isInputObjectType(type)) return objectFor(type, depth);
  const samples: Readonly<Record<string, readonly unknown[]>> = {
    Int: [0, 7],
    Float: [0.5, 3],
    String: ['', 'text'],
    ID: ['id', 5],
    Boolean: [true],
    Color: ['RED', 'GREEN', 'PINK'],
    DateTime: ['2030-01-31T08:00:00Z', '2030-02-31T08:00:00Z'],
    JSON: [1, { any: [1] }],
  };
  return fc.constantFrom(...(samples[type.name] ?? []));
}

function objectFor(type: GraphQLInputObjectType, depth: number): fc.Arbitrary<object> {
  const members = Object.values(type.getFields())
    .filter((field) => depth > 0 || isNonNullType(field.type))
    .map((field) => [field.name, valueOf(field.type, depth - 1)] as const);
  const required = members.map(([name]) => name).filter((name) => name === 'name');
  const some = fc.record(Object.fromEntries(members), { requiredKeys: required });
  return fc.oneof(
    { weight: 30, arbitrary: some },
    { weight: 1, arbitrary: some.map((it) => ({ ...it, odd: 1 })) },
  );
}

it('reads and refuses what graphql-js reads and refuses', () => {
  const node = schema.getType('NodeInput') as GraphQLInputObjectType;
  fc.assert(
    fc.property(valueOf(node, 4), (value) => {
      const ours = read(NODE, { node: value });
      const theirs = getVariableValues(schema, ours.operation.variableDefinitions ?? [], { node: value });
      if (theirs.coerced !== undefined) expect(ours.faults).toEqual([]);
      if (theirs.coerced !== undefined) expect(plain(ours.values)).toEqual(plain(theirs.coerced));
      else expect([...ours.faults].sort(byPlace)).toEqual(faultsOf(value).sort(byPlace));
    }),
    { numRuns: 2000 },
  );
});

const told = (data: unknown): unknown[] =>
  Object.values(data as Record<string, string>).map((text) => JSON.parse(text));

type Fault = { path: string; message: string };
const byPlace = (a: Fault, b: Fault): number =>
  `${a.path} ${a.message}` < `${b.path} ${b.message}` ? -1 : 1;

function faultsOf(value: unknown): Fault[] {
  const faults: Fault[] = [];
  const node = schema.getType('NodeInput') as GraphQLInputObjectType;
  if (value === null || value === undefined)
    return [{ path: 'node', message: 'Expected non-nullable type "NodeInput!" not to be null.' }];
  coerceInputValue(value, node, (path, _, { message }) => {
    const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
    faults.push({ path: `node${steps}`, message });
  });
  return faults;
}

it('reads long lists in stages, and says at which items they are wrong', () => {
  const nodes = Array.from({ length: 1200 }, (_, at) => ({ name: `n${at}` }));
  const document = parse(
    'query ($node: NodeInput!, $list: [NodeInput!]) { node(node: $node) all(list: $list) }',
  );
  const operation = document.definitions[0] as OperationDefinitionNode;
  const stages = (given: Record<string, unknown>) => {
    const work = new VariableReader(schema).read(document, operation, given);
    for (let turns = 0; ; turns++) {
      const stage = work.next();
      if (stage.done === true) return { turns, ...stage.value };
    }
  };
  const whole = stages({ node: { name: 'all', children: nodes }, list: nodes });
  expect(whole).toMatchObject({ turns: 4, faults: [], values: { node: { children: nodes }, list: nodes } });
  const wrong = nodes.map((node, at) => (at % 600 === 599 ? { name: 5 } : node));
  const { faults } = stages({ node: { children: wrong }, list: wrong });
  expect(faults.map(({ path }) => path)).toEqual([
    'node.children[599].name',
    'node.children[1199].name',
    'node',
    'list[599].name',
    'list[1199].name',
  ]);
});

it('stops at fifty faults', () => {
  const children = Array.from({ length: 2000 }, () => ({ name: 5 }));
  expect(read(NODE, { node: { name: 'all', children } }).faults).toHaveLength(50);
});

it('gives the defaults of the operation, and leaves absent what has none', () => {
  const text =
    'query ($a: Int = 5, $b: Int, $c: NodeInput = { name: "c" }) { sum(a: $a, b: $b) node(node: $c) }';
  const { values } = read(text, {});
  expect(plain(values)).toEqual({ a: 5, c: { name: 'c', color: 1 } });
});

it('hands graphql-js values that it passes on untouched, for every place a variable may stand in', async () => {
  const text = `query ($node: NodeInput!, $name: String!, $json: JSON) {
    whole: node(node: $node) part: node(node: { name: $name, extra: $json, children: [$node] }) }`;
  const given = { node: { name: 'a', at: '2030-01-31T08:00:00Z' }, name: 'b', json: { any: [1] } };
  const { document, values } = read(text, given);
  const { data, errors } = await execute({ schema, document, variableValues: values });
  expect(errors).toBeUndefined();
  const theirs = await execute({ schema, document: parse(text), variableValues: given });
  expect(told(data)).toEqual(told(theirs.data));
});
