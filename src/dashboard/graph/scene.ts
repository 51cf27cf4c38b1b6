/** Everything that one picture of a mesh is made of: what is drawn, where, and what is pointed out. Read by the painters. */
import type { MeshState } from '../mesh/mesh-state.js';
import { layout, type Layout } from './layout.js';
import { statusOfNode, viewGraph, type ViewGraph, type Wish } from './view-graph.js';

export interface Scene {
  readonly state: MeshState;
  readonly graph: ViewGraph;
  readonly layout: Layout;
  /** Of each node, as of the last frame. */
  readonly statuses: Uint8Array;
  /** Ms that the layout took. */
  readonly layoutMs: number;
}

/** What is pointed out; nodes of the scene. */
export interface Marks {
  readonly critical: ReadonlySet<number>;
  /** Undefined: nothing is sought. */
  readonly found: ReadonlySet<number> | undefined;
  readonly selected: number;
  readonly hovered: number;
}

export function sceneOf(state: MeshState, wish: Wish): Scene {
  const graph = viewGraph(state, wish);
  const began = performance.now();
  const placed = layout(graph);
  const scene = {
    ...{ state, graph, layout: placed },
    statuses: new Uint8Array(graph.size),
    layoutMs: performance.now() - began,
  };
  refresh(scene);
  return scene;
}

export function refresh({ graph, state, statuses }: Scene): void {
  for (let node = 0; node < graph.size; node++) statuses[node] = statusOfNode(graph, state, node);
}

export function nodesOf(scene: Scene, places: Iterable<number>): Set<number> {
  const nodes = new Set<number>();
  for (const place of places) {
    const node = scene.graph.nodeOfTask[place] ?? -1;
    if (node >= 0) nodes.add(node);
  }
  return nodes;
}

export function nameOf({ graph, state }: Scene, node: number): string {
  const folded = graph.names[node];
  if (folded === undefined) return state.names[graph.task[node]!]!;
  return folded.slice(0, folded.lastIndexOf('@'));
}
