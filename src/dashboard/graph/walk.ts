/** Where arrows lead in the graph: along edges to the right and left, within a layer up and down. Pure. */
import type { Scene } from './scene.js';

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

function nearest(scene: Scene, from: number, candidates: Iterable<number>): number {
  const { x, y } = scene.layout;
  let [found, least] = [-1, Number.POSITIVE_INFINITY];
  for (const node of candidates) {
    const distance = Math.hypot((x[node]! - x[from]!) / 4, y[node]! - y[from]!);
    if (node !== from && distance < least) [found, least] = [node, distance];
  }
  return found;
}

function* along(scene: Scene, from: number, isForwards: boolean): Generator<number> {
  const { sources, targets } = scene.graph;
  const [here, there] = isForwards ? [sources, targets] : [targets, sources];
  for (let edge = 0; edge < here.length; edge++) if (here[edge] === from) yield there[edge]!;
}

function* inColumn(scene: Scene, from: number, isDown: boolean): Generator<number> {
  const { x, y } = scene.layout;
  for (let node = 0; node < scene.graph.size; node++) {
    if (Math.abs(x[node]! - x[from]!) > 1 || node === from) continue;
    if (isDown ? y[node]! > y[from]! : y[node]! < y[from]!) yield node;
  }
}

/** −1: there is nothing in that direction. */
export function step(scene: Scene, from: number, direction: Direction): number {
  if (from < 0) return scene.graph.size === 0 ? -1 : 0;
  if (direction === 'ArrowRight') return nearest(scene, from, along(scene, from, true));
  if (direction === 'ArrowLeft') return nearest(scene, from, along(scene, from, false));
  return nearest(scene, from, inColumn(scene, from, direction === 'ArrowDown'));
}
