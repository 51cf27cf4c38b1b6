/** Random small DAGs of ten nodes for fast-check: all edge types, weights in whole seconds, edges in any direction of index. */
import fc from 'fast-check';
import { EDGE_TYPES } from '../../../src/mesh/edge-type.js';
import { Graph } from '../../../src/mesh/graph.js';

export const DAG_NODES = 10;

const draw = fc.record({
  source: fc.nat(DAG_NODES - 1),
  target: fc.nat(DAG_NODES - 1),
  type: fc.constantFrom(...EDGE_TYPES),
  weight: fc.nat(4),
});

/** Edges that would repeat one or close a cycle are left out. */
export const randomDag: fc.Arbitrary<Graph> = fc.array(draw, { maxLength: 30, size: 'max' }).map((edges) => {
  const graph = new Graph();
  for (let i = 0; i < DAG_NODES; i++) graph.addNode();
  for (const edge of edges) if (graph.edge(edge.source, edge.target) === undefined) graph.addEdge(edge);
  return graph;
});
