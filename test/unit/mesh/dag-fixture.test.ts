/** The text form of fixtures, on which the tests of every folder rest. */
import { expect, test } from 'vitest';
import { dag, dagGraph } from '../../support/dag.js';

test('arrows carry types and weights, chains continue, and keys come in order of first mention', () => {
  expect(
    dag('extract -> transform -> load-all; extract -soft-> audit; a -data:2.5-> b\n c -resource-> d'),
  ).toEqual({
    keys: ['extract', 'transform', 'load-all', 'audit', 'a', 'b', 'c', 'd'],
    edges: [
      { source: 'extract', target: 'transform', type: 'HARD', weight: 0 },
      { source: 'transform', target: 'load-all', type: 'HARD', weight: 0 },
      { source: 'extract', target: 'audit', type: 'SOFT', weight: 0 },
      { source: 'a', target: 'b', type: 'DATA', weight: 2.5 },
      { source: 'c', target: 'd', type: 'RESOURCE', weight: 0 },
    ],
  });
});

test('a key alone is a node, commas join every pair, and a weight needs no type', () => {
  expect(dag('alone; a, b -:3-> c, d').edges.map((e) => `${e.source}${e.target}${e.weight}`)).toEqual([
    'ac3',
    'ad3',
    'bc3',
    'bd3',
  ]);
  expect(dag('alone; a, b -> c').keys).toEqual(['alone', 'a', 'b', 'c']);
  expect(dag('')).toEqual({ keys: [], edges: [] });
});

test('what is not a fixture is refused with its text', () => {
  for (const text of ['a - b', 'a ->', 'a -fuzzy-> b', 'a b'])
    expect(() => dag(text)).toThrow(/not a list of task keys/);
  expect(() => dagGraph('a -> b -> a')).toThrow('the fixture has a cycle: a -> b -> a');
  expect(() => dagGraph('a').node('z')).toThrow(/no task "z"/);
});
