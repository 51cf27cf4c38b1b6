/** Ordering a plain list of edges, and naming a cycle where there is no order. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EdgeTable } from '../../../src/mesh/edge-table.js';
import { cycleThrough, findCycle } from '../../../src/mesh/find-cycle.js';
import type { GraphEdge } from '../../../src/mesh/graph.js';
import { csrFrom, topologicalOrder } from '../../../src/mesh/topological-order.js';
import { expectCycle } from './naive-graph.js';

const NODES = 12;
const edgeSet = fc.uniqueArray(fc.tuple(fc.nat(NODES - 1), fc.nat(NODES - 1)), {
  selector: ([a, b]) => a * NODES + b,
  maxLength: 30,
  size: 'max',
});

function orderOf(pairs: readonly (readonly [number, number])[]): Int32Array {
  return topologicalOrder(
    csrFrom(
      NODES,
      Int32Array.from(pairs, ([a]) => a),
      Int32Array.from(pairs, ([, b]) => b),
    ),
  );
}

test('rows hold the targets of each node in the given order, and edges without source are left out', () => {
  const { offsets, targets } = csrFrom(3, Int32Array.of(2, 0, -1, 2), Int32Array.of(1, 2, 0, 0));
  expect([Array.from(offsets), Array.from(targets)]).toEqual([
    [0, 1, 1, 3],
    [2, 1, 0],
  ]);
});

test('the order is complete and along all edges, or it falls short and a real cycle is found', () => {
  fc.assert(
    fc.property(edgeSet, (pairs) => {
      const edges: GraphEdge[] = pairs.map(([source, target]) => ({
        source,
        target,
        type: 'SOFT',
        weight: 0,
      }));
      const table = new EdgeTable();
      table.reserveNodes(NODES);
      for (const edge of edges) table.insert(edge);
      const order = orderOf(pairs);
      const cycle = findCycle(table, NODES, order);
      expect(cycle === undefined).toBe(order.length === NODES);
      if (cycle) expectCycle(cycle, edges);
      for (const [source, target] of pairs) {
        if (order.includes(target)) expect(order.indexOf(source)).toBeLessThan(order.indexOf(target));
      }
    }),
    { numRuns: 500 },
  );
});

test('there is no cycle through an edge whose target does not lead back', () => {
  const table = new EdgeTable();
  table.reserveNodes(3);
  table.insert({ source: 0, target: 1, type: 'HARD', weight: 0 });
  expect(cycleThrough(table, 2, 0)).toBeUndefined();
  expect(cycleThrough(table, 1, 0)).toEqual([1, 0, 1]);
  expect(cycleThrough(table, 2, 2)).toEqual([2, 2]);
});
