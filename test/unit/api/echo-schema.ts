/** A schema with every kind of input that there is, whose fields answer what reached them. */
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { GraphQLDateTime } from '../../../src/api/graphql/scalar/date-time-scalar.js';
import { GraphQLJson } from '../../../src/api/graphql/scalar/json-scalar.js';

const color = new GraphQLEnumType({ name: 'Color', values: { RED: { value: 1 }, GREEN: { value: 2 } } });

const choice = new GraphQLInputObjectType({
  name: 'ChoiceInput',
  isOneOf: true,
  fields: { text: { type: GraphQLString }, number: { type: GraphQLInt } },
});

const node: GraphQLInputObjectType = new GraphQLInputObjectType({
  name: 'NodeInput',
  fields: () => ({
    name: { type: new GraphQLNonNull(GraphQLString) },
    color: { type: color, defaultValue: 1 },
    weight: { type: GraphQLFloat },
    id: { type: GraphQLID },
    flag: { type: GraphQLBoolean },
    at: { type: GraphQLDateTime },
    extra: { type: GraphQLJson },
    choice: { type: choice },
    grid: { type: new GraphQLList(new GraphQLList(new GraphQLNonNull(GraphQLInt))) },
    children: { type: new GraphQLList(new GraphQLNonNull(node)) },
  }),
});

const echo = (_: unknown, given: object): string => JSON.stringify(given);

export function echoSchema(): GraphQLSchema {
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: {
      node: { type: GraphQLString, args: { node: { type: node } }, resolve: echo },
      all: {
        type: GraphQLString,
        args: { list: { type: new GraphQLList(new GraphQLNonNull(node)) } },
        resolve: echo,
      },
      sum: { type: GraphQLInt, args: { a: { type: GraphQLInt }, b: { type: GraphQLInt } }, resolve: echo },
    },
  });
  return new GraphQLSchema({ query, types: [color] });
}
