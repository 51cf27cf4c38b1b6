/** Documents are gone through as `visit` of graphql-js does: the same nodes at the same places, entered and left. */
import { type ASTNode, Kind, parse, visit } from 'graphql';
import { expect, it } from 'vitest';
import { type Visit, walkDocument } from '../../../src/api/graphql/document-walk.js';

const TEXT = `
  query A($a: [Int!]! = [1, 2], $b: In @d(x: 1)) @skip(if: $a) { one: f(x: { y: [1, $b], z: null }) { ...F ... on T { g } ... { h } } }
  fragment F on T { g @include(if: true) }
  "described" type T implements I & J @d { "of g" g(x: Int = 3): [Int!] }
  extend schema { query: T }
  enum E { A B }
  directive @d(x: Int) repeatable on FIELD | OBJECT`;

type Place = Parameters<Visit> extends [unknown, ...infer Rest] ? Rest : never;
type Told = [string, string, unknown, unknown, unknown[], unknown[]];

const told = (what: string, { kind }: ASTNode, [key, parent, path, ancestors]: Place): Told => [
  what,
  kind,
  key,
  parent,
  [...path],
  [...ancestors],
];

it.each([
  ['small', '{ a }'],
  ['with all kinds of places', TEXT],
  ['deep', `{ ${'a { '.repeat(300)} b ${'} '.repeat(300)} }`],
])('a document, %s', (_what, text) => {
  const document = parse(text);
  const [ours, theirs]: [Told[], Told[]] = [[], []];
  visit(document, {
    enter: (node, ...place) => void theirs.push(told('enter', node, place as unknown as Place)),
    leave: (node, ...place) => void theirs.push(told('leave', node, place as unknown as Place)),
  });
  walkDocument(document, {
    enter: (node, ...place) => void ours.push(told('enter', node, place)),
    leave: (node, ...place) => void ours.push(told('leave', node, place)),
  });
  expect(ours.length).toBe(theirs.length);
  for (const [index, one] of ours.entries()) {
    const other = theirs[index] as Told;
    for (const [at, value] of one.entries()) {
      if (!Array.isArray(value) || at < 4) expect(value === other[at]).toBe(true);
      else expect(value.every((part, place) => part === (other[at] as unknown[])[place])).toBe(true);
    }
    expect([one[4].length, one[5].length]).toEqual([other[4].length, other[5].length]);
  }
  expect(ours[0]?.[1]).toBe(Kind.DOCUMENT);
});
