/** The gate finds in documents what `validate` of graphql-js finds, error for error, on documents that nobody would write. */
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { DocumentCheck } from '../../../src/api/graphql/document-check.js';
import { Generator } from '../../attack/generated.js';

const ERRORS_MAX = 3;
const WRITTEN = [
  '{ tasks { nodes { id } } }',
  'query ($id: ID!) { task(id: $id) { ...T } } fragment T on Task { key mesh { ...M } } fragment M on Mesh { name }',
  'query ($id: ID!, $none: Int) { task(id: $id) { id } }',
  'query ($id: Int) { task(id: $id) { id } }',
  '{ task(id: "a") { id: key id } }',
  '{ a: task(id: "a") { id } a: task(id: "b") { id } }',
  '{ task(id: "a") { ...A } } fragment A on Task { ...B } fragment B on Task { ...A }',
  'fragment Unused on Task { id }',
  '{ task(id: "a") { ... on Mesh { id } } }',
  '{ task(id: "a") { ...Nobody } }',
  '{ task(id: "a") }',
  '{ task(id: "a") { id { more } } }',
  '{ nothing none no never nowhere nobody neither }',
  '{ tasks(first: "ten", first: 2, last: 3) { nodes { id } } }',
  '{ tasks(filter: { statuses: [NO, COMPLETED], statuses: [], other: 1 }) { nodes { id } } }',
  'mutation { createTask(input: { key: 5, retryPolicy: { maxAttempts: "x" } }) { id } }',
  'query A { health { ready } } query A { health { ready } } { health { ready } }',
  'subscription { taskStatusChanged { seq } eventOccurred { seq } }',
  '{ health @skip { ready @include(if: "a") @nothing @skip(if: true) @skip(if: true) } }',
  'type Query { a: Int } { health { ready } }',
  'query ($a: Nothing = 5, $a: Int = "x") { health { ready } }',
];

let schema: GraphQLSchema;
let check: DocumentCheck;
beforeAll(() => {
  schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
  check = new DocumentCheck(schema, specifiedRules);
});

const told = (errors: readonly GraphQLError[]) =>
  errors.map(({ message, locations }) => ({ message, locations }));

function both(document: DocumentNode): { ours: object[]; theirs: object[] } {
  const theirs = validate(schema, document, specifiedRules, { maxErrors: ERRORS_MAX });
  return {
    ours: told(check.errors(document, ERRORS_MAX)),
    theirs: told(theirs),
  };
}

describe('errors of a document', () => {
  it.each(WRITTEN)('%s', (text) => {
    const { ours, theirs } = both(parse(text));
    expect(ours).toEqual(theirs);
  });

  it('of two thousand others are the same, in the same order, and end at the same limit', () => {
    const generator = new Generator(20_261_201);
    const counts = { fine: 0, wrong: 0, tooMany: 0 };
    for (let index = 0; index < 2000; index++) {
      const text = generator.document(schema);
      let document: DocumentNode;
      try {
        document = parse(text, { maxTokens: 2000 });
      } catch {
        continue;
      }
      const { ours, theirs } = both(document);
      expect(ours, text).toEqual(theirs);
      if (theirs.length === 0) counts.fine++;
      else counts.wrong++;
      if (theirs.length > ERRORS_MAX) counts.tooMany++;
    }
    for (const [what, count] of Object.entries(counts)) expect(count, what).toBeGreaterThan(20);
  });

  it('that a rule throws for another reason are not swallowed', () => {
    const broken = () => ({
      Field: () => {
        throw new TypeError('a fault of ours');
      },
    });
    expect(() => new DocumentCheck(schema, [broken]).errors(parse('{ health { ready } }'), 1)).toThrow(
      'a fault of ours',
    );
  });
});
