/**
 * The graph as anyone would write it in a minute: a list of edges and a depth-first search. Correct, slow, and the yardstick of the
 * property tests beside it.
 */
import { expect } from 'vitest';
import type { Graph, GraphEdge } from '../../../src/mesh/graph.js';

export class NaiveGraph {
  readonly nodes = new Set<number>();
  edges: GraphEdge[] = [];

  reaches(from: number, to: number, edges: readonly GraphEdge[] = this.edges): boolean {
    const seen = new Set([from]);
    const stack = [from];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (node === to) return true;
      for (const edge of edges) {
        if (edge.source !== node || seen.has(edge.target)) continue;
        seen.add(edge.target);
        stack.push(edge.target);
      }
    }
    return false;
  }

  has(source: number, target: number): boolean {
    return this.edges.some((edge) => edge.source === source && edge.target === target);
  }

  /** Whether these edges, with those there are, contain a cycle. */
  wouldCycle(batch: readonly GraphEdge[]): boolean {
    const all = [...this.edges, ...batch];
    return batch.some((edge) => this.reaches(edge.target, edge.source, all));
  }

  removeNode(node: number): void {
    this.nodes.delete(node);
    this.edges = this.edges.filter((edge) => edge.source !== node && edge.target !== node);
  }

  removeEdge(source: number, target: number): void {
    this.edges = this.edges.filter((edge) => edge.source !== source || edge.target !== target);
  }
}

/** Everything a graph says about itself agrees with the model, and its order is an order. */
export function expectSame(graph: Graph, model: NaiveGraph): void {
  expect([graph.nodeCount, graph.edgeCount]).toEqual([model.nodes.size, model.edges.length]);
  for (const node of model.nodes) {
    expect(graph.outgoing(node)).toEqual(model.edges.filter((edge) => edge.source === node));
    expect(graph.incoming(node)).toEqual(model.edges.filter((edge) => edge.target === node));
  }
  expectOrdered(graph, model.edges);
  expect(new Set(graph.topologicalOrder())).toEqual(model.nodes);
}

export function expectOrdered(graph: Graph, edges: readonly GraphEdge[]): void {
  const place = new Map(Array.from(graph.topologicalOrder(), (node, i) => [node, i]));
  expect(place.size).toBe(graph.nodeCount);
  for (const { source, target } of edges) {
    expect(place.get(source)).toBeLessThan(place.get(target) as number);
    expect(graph.position(source)).toBeLessThan(graph.position(target));
  }
}

/** A closed path without repeats whose every step is one of the edges. */
export function expectCycle(cycle: readonly number[], edges: readonly GraphEdge[]): void {
  expect(cycle.length).toBeGreaterThanOrEqual(2);
  expect(cycle.at(-1)).toBe(cycle[0]);
  expect(new Set(cycle.slice(1)).size).toBe(cycle.length - 1);
  for (let i = 0; i + 1 < cycle.length; i++) {
    expect(edges.some((edge) => edge.source === cycle[i] && edge.target === cycle[i + 1])).toBe(true);
  }
}
