/** Longest paths against brute force over all paths, on small random graphs. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { criticalPath, slack, upwardRanks, type WeightOf } from '../../../src/mesh/critical-path.js';
import type { Graph } from '../../../src/mesh/graph.js';
import { dagGraph } from '../../support/dag.js';
import { randomDag } from './random-dag.js';

/** Whole seconds, so that sums in any order are exact. */
const setting = fc.record({
  dag: randomDag,
  durations: fc.array(fc.nat(9), { minLength: 10, maxLength: 10 }),
});

function longestFrom(graph: Graph, node: number, durations: readonly number[], weightOf: WeightOf): number {
  const waiting = graph.outgoing(node).filter((edge) => edge.type !== 'RESOURCE');
  const tails = waiting.map((edge) => weightOf(edge) + longestFrom(graph, edge.target, durations, weightOf));
  return (durations[node] as number) + Math.max(0, ...tails);
}

test('ranks are the longest paths by brute force, with the weights of the edges or the caller’s', () => {
  fc.assert(
    fc.property(setting, ({ dag, durations }) => {
      const durationOf = (node: number): number => durations[node] as number;
      const nodes = Array.from({ length: dag.nodeCount }, (_, node) => node);
      const expected = (weightOf: WeightOf): number[] =>
        nodes.map((node) => longestFrom(dag, node, durations, weightOf));
      expect(Array.from(upwardRanks(dag, durationOf))).toEqual(expected((edge) => edge.weight));
      expect(Array.from(upwardRanks(dag, durationOf, () => 0))).toEqual(expected(() => 0));
      expect(Array.from(upwardRanks(dag, durationOf, (edge) => edge.target))).toEqual(
        expected((edge) => edge.target),
      );
    }),
  );
});

test('the critical path is a path of the graph as long as it says, and none is longer', () => {
  fc.assert(
    fc.property(setting, ({ dag, durations }) => {
      const { length, path } = criticalPath(dag, (node) => durations[node] as number);
      let walked = 0;
      path.forEach((node, i) => {
        const edge = i === 0 ? undefined : dag.edge(path[i - 1] as number, node);
        if (i > 0) expect(edge?.type).not.toBe('RESOURCE');
        walked += (edge?.weight ?? 0) + (durations[node] as number);
        if (i > 0) expect(edge).toBeDefined();
      });
      expect(walked).toBe(length);
      for (let node = 0; node < dag.nodeCount; node++) {
        expect(longestFrom(dag, node, durations, (edge) => edge.weight)).toBeLessThanOrEqual(length);
      }
    }),
  );
});

test('starting every node at its earliest or at its latest ends the mesh in time and breaks no dependency', () => {
  fc.assert(
    fc.property(setting, ({ dag, durations }) => {
      const durationOf = (node: number): number => durations[node] as number;
      const { length, path } = criticalPath(dag, durationOf);
      const times = slack(dag, durationOf);
      for (let node = 0; node < dag.nodeCount; node++) {
        for (const starts of [times.earliestStart, times.latestStart]) {
          const end = (starts[node] as number) + durationOf(node);
          expect(end).toBeLessThanOrEqual(length);
          for (const edge of dag.outgoing(node)) {
            if (edge.type !== 'RESOURCE')
              expect(end + edge.weight).toBeLessThanOrEqual(starts[edge.target] as number);
          }
        }
        expect(times.slack[node]).toBe(
          (times.latestStart[node] as number) - (times.earliestStart[node] as number),
        );
        expect(times.slack[node]).toBeGreaterThanOrEqual(0);
      }
      for (const node of path) expect(times.slack[node]).toBe(0);
    }),
  );
});

test('a worked example: the weight of an edge can decide the path, a resource edge cannot', () => {
  const { graph, keys, node } = dagGraph(
    'extract -> clean -data:5-> report; extract -> audit -soft-> report; report -resource:100-> backup',
  );
  const seconds: Record<string, number> = { extract: 2, clean: 3, audit: 7, report: 1, backup: 4 };
  const durationOf = (n: number): number => seconds[keys[n] as string] as number;
  const named = ({ length, path }: { length: number; path: number[] }): unknown => [
    length,
    path.map((n) => keys[n]),
  ];
  expect(named(criticalPath(graph, durationOf))).toEqual([11, ['extract', 'clean', 'report']]);
  expect(named(criticalPath(graph, durationOf, () => 0))).toEqual([10, ['extract', 'audit', 'report']]);
  const times = slack(graph, durationOf);
  expect([
    times.earliestStart[node('audit')],
    times.latestStart[node('audit')],
    times.slack[node('backup')],
  ]).toEqual([2, 3, 7]);
});

test('of paths of equal length the first node and the earliest edge decide, also where nothing takes time', () => {
  const { graph, keys } = dagGraph('a -> late; a -> early -> end; late -> end; other -> end');
  const named = (durationOf: (node: number) => number): unknown =>
    criticalPath(graph, durationOf).path.map((n) => keys[n]);
  expect(named(() => 1)).toEqual(['a', 'late', 'end']);
  expect(named(() => 0)).toEqual(['a', 'late', 'end']);
});

test('an empty graph takes no time, and removed nodes take no part', () => {
  const { graph } = dagGraph('a -> b -> c');
  graph.removeNode(1);
  expect(criticalPath(graph, (node) => node + 1)).toEqual({ length: 3, path: [2] });
  graph.removeNode(0);
  graph.removeNode(2);
  expect(criticalPath(graph, () => 1)).toEqual({ length: 0, path: [] });
  expect(Array.from(slack(graph, () => 1).slack)).toEqual([0, 0, 0]);
});

test('a duration that is not a finite number of seconds is a broken invariant', () => {
  const { graph } = dagGraph('a -> b');
  for (const seconds of [-1, Number.NaN, Infinity])
    expect(() => upwardRanks(graph, () => seconds)).toThrow(/duration of node/);
});
