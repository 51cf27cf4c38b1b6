/** The layered layout of the graph: edges go to the right, nothing overlaps, and it is fast enough for 10,000 nodes. */
import { describe, expect, it } from 'vitest';
import {
  layout,
  type Layout,
  NODE_HEIGHT,
  NODE_WIDTH,
  type Wiring,
} from '../../../src/dashboard/graph/layout.js';
import { SeededRandom } from '../../../src/kit/random.js';

function wiring(size: number, edges: readonly (readonly [number, number])[]): Wiring {
  return {
    size,
    sources: Int32Array.from(edges, ([source]) => source),
    targets: Int32Array.from(edges, ([, target]) => target),
  };
}

function overlaps({ x, y }: Layout): number {
  let found = 0;
  for (let a = 0; a < x.length; a++)
    for (let b = a + 1; b < x.length; b++)
      if (
        Math.abs((x[a] ?? 0) - (x[b] ?? 0)) < NODE_WIDTH &&
        Math.abs((y[a] ?? 0) - (y[b] ?? 0)) < NODE_HEIGHT
      )
        found++;
  return found;
}

describe('the layout', () => {
  it('puts what depends to the right of what it depends on', () => {
    const { x, layer } = layout(
      wiring(4, [
        [0, 1],
        [0, 2],
        [1, 3],
        [2, 3],
      ]),
    );
    expect([...layer]).toEqual([0, 1, 1, 2]);
    expect((x[0] ?? 0) < (x[1] ?? 0) && (x[1] ?? 0) < (x[3] ?? 0)).toBe(true);
  });

  it('puts a source right before what it leads to, however late that is', () => {
    expect([
      ...layout(
        wiring(4, [
          [0, 1],
          [1, 2],
          [3, 2],
        ]),
      ).layer,
    ]).toEqual([0, 1, 2, 1]);
  });

  it('uncrosses what can be uncrossed', () => {
    const { y } = layout(
      wiring(6, [
        [0, 5],
        [1, 4],
        [2, 3],
      ]),
    );
    const order = (nodes: readonly number[]): number[] =>
      [...nodes].sort((a, b) => (y[a] ?? 0) - (y[b] ?? 0));
    expect(order([3, 4, 5]).map((node) => 5 - node)).toEqual(order([0, 1, 2]));
  });

  it('never lays a node on another, alone or in columns', () => {
    const random = new SeededRandom(11);
    const edges = Array.from({ length: 500 }, () => {
      const source = Math.floor(random.next() * 300);
      return [source, source + 1 + Math.floor(random.next() * (399 - source))] as const;
    });
    expect(overlaps(layout(wiring(400, edges)))).toBe(0);
    expect(overlaps(layout(wiring(300, [])))).toBe(0);
  });

  it('of nothing is nothing', () => {
    expect(layout(wiring(0, []))).toMatchObject({ height: NODE_HEIGHT, width: NODE_WIDTH });
  });
});
