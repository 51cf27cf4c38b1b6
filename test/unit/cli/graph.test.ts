/** Pictures of graphs: every edge leads to a later layer, and nothing in a name can break out of the SVG. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GraphModel } from '../../../src/cli/graph/graph-model.js';
import { graphSvg } from '../../../src/cli/graph/graph-svg.js';
import { layersOf } from '../../../src/cli/graph/layers.js';
import { TASK_STATUSES } from '../../../src/lifecycle/vocabulary.js';
import { EDGE_TYPES } from '../../../src/mesh/edge-type.js';

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('</text><script>', '"onload="x', "'&<>]]>", '\uFFFE\u0000\ud800'),
);

const graphs: fc.Arbitrary<GraphModel> = fc.nat(12).chain((last) => {
  const task = fc.record({
    key: texts,
    name: texts,
    kind: fc.constant('wait'),
    status: fc.option(fc.constantFrom(...TASK_STATUSES), { nil: undefined }),
  });
  const ends = fc.tuple(fc.nat(last), fc.nat(last)).filter(([a, b]) => a !== b);
  const link = fc
    .tuple(ends, fc.constantFrom(...EDGE_TYPES))
    .map(([[a, b], type]) => ({ source: Math.min(a, b), target: Math.max(a, b), type, weight: 0 }));
  return fc.record({
    name: texts,
    tasks: fc.array(task, { minLength: last + 1, maxLength: last + 1 }),
    links: last === 0 ? fc.constant([]) : fc.array(link),
  });
});

/** Well-formed as far as we write it: one tag after the other, properly nested, attributes quoted, text without markup. */
function openElements(svg: string): string[] {
  const open: string[] = [];
  const body = svg.replace(/^<\?xml [^>]*\?>/, '');
  const token =
    /<(\/?)([a-z]+)((?:\s+[a-zA-Z:-]+="[^"<&]*(?:&(?:amp|lt|gt|quot|apos);[^"<&]*)*")*)\s*(\/?)>|([^<]+)/gy;
  for (let at = 0; at < body.length; at = token.lastIndex) {
    token.lastIndex = at;
    const found = token.exec(body);
    if (found === null) throw new Error(`not well-formed at ${body.slice(at, at + 80)}`);
    const [, closing, name = '', , empty, text] = found;
    if (text !== undefined)
      expect(text).not.toMatch(/&(?!amp;|lt;|gt;|quot;|apos;)|[\u0000-\u0008\uFFFE\uFFFF]|[\p{Cs}]/u);
    else if (closing === '/') expect(open.pop()).toBe(name);
    else if (empty !== '/') open.push(name);
  }
  return open;
}

describe('the layers of a graph', () => {
  it('hold every task once, and every edge leads to a later one', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const layers = layersOf(graph);
        const depth = new Map(layers.flatMap((layer, at) => layer.map((task) => [task, at] as const)));
        expect(depth.size).toBe(graph.tasks.length);
        for (const { source, target } of graph.links)
          expect(depth.get(source)).toBeLessThan(depth.get(target) ?? 0);
      }),
    );
  });

  it('are ordered so that parallel chains do not cross', () => {
    const tasks = ['a', 'b', 'c', 'a2', 'c2', 'b2'].map((key) => ({
      key,
      name: key,
      kind: undefined,
      status: undefined,
    }));
    const links = [
      [0, 3],
      [1, 5],
      [2, 4],
    ].map(([source = 0, target = 0]) => ({ source, target, type: 'HARD' as const, weight: 0 }));
    expect(layersOf({ name: 'g', tasks, links })).toEqual([
      [0, 1, 2],
      [3, 5, 4],
    ]);
  });
});

describe('a graph as SVG', () => {
  it('is well-formed XML whatever the names are', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(openElements(graphSvg(graph))).toEqual([]);
      }),
    );
  });

  it('tells states by colour, icon and word', () => {
    const tasks = [{ key: 'a', name: 'a', kind: undefined, status: 'FAILED' as const }];
    expect(graphSvg({ name: 'g', tasks, links: [] })).toMatch(/fill="#fecaca".*✗ failed/s);
  });
});
