/** What becomes ready when nodes end one by one, by every type of edge. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Graph } from '../../../src/mesh/graph.js';
import { type Ending, ReadySet } from '../../../src/mesh/ready-set.js';
import { dagGraph } from '../../support/dag.js';
import { randomDag } from './random-dag.js';

function readyByScan(graph: Graph, endings: ReadonlyMap<number, Ending>): number[] {
  const met = (source: number, type: string): boolean =>
    type === 'RESOURCE' ||
    endings.get(source) === 'COMPLETED' ||
    (endings.get(source) === 'ENDED' && type === 'SOFT');
  return Array.from(graph.topologicalOrder()).filter(
    (node) => !endings.has(node) && graph.incoming(node).every((edge) => met(edge.source, edge.type)),
  );
}

test('after each ending, exactly those nodes are ready that a scan of the whole graph finds', () => {
  const script = fc.array(
    fc.record({ pick: fc.nat(), ending: fc.constantFrom<Ending>('COMPLETED', 'ENDED') }),
    { maxLength: 10, size: 'max' },
  );
  fc.assert(
    fc.property(randomDag, script, (graph, steps) => {
      const set = new ReadySet(graph);
      const endings = new Map<number, Ending>();
      for (const { pick, ending } of steps) {
        const before = set.ready();
        expect(before).toEqual(readyByScan(graph, endings));
        const node = before[pick % Math.max(before.length, 1)];
        if (node === undefined) return;
        endings.set(node, ending);
        const made = set.satisfy(node, ending);
        const after = readyByScan(graph, endings);
        expect(made.toSorted()).toEqual(after.filter((n) => !before.includes(n)).toSorted());
        expect(new ReadySet(graph).ready().length).toBe(readyByScan(graph, new Map()).length);
      }
    }),
  );
});

test('a failed source lets go of its SOFT targets only, and a RESOURCE edge holds nothing back', () => {
  const { graph, keys, node } = dagGraph(
    'build -> test; build -data-> ship; build -soft-> notify; build -resource-> lint',
  );
  const set = new ReadySet(graph);
  expect(
    set
      .ready()
      .map((n) => keys[n])
      .toSorted(),
  ).toEqual(['build', 'lint']);
  expect(set.satisfy(node('build'), 'ENDED').map((n) => keys[n])).toEqual(['notify']);
  expect([set.unmet(node('test')), set.isReady(node('ship')), set.isReady(node('build'))]).toEqual([
    1,
    false,
    false,
  ]);
});

test('a node that is added later is ready unless it waits for something that is not over', () => {
  const { graph, node } = dagGraph('a; b');
  const set = new ReadySet(graph);
  set.satisfy(node('a'));
  const late = graph.addNode();
  graph.addEdge({ source: node('a'), target: late, type: 'HARD', weight: 0 });
  set.track(late);
  expect(set.isReady(late)).toBe(true);
  graph.addEdge({ source: node('b'), target: late, type: 'HARD', weight: 0 });
  set.track(late);
  expect([set.isReady(late), set.unmet(late), set.satisfy(node('b'))]).toEqual([false, 1, [late]]);
});

test('a reused index starts afresh', () => {
  const { graph, node } = dagGraph('a -> b');
  const set = new ReadySet(graph);
  set.satisfy(node('a'));
  graph.removeNode(node('a'));
  expect(graph.addNode()).toBe(node('a'));
  set.track(node('a'));
  expect(set.isReady(node('a'))).toBe(true);
});

test('a node that ends twice is a broken invariant', () => {
  const { graph } = dagGraph('a');
  const set = new ReadySet(graph);
  set.satisfy(0);
  expect(() => set.satisfy(0, 'ENDED')).toThrow(/ended before/);
});
