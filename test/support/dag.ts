/**
 * DAG fixtures as text: `dag('extract -> transform -> load; extract -soft-> audit; a -data:2-> b; c -resource-> d')`.
 * Statements end with `;` or a line; an arrow is `->` (HARD), `-type->` or `-type:weight->`; `a, b -> c` joins every pair; a key alone is a node.
 * Cycles and duplicates are passed on as written: refusing them is what is tested.
 */
import type { EdgeType } from '../../src/mesh/edge-type.js';
import { Graph } from '../../src/mesh/graph.js';

export interface DagEdge {
  source: string;
  target: string;
  type: EdgeType;
  weight: number;
}

export interface Dag {
  /** In order of first mention. */
  keys: string[];
  edges: DagEdge[];
}

const ARROW = /\s*-(?:(hard|soft|data|resource)?(?::(\d+(?:\.\d+)?))?-)?>\s*/i;

function keysOf(group: string): string[] {
  const keys = group.split(',').map((key) => key.trim());
  if (keys.some((key) => !/^[\w.-]+$/.test(key))) throw new Error(`not a list of task keys: "${group}"`);
  return keys;
}

export function dag(text: string): Dag {
  const keys = new Set<string>();
  const edges: DagEdge[] = [];
  for (const statement of text
    .split(/[;\n]/)
    .map((part) => part.trim())
    .filter(Boolean)) {
    // Splitting by a pattern with two groups gives [keys, type, weight, keys, type, weight, keys, …].
    const parts = statement.split(ARROW);
    for (const key of keysOf(parts[0] as string)) keys.add(key);
    for (let i = 3; i < parts.length; i += 3) {
      const type = (parts[i - 2] ?? 'HARD').toUpperCase() as EdgeType;
      const weight = Number(parts[i - 1] ?? 0);
      const targets = keysOf(parts[i] as string);
      for (const target of targets) keys.add(target);
      for (const source of keysOf(parts[i - 3] as string)) {
        for (const target of targets) edges.push({ source, target, type, weight });
      }
    }
  }
  return { keys: [...keys], edges };
}

/** The same as a `Graph`, whose node n is the n-th key. The text must be acyclic. */
export function dagGraph(text: string): { graph: Graph; keys: string[]; node: (key: string) => number } {
  const { keys, edges } = dag(text);
  const graph = new Graph();
  const nodes = new Map(keys.map((key) => [key, graph.addNode()]));
  const node = (key: string): number => {
    const found = nodes.get(key);
    if (found === undefined) throw new Error(`the fixture has no task "${key}"`);
    return found;
  };
  const refusal = graph.addEdges(
    edges.map((edge) => ({ ...edge, source: node(edge.source), target: node(edge.target) })),
  );
  if (refusal) throw new Error(`the fixture has a cycle: ${refusal.cycle.map((n) => keys[n]).join(' -> ')}`);
  return { graph, keys, node };
}
