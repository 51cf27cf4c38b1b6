/**
 * Puts the tasks of a graph into layers, sources first, and orders each layer so that few edges cross. Called by both
 * pictures. Longest-path layering and barycentre sweeps (Sugiyama, Tagawa and Toda, IEEE Transactions on Systems, Man
 * and Cybernetics 11(2), 1981), without dummy nodes.
 */
import { csrFrom, topologicalOrder } from '../../mesh/topological-order.js';
import type { GraphModel } from './graph-model.js';

const SWEEPS = 6;

/** Per task the tasks it is joined with on one side. */
type Neighbours = readonly (readonly number[])[];

function neighbours({ tasks, links }: GraphModel, side: 'source' | 'target'): number[][] {
  const lists: number[][] = tasks.map(() => []);
  const other = side === 'source' ? 'target' : 'source';
  for (const link of links) lists[link[other]]?.push(link[side]);
  return lists;
}

function depths({ tasks, links }: GraphModel): Int32Array {
  const sources = Int32Array.from(links, (link) => link.source);
  const targets = Int32Array.from(links, (link) => link.target);
  const csr = csrFrom(tasks.length, sources, targets);
  const depth = new Int32Array(tasks.length);
  for (const task of topologicalOrder(csr)) {
    for (let at = csr.offsets[task] ?? 0; at < (csr.offsets[task + 1] ?? 0); at++) {
      const target = csr.targets[at] ?? 0;
      depth[target] = Math.max(depth[target] ?? 0, (depth[task] ?? 0) + 1);
    }
  }
  return depth;
}

/** The mean place of its neighbours; a task without any stays where it is. */
function barycentre(task: number, sides: Neighbours, places: Float64Array): number {
  const list = sides[task] ?? [];
  if (list.length === 0) return places[task] ?? 0;
  return list.reduce((sum, one) => sum + (places[one] ?? 0), 0) / list.length;
}

/** Places count from the middle, so that layers of different sizes are compared by where they will be drawn. */
function place(layer: readonly number[], places: Float64Array): void {
  layer.forEach((task, at) => (places[task] = at - (layer.length - 1) / 2));
}

function sweep(layers: number[][], sides: Neighbours, places: Float64Array): void {
  for (const layer of layers) {
    const centres = new Map(layer.map((task) => [task, barycentre(task, sides, places)]));
    layer.sort((a, b) => (centres.get(a) ?? 0) - (centres.get(b) ?? 0) || a - b);
    place(layer, places);
  }
}

/** Task indexes, layer by layer. */
export function layersOf(graph: GraphModel): number[][] {
  const layers: number[][] = [];
  depths(graph).forEach((depth, task) => (layers[depth] ??= []).push(task));
  const places = new Float64Array(graph.tasks.length);
  for (const layer of layers) place(layer, places);
  const [before, after] = [neighbours(graph, 'source'), neighbours(graph, 'target')];
  for (let round = 0; round < SWEEPS; round++) {
    if (round % 2 === 0) sweep(layers, before, places);
    else sweep(layers.toReversed(), after, places);
  }
  return layers;
}
