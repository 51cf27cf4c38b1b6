/** The graph against a naive model: any history of nodes and edges, singly and in batches. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EDGE_TYPES } from '../../../src/mesh/edge-type.js';
import { Graph, type GraphEdge } from '../../../src/mesh/graph.js';
import { dagGraph } from '../../support/dag.js';
import { expectCycle, expectOrdered, expectSame, NaiveGraph } from './naive-graph.js';

/** Ends are drawn from all numbers and folded onto the nodes there are, so that any script is playable. */
const edgeDraw = fc.record({
  source: fc.nat(),
  target: fc.nat(),
  type: fc.constantFrom(...EDGE_TYPES),
  weight: fc.nat(5),
});
const step = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ do: 'addNode' } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeNode' as const), node: fc.nat() }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('addEdge' as const), edge: edgeDraw }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('addEdges' as const),
      batch: fc.array(edgeDraw, { maxLength: 12, size: 'max' }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('removeEdge' as const), at: fc.nat() }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const edgeOf = (source: number, target: number): GraphEdge => ({ source, target, type: 'HARD', weight: 0 });

class History {
  readonly graph = new Graph();
  readonly model = new NaiveGraph();

  constructor(nodeCount: number) {
    for (let i = 0; i < nodeCount; i++) this.model.nodes.add(this.graph.addNode());
  }

  play(given: Step): void {
    if (given.do === 'addNode') this.model.nodes.add(this.graph.addNode());
    else if (this.model.nodes.size === 0) return;
    else if (given.do === 'removeNode') this.#removeNode(this.#fold(given.node));
    else if (given.do === 'addEdge')
      this.#add([given.edge], (edges) => this.graph.addEdge(edges[0] as GraphEdge));
    else if (given.do === 'addEdges') this.#add(given.batch, (edges) => this.graph.addEdges(edges));
    else this.#removeEdge(given.at);
  }

  #fold(draw: number): number {
    return [...this.model.nodes][draw % this.model.nodes.size] as number;
  }

  #removeNode(node: number): void {
    this.graph.removeNode(node);
    this.model.removeNode(node);
    expect(this.graph.hasNode(node)).toBe(false);
  }

  #add(draws: GraphEdge[], add: (edges: GraphEdge[]) => { cycle: number[] } | undefined): void {
    const edges: GraphEdge[] = [];
    for (const draw of draws) {
      const edge = { ...draw, source: this.#fold(draw.source), target: this.#fold(draw.target) };
      const known = [...this.model.edges, ...edges];
      if (!known.some((other) => other.source === edge.source && other.target === edge.target))
        edges.push(edge);
    }
    if (edges.length === 0) return;
    const refusal = add(edges);
    expect(refusal !== undefined).toBe(this.model.wouldCycle(edges));
    if (refusal) expectCycle(refusal.cycle, [...this.model.edges, ...edges]);
    else this.model.edges.push(...edges);
  }

  #removeEdge(at: number): void {
    const edge = this.model.edges[at % Math.max(this.model.edges.length, 1)];
    if (edge === undefined) return;
    expect(this.graph.edge(edge.source, edge.target)).toEqual(edge);
    expect(this.graph.removeEdge(edge.source, edge.target)).toEqual(edge);
    expect(this.graph.edge(edge.source, edge.target)).toBeUndefined();
    this.model.removeEdge(edge.source, edge.target);
  }
}

test('after any history the graph agrees with the naive model, refuses exactly the cycles and names real ones', () => {
  fc.assert(
    fc.property(fc.nat(12), fc.array(step, { maxLength: 60, size: 'max' }), (nodeCount, steps) => {
      const history = new History(nodeCount);
      for (const given of steps) {
        history.play(given);
        expectSame(history.graph, history.model);
      }
    }),
    { numRuns: 150 },
  );
});

