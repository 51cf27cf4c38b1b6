/** Notes on nodes of documents: each instance reads its own, and the document stays what it was to everyone else. */
import { parse, print, visit } from 'graphql';
import { expect, it } from 'vitest';
import { NodeNotes } from '../../../src/api/graphql/node-notes.js';

it('are kept apart, and seen by nobody else', () => {
  const document = parse('{ a }');
  const [one, other] = [
    new NodeNotes<typeof document, number | null>(),
    new NodeNotes<typeof document, string>(),
  ];
  expect(one.get(document)).toBeUndefined();
  one.set(document, null);
  other.set(document, 'x');
  expect([one.get(document), other.get(document)]).toEqual([null, 'x']);
  expect(one.get(parse('{ a }'))).toBeUndefined();
  const kinds: string[] = [];
  visit(document, { enter: ({ kind }) => void kinds.push(kind) });
  expect(kinds).toEqual(['Document', 'OperationDefinition', 'SelectionSet', 'Field', 'Name']);
  expect(print(document)).toBe('{\n  a\n}');
  expect(Object.keys(document)).toEqual(Object.keys(parse('{ a }')));
});
