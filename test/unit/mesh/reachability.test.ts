/** Descendants and ancestors, against the naive search and each other. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ancestors, descendants } from '../../../src/mesh/reachability.js';
import { dagGraph } from '../../support/dag.js';
import { NaiveGraph } from './naive-graph.js';
import { DAG_NODES, randomDag } from './random-dag.js';

test('descendants are what can be reached over edges that wait, and ancestors are the same seen from below', () => {
  fc.assert(
    fc.property(randomDag, (graph) => {
      const model = new NaiveGraph();
      const nodes = Array.from({ length: DAG_NODES }, (_, node) => node);
      model.edges = nodes.flatMap((node) => graph.outgoing(node)).filter((edge) => edge.type !== 'RESOURCE');
      for (const node of nodes) {
        const expected = nodes.filter((other) => other !== node && model.reaches(node, other));
        expect([...descendants(graph, [node])].toSorted()).toEqual(expected);
        for (const other of expected) expect(ancestors(graph, [other]).has(node)).toBe(true);
        expect(ancestors(graph, [node]).size).toBe(
          nodes.filter((other) => other !== node && model.reaches(other, node)).length,
        );
      }
    }),
  );
});

test('of several nodes the answer is the union, and a start node is in it only when another leads to it', () => {
  const { graph, keys, node } = dagGraph('a -> b -> c; d -soft-> e; d -resource-> f');
  const names = (nodes: Set<number>): unknown => [...nodes].map((n) => keys[n]).sort();
  expect(names(descendants(graph, [node('a'), node('d')]))).toEqual(['b', 'c', 'e']);
  expect(names(descendants(graph, [node('a'), node('b')]))).toEqual(['b', 'c']);
  expect(names(ancestors(graph, [node('f'), node('c')]))).toEqual(['a', 'b']);
  expect(names(descendants(graph, []))).toEqual([]);
});
