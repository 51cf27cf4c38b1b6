/** What of a mesh is drawn: siblings and tags folded with counts, what is over hidden, and events applied to it. */
import { describe, expect, it } from 'vitest';
import { found } from '../../../src/dashboard/graph/finding.js';
import { sceneOf } from '../../../src/dashboard/graph/scene.js';
import { statusOfNode, stemOf, tallyOf, viewGraph } from '../../../src/dashboard/graph/view-graph.js';
import { step } from '../../../src/dashboard/graph/walk.js';
import { STATUSES } from '../../../src/dashboard/parts/statuses.js';
import { drawn } from './drawn.js';

const plain = { fold: '', opened: new Set<string>(), hidesCompleted: false } as const;

function siblings(): ReturnType<typeof drawn> {
  return drawn('split -> part 1, part 2, part 3, part 4 -> join');
}

describe('folding', () => {
  it('takes names without their numbers for siblings', () => {
    expect(['page 7/12', 'chr21_align', 'bwa_0003', '42', 'x[3]'].map(stemOf)).toEqual([
      'page',
      'chr21_align',
      'bwa',
      '42',
      'x',
    ]);
  });

  it('makes one node of four siblings, with one edge for many', () => {
    const graph = viewGraph(siblings(), { ...plain, fold: 'siblings' });
    expect([graph.size, graph.sources.length]).toEqual([3, 2]);
    expect(graph.members.map((members) => members?.length)).toEqual([undefined, 4, undefined]);
  });

  it('opens what the address names', () => {
    const graph = viewGraph(siblings(), { ...plain, fold: 'siblings', opened: new Set(['part@1']) });
    expect(graph.size).toBe(6);
  });

  it('shows of a pile the worst first, and counts it', () => {
    const state = siblings();
    state.set(2, STATUSES.indexOf('COMPLETED'));
    state.set(3, STATUSES.indexOf('FAILED'));
    state.set(4, STATUSES.indexOf('RUNNING'));
    const graph = viewGraph(state, { ...plain, fold: 'siblings' });
    expect(STATUSES[statusOfNode(graph, state, 1)]).toBe('FAILED');
    expect(tallyOf(graph.members[1] as Int32Array, state)).toEqual({
      size: 4,
      ended: 2,
      running: 1,
      failed: 1,
    });
  });

  it('hides what is completed, with its edges', () => {
    const state = siblings();
    state.set(0, STATUSES.indexOf('COMPLETED'));
    const graph = viewGraph(state, { ...plain, hidesCompleted: true });
    expect([graph.size, graph.sources.length]).toEqual([5, 4]);
  });

  it('finds by words and status', () => {
    const state = siblings();
    state.set(1, STATUSES.indexOf('FAILED'));
    expect(found(state, '', '')).toBeUndefined();
    expect(found(state, 'PART', '')).toEqual([1, 2, 3, 4]);
    expect(found(state, 'part', 'FAILED')).toEqual([1]);
  });
});

describe('arrows', () => {
  it('walk along edges and within a layer, and stay where nothing is', () => {
    const scene = sceneOf(siblings(), plain);
    const first = step(scene, 0, 'ArrowRight');
    expect([1, 2, 3, 4]).toContain(first);
    expect(step(scene, first, 'ArrowLeft')).toBe(0);
    expect(step(scene, first, 'ArrowRight')).toBe(5);
    expect(step(scene, 5, 'ArrowRight')).toBe(-1);
    expect([1, 2, 3, 4]).toContain(Math.max(step(scene, first, 'ArrowDown'), step(scene, first, 'ArrowUp')));
  });
});

describe('events', () => {
  const at = '2030-01-31T08:00:01.000Z';
  it('change what is known, and tell when the shape is another one', () => {
    const state = drawn('a -> b');
    const payload = { attempt: 2, layer: 'LOCAL' };
    expect(state.apply({ at, type: 'TASK_STARTED', taskId: 'a', to: 'RUNNING', payload })).toBe(true);
    expect([STATUSES[state.status[0] ?? 0], state.attempt[0], state.layers[0]]).toEqual([
      'RUNNING',
      2,
      'LOCAL',
    ]);
    expect(
      state.apply({ at, type: 'TASK_PROGRESSED', taskId: 'a', to: null, payload: { fraction: 0.5 } }),
    ).toBe(true);
    expect(state.fractions.get(0)).toBe(0.5);
    expect(state.apply({ at, type: 'TASK_COMPLETED', taskId: 'a', to: 'COMPLETED', payload: {} })).toBe(true);
    expect(state.counts[STATUSES.indexOf('COMPLETED')]).toBe(1);
    expect(state.apply({ at, type: 'MESH_COMPLETED', taskId: null, to: 'COMPLETED', payload: {} })).toBe(
      true,
    );
    expect(state.isOpen).toBe(false);
    expect(state.apply({ at, type: 'EDGE_ADDED', taskId: 'a', to: null, payload: {} })).toBe(false);
    expect(state.apply({ at, type: 'TASK_QUEUED', taskId: 'new', to: 'QUEUED', payload: {} })).toBe(false);
  });
});
