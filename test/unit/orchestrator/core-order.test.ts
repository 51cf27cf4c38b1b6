/** In which order queued tasks start, and what a layer's room lets start at all. */
import { describe, expect, it } from 'vitest';
import { layerLoads } from '../../../src/orchestrator/placement/layer-loads.js';
import { COMMAND, CoreHarness, GIB } from '../../support/core-harness.js';

const keys = (prefix: string, count: number): string =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`).join('; ');

/** Everything is queued behind one running task, so that the order is the queue's. */
function queueBehind(harness: CoreHarness): void {
  harness.mesh('first', {}, { id: 'gate' });
}

describe('order', () => {
  it('is by priority class first, whatever the rank and the age', () => {
    const core = new CoreHarness({ slots: 1, seconds: { low: 1000 } });
    queueBehind(core);
    core.mesh('low; normal; high; critical', {
      low: { priority: 'LOW' },
      high: { priority: 'HIGH' },
      critical: { priority: 'CRITICAL' },
    });
    core.runOut();
    expect(core.starts).toEqual(['gate/first', 'critical', 'high', 'normal', 'low']);
  });

  it('shares between fairness keys by weight: 3 to 1', () => {
    const core = new CoreHarness({ slots: 1 });
    queueBehind(core);
    core.mesh(`${keys('x', 30)}; ${keys('y', 30)}`, {
      ...Object.fromEntries(
        Array.from({ length: 30 }, (_, i) => [`x${i}`, { fairness: { key: 'x', weight: 3 } }]),
      ),
      ...Object.fromEntries(
        Array.from({ length: 30 }, (_, i) => [`y${i}`, { fairness: { key: 'y', weight: 1 } }]),
      ),
    });
    core.runOut();
    const first = core.starts.slice(1, 25).map((key) => key[0]);
    expect(first.filter((key) => key === 'x')).toHaveLength(18);
    for (let i = 0; i < 24; i += 4)
      expect(
        first.slice(i, i + 4).filter((key) => key === 'y'),
        `starts ${i} to ${i + 3}`,
      ).toHaveLength(1);
  });

  it('keeps the order within a fairness key, and a fairness key joins tasks of several meshes', () => {
    const core = new CoreHarness({ slots: 1 });
    queueBehind(core);
    const fairness = { key: 'team', weight: 1 };
    core.mesh('a; b', { '*': { fairness } }, { id: 'm1' });
    core.mesh('c; d', { '*': { fairness } }, { id: 'm2' });
    core.mesh('x; y', {}, { id: 'm3' });
    core.runOut();
    expect(core.starts.slice(1)).toEqual(['m1/a', 'm3/x', 'm1/b', 'm3/y', 'm2/c', 'm2/d']);
  });

  it('does not put a mesh of 1,000 before a mesh of two that came later', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh(keys('t', 1000), {}, { id: 'large' });
    for (let i = 0; i < 10; i++) core.complete(core.running()[0] as string);
    core.mesh('a; b', {}, { id: 'small' });
    for (let i = 0; i < 4; i++) core.complete(core.running()[0] as string);
    expect(core.starts.slice(11, 15).filter((key) => key.startsWith('small'))).toHaveLength(2);
  });

  it('shares between meshes by the weight that is advised for them, asked for with every start', () => {
    const weights: Record<string, number> = { m1: 3, m2: 1 };
    const core = new CoreHarness({ slots: 1, advice: { weightOf: ({ id }) => weights[id] ?? 1 } });
    queueBehind(core);
    core.mesh(keys('x', 40), {}, { id: 'm1' });
    core.mesh(keys('y', 40), {}, { id: 'm2' });
    for (let i = 0; i < 24; i++) core.complete(core.running()[0] as string);
    const shareOf = (from: number, to: number): number =>
      core.starts.slice(from, to).filter((key) => key.startsWith('m1')).length;
    expect(shareOf(1, 25)).toBe(18);
    Object.assign(weights, { m1: 1, m2: 3 });
    for (let i = 0; i < 24; i++) core.complete(core.running()[0] as string);
    expect(shareOf(25, 49)).toBeLessThanOrEqual(8);
    expect(shareOf(25, 49)).toBeGreaterThanOrEqual(5);
  });

  it('leaves the weight of a fairness key to its author', () => {
    const core = new CoreHarness({ slots: 1, advice: { weightOf: () => 50 } });
    queueBehind(core);
    core.mesh(keys('x', 20), { '*': { fairness: { key: 'x', weight: 1 } } }, { id: 'm1' });
    core.mesh(keys('y', 20), { '*': { fairness: { key: 'y', weight: 1 } } }, { id: 'm2' });
    for (let i = 0; i < 20; i++) core.complete(core.running()[0] as string);
    expect(core.starts.slice(1, 21).filter((key) => key.startsWith('m1'))).toHaveLength(10);
  });

  it('gives a key no credit for the time it was away', () => {
    const core = new CoreHarness({ slots: 1 });
    const fairness = (key: string) => ({ fairness: { key, weight: 1 } });
    core.mesh('a', { a: fairness('late') }, { id: 'm1' });
    core.mesh(keys('t', 40), { '*': fairness('busy') }, { id: 'm2' });
    for (let i = 0; i < 20; i++) core.complete(core.running()[0] as string);
    core.mesh(keys('u', 10), { '*': fairness('late') }, { id: 'm3' });
    for (let i = 0; i < 6; i++) core.complete(core.running()[0] as string);
    expect(core.starts.slice(-6).filter((key) => key.startsWith('m3'))).toHaveLength(3);
  });

  it('then prefers the longest remaining path, expected seconds and edge weights counted', () => {
    const core = new CoreHarness({ slots: 1, seconds: { c: 5, e: 2 } });
    queueBehind(core);
    core.mesh('a; b -> c; d -:9-> e');
    expect(core.state('d').rank).toBe(12);
    core.runOut();
    expect(core.starts.slice(1)).toEqual(['d', 'b', 'c', 'e', 'a']);
  });

  it('ranks again when an edge lengthens a path', () => {
    const core = new CoreHarness({ slots: 1, seconds: { c: 20 } });
    queueBehind(core);
    core.mesh('a; b; c', { c: { hold: true } });
    core.extend('b -> c');
    core.complete('gate/first');
    expect(core.running()).toEqual(['b']);
  });

  it('ranks again who waits for a concurrency key', () => {
    const core = new CoreHarness({ slots: 2, seconds: { d: 20 } });
    const concurrency = { key: 'k', limit: 1, strategy: 'QUEUE' } as const;
    core.mesh('a; b; c; d', {
      a: { concurrency },
      b: { concurrency },
      c: { concurrency },
      d: { hold: true },
    });
    expect(core.running()).toEqual(['a']);
    core.extend('c -> d');
    core.complete('a');
    expect(core.running()).toEqual(['c']);
  });

  it('and at last prefers who came first', () => {
    const core = new CoreHarness({ slots: 1 });
    queueBehind(core);
    core.mesh('a; b; c');
    core.extend('d');
    core.runOut();
    expect(core.starts.slice(1)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('counts the first arrival: an attempt that was lost does not queue behind those that came later', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b; c');
    core.crash('a');
    core.runOut();
    expect(core.starts).toEqual(['a', 'a', 'b', 'c']);
  });

  it('moves a queued task when its priority changes', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b; c');
    core.ok({ kind: 'updateTask', taskId: 'm/c', patch: { spec: { priority: 'HIGH' } } });
    core.complete('a');
    expect(core.running()).toEqual(['c']);
  });
});

describe('wishes of a layer', () => {
  it('do not put a LOW task before a CRITICAL one that leaves the choice', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('first', { first: { layer: 'LOCAL' } }, { id: 'gate' });
    core.mesh('low; critical', {
      low: { priority: 'LOW', layer: 'LOCAL' },
      critical: { priority: 'CRITICAL' },
    });
    core.complete('gate/first');
    expect(core.running()).toEqual(['critical']);
  });

  it('share by mesh with those who leave the choice', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh(keys('t', 50), { '*': { layer: 'LOCAL' } }, { id: 'insists' });
    for (let i = 0; i < 20; i++) core.complete(core.running()[0] as string);
    core.mesh(keys('u', 50), {}, { id: 'leaves' });
    for (let i = 0; i < 10; i++) core.complete(core.running()[0] as string);
    expect(core.starts.slice(21, 31).filter((key) => key.startsWith('leaves'))).toHaveLength(5);
  });

  it('hold back nobody who can run elsewhere', () => {
    const core = new CoreHarness({ rooms: { LOCAL: 1, CLUSTER: 1 } });
    core.mesh('a; b; c', {
      a: { layer: 'LOCAL', priority: 'HIGH' },
      b: { layer: 'LOCAL', priority: 'HIGH' },
    });
    expect(core.running()).toEqual(['a', 'c']);
    expect(core.row('c').placedOn).toBe('CLUSTER');
  });

  it('do not overtake a large task that waits for the same layer', () => {
    const core = new CoreHarness({ room: { slots: 4, cores: 2, memoryBytes: 8 * GIB } });
    core.mesh('a; large; small', {
      '*': { work: COMMAND },
      large: { work: COMMAND, taskType: 'LARGE', priority: 'HIGH' },
      a: { work: COMMAND, priority: 'CRITICAL' },
      small: { work: COMMAND, layer: 'LOCAL' },
    });
    expect(core.running()).toEqual(['a']);
    core.complete('a');
    expect(core.running()).toEqual(['large']);
  });
});

describe('resource classes', () => {
  it('let a LARGE task run alone on a layer smaller than it asks for', () => {
    const core = new CoreHarness({ room: { slots: 4, cores: 1, memoryBytes: GIB } });
    core.mesh('big; small', { '*': { work: COMMAND }, big: { work: COMMAND, taskType: 'LARGE' } });
    expect(core.running()).toEqual(['big']);
    core.complete('big');
    expect(core.running()).toEqual(['small']);
  });

  it('do not let small ones slip past a LARGE task that waits for room', () => {
    const core = new CoreHarness({ room: { slots: 8, cores: 2, memoryBytes: 8 * GIB } });
    core.mesh('s1; big; s2', { '*': { work: COMMAND }, big: { work: COMMAND, taskType: 'LARGE' } });
    expect(core.running()).toEqual(['s1']);
    core.complete('s1');
    expect(core.running()).toEqual(['big']);
  });

  it('promise never more cores than there are: two MEDIUM or four SMALL tasks on two cores', () => {
    for (const [taskType, together] of [
      ['MEDIUM', 2],
      ['SMALL', 4],
      ['MICRO', 8],
    ] as const) {
      const core = new CoreHarness({ room: { slots: 8, cores: 2, memoryBytes: 64 * GIB } });
      core.mesh(keys('t', 10), { '*': { work: COMMAND, taskType } });
      expect(core.running(), taskType).toHaveLength(together);
      core.runOut();
      expect(core.meshStatus()).toBe('COMPLETED');
    }
  });

  it('count memory as well as cores', () => {
    const core = new CoreHarness({ room: { slots: 8, cores: 64, memoryBytes: GIB } });
    core.mesh(keys('t', 5), { '*': { work: COMMAND, taskType: 'MEDIUM' } });
    expect(core.running()).toHaveLength(2);
  });

  it('ask nothing for waiting but a slot', () => {
    const core = new CoreHarness({ room: { slots: 3, cores: 1, memoryBytes: GIB } });
    core.mesh(keys('t', 5), { '*': { taskType: 'LARGE' } });
    expect(core.running()).toHaveLength(3);
  });

  it('lets no more start after a layer has become smaller', () => {
    const core = new CoreHarness({ slots: 2 });
    core.mesh('a; b; c');
    core.core.rooms.offer('LOCAL', { slots: 1, cores: 64, memoryBytes: GIB });
    core.complete('a');
    expect(core.running()).toEqual(['b']);
    core.complete('b');
    expect(core.running()).toEqual(['c']);
  });

  it('uses no more slots than are advised, lets what runs go on, and starts more as soon as it may', () => {
    const core = new CoreHarness({ slots: 4 });
    core.mesh(keys('t', 8));
    expect(core.running()).toHaveLength(4);
    core.ok({ kind: 'layerLimited', layer: 'LOCAL', slots: 2 });
    expect(core.running()).toHaveLength(4);
    core.complete('t0');
    core.complete('t1');
    expect(core.running()).toEqual(['t2', 't3']);
    core.complete('t2');
    expect(core.running()).toEqual(['t3', 't4']);
    core.ok({ kind: 'layerLimited', layer: 'LOCAL', slots: 3 });
    expect(core.running()).toEqual(['t3', 't4', 't5']);
    expect(layerLoads(core.core)).toMatchObject([{ layer: 'LOCAL', slots: 4, used: 3, waiting: 2 }]);
    core.runOut();
    expect(core.meshStatus()).toBe('COMPLETED');
  });

  it('goes elsewhere from a layer that is at what is advised', () => {
    const core = new CoreHarness({ rooms: { LOCAL: 3, CLUSTER: 1 } });
    core.ok({ kind: 'layerLimited', layer: 'LOCAL', slots: 1 });
    core.mesh(keys('t', 3));
    expect(['t0', 't1'].map((key) => core.state(key).live?.layer).sort()).toEqual(['CLUSTER', 'LOCAL']);
    expect(core.running()).toHaveLength(2);
  });
});