test('edges one by one and the same edges at once are refused or accepted alike', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 15 }),
      fc.array(edgeDraw, { maxLength: 40, size: 'max' }),
      (nodeCount, draws) => {
        const [single, bulk] = [new History(nodeCount), new History(nodeCount)];
        const edges = new Map<string, GraphEdge>();
        for (const draw of draws) {
          const edge = { ...draw, source: draw.source % nodeCount, target: draw.target % nodeCount };
          edges.set(`${edge.source} ${edge.target}`, edge);
        }
        const refused = [...edges.values()].some((edge) => single.graph.addEdge(edge) !== undefined);
        expect(bulk.graph.addEdges([...edges.values()]) !== undefined).toBe(refused);
        bulk.model.edges = refused ? [] : [...edges.values()];
        expectSame(bulk.graph, bulk.model);
      },
    ),
  );
});

describe('a small batch for a large graph, which is added edge by edge,', () => {
  function chain(length: number): { graph: Graph; edges: GraphEdge[] } {
    const graph = new Graph();
    for (let i = 0; i < length; i++) graph.addNode();
    const edges = Array.from({ length: length - 2 }, (_, i) => edgeOf(i, i + 1));
    expect(graph.addEdges(edges)).toBeUndefined();
    return { graph, edges };
  }

  test('is added when it closes no cycle', () => {
    const { graph, edges } = chain(2_000);
    const batch = [edgeOf(3, 900), edgeOf(1_999, 0), edgeOf(5, 7)];
    expect(graph.addEdges(batch)).toBeUndefined();
    expectOrdered(graph, [...edges, ...batch]);
    expect(graph.edgeCount).toBe(edges.length + 3);
  });

  test('is taken back as a whole when its last edge closes one', () => {
    const { graph, edges } = chain(2_000);
    const refusal = graph.addEdges([edgeOf(3, 900), edgeOf(1_999, 0), edgeOf(902, 2)]);
    expect(refusal).toEqual({ cycle: [902, 2, 3, 900, 901, 902] });
    expect(graph.edgeCount).toBe(edges.length);
    expect(graph.edge(3, 900)).toBeUndefined();
    expectOrdered(graph, edges);
  });
});

test('an edge from a node to itself is the cycle of that node', () => {
  const { graph, node } = dagGraph('a -> b');
  expect(graph.addEdge(edgeOf(node('a'), node('a')))).toEqual({ cycle: [0, 0] });
  expect(graph.addEdges([edgeOf(node('b'), node('b'))])).toEqual({ cycle: [1, 1] });
  expect(graph.edgeCount).toBe(1);
});

test('the cycle that is named is the shortest through the refused edge', () => {
  const { graph, keys, node } = dagGraph('a -> b -> c -> d -> e; a -soft-> d');
  const refusal = graph.addEdge(edgeOf(node('e'), node('a')));
  expect(refusal?.cycle.map((n) => keys[n])).toEqual(['e', 'a', 'd', 'e']);
});

test.each(EDGE_TYPES)('an edge of type %s counts for cycles', (type) => {
  const { graph } = dagGraph(`a -${type.toLowerCase()}-> b`);
  expect(graph.addEdge(edgeOf(1, 0))).toEqual({ cycle: [1, 0, 1] });
});

test('indices of removed nodes are given out again, without their edges', () => {
  const { graph } = dagGraph('a -> b -> c');
  graph.removeNode(1);
  expect([graph.addNode(), graph.outgoing(1), graph.incoming(1), graph.nodeLimit]).toEqual([1, [], [], 3]);
  expect(graph.addEdge(edgeOf(2, 0))).toBeUndefined();
});

test('edges that say nonsense are broken invariants', () => {
  const { graph } = dagGraph('a -> b; c');
  expect(() => graph.addEdge(edgeOf(0, 1))).toThrow(/exists already/);
  expect(() => graph.addEdge(edgeOf(0, 9))).toThrow(/no node 9/);
  expect(() => graph.addEdges([edgeOf(-1, 0)])).toThrow(/no node -1/);
  expect(() => graph.removeNode(9)).toThrow(/no node 9/);
  for (const weight of [-1, Number.NaN, Infinity]) {
    expect(() => graph.addEdge({ source: 2, target: 0, type: 'DATA', weight })).toThrow(/weight/);
  }
  expect(graph.edgeCount).toBe(1);
});
