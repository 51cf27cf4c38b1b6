/** What the core lets go of, and what it builds anew from the store: neither may change how anything goes on. */
import { describe, expect, it } from 'vitest';
import { countsOf } from '../../../src/lifecycle/mesh-state.js';
import type { CoreState } from '../../../src/orchestrator/core/core-state.js';
import { KEPT_MS } from '../../../src/orchestrator/core/retire.js';
import { CoreHarness, idOf, specOf } from '../../support/core-harness.js';

const twice = { retryPolicy: { ...specOf('').retryPolicy, maxAttempts: 2 } };
const ended = (name: string, status: 'COMPLETED' | 'FAILED') => [{ id: idOf(name), key: name, status }];

describe('letting go', () => {
  it('keeps an ended task for a while, and a whole mesh that ended no longer', () => {
    const core = new CoreHarness();
    core.mesh('a -> b');
    core.complete('a');
    core.advance(KEPT_MS - 1);
    expect(core.core.tasks.has('m/a')).toBe(true);
    core.advance(1);
    expect(core.core.tasks.has('m/a')).toBe(false);
    core.complete('b');
    core.advance(KEPT_MS);
    expect([core.core.tasks.size, core.core.meshes.has('m')]).toEqual([0, false]);
  });

  it('keeps an ended task below an open one, because an edge could close a cycle through it', () => {
    const core = new CoreHarness();
    core.mesh('open -soft-> mid -> low', { open: { hold: true } });
    core.task('cancelTask', 'mid');
    expect(core.statuses()).toBe('open HELD, mid CANCELLED, low UPSTREAM_FAILED');
    core.advance(10 * KEPT_MS);
    expect(core.core.tasks.has('m/low')).toBe(true);
    expect(core.refused(core.extension('low -> open')).code).toBe('CYCLE_DETECTED');
    core.task('releaseTask', 'open');
    core.complete('open');
    core.advance(KEPT_MS);
    expect(core.core.tasks.size).toBe(0);
  });

  it('still refuses cycles between those who stay, also through nodes that are used again', () => {
    const core = new CoreHarness();
    core.mesh('gone -> a -> b -> c', { a: { hold: true } });
    core.complete('gone');
    core.advance(KEPT_MS);
    core.extend('new -> b', { new: { hold: true } });
    expect(core.refused(core.extension('c -> new')).message).toMatch(/new → b → c → new|c → new → b → c/);
    expect(core.refused(core.extension('c -> a')).code).toBe('CYCLE_DETECTED');
    for (const name of ['a', 'new']) core.task('releaseTask', name);
    core.runOut();
    expect(core.meshStatus()).toBe('COMPLETED');
  });

  it('remembers the edges from those who left: they can be removed, and not be added twice', () => {
    const core = new CoreHarness();
    core.mesh('gone -> a; b', { a: { hold: true }, b: { hold: true } });
    core.complete('gone');
    core.advance(KEPT_MS);
    const more = { ended: ended('gone', 'COMPLETED') };
    expect(core.refused(core.extension('gone -> a', {}, more)).message).toContain('exists already');
    core.extend('gone -data-> b', {}, more);
    expect(core.refused(core.extension('gone -> b', {}, more)).message).toContain('exists already');
    for (const target of ['a', 'b'])
      core.ok({ kind: 'removeEdge', sourceId: 'm/gone', targetId: idOf(target) });
    expect(core.database.edges.size).toBe(0);
    expect(core.refused({ kind: 'removeEdge', sourceId: 'm/gone', targetId: 'm/a' }).code).toBe('NOT_FOUND');
  });

  it('meets or dooms a new dependency on one who left as it did before', () => {
    const core = new CoreHarness();
    core.mesh('done; failed; a; b', { a: { hold: true }, b: { hold: true } });
    core.complete('done');
    core.fail('failed');
    core.advance(KEPT_MS);
    core.extend('done -> a', {}, { ended: ended('done', 'COMPLETED') });
    core.extend('failed -> b', {}, { ended: ended('failed', 'FAILED') });
    core.task('releaseTask', 'a');
    expect(core.statuses()).toBe('done COMPLETED, failed FAILED, a RUNNING, b UPSTREAM_FAILED');
  });

  it('waits for the attempt of a cancelled task, however long that takes to end', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a');
    core.ok({ kind: 'cancelMesh', meshId: 'm' });
    core.advance(5 * KEPT_MS);
    expect(core.core.tasks.has('m/a')).toBe(true);
    core.stopped('a');
    core.advance(KEPT_MS);
    expect([core.core.tasks.size, core.core.meshes.has('m')]).toEqual([0, false]);
    core.mesh('b', {}, { id: 'n' });
    expect(core.status('n/b')).toBe('RUNNING');
  });

  it('deletes one who left once: the second of two commands that both found it is refused', () => {
    const core = new CoreHarness();
    core.mesh('a; b', { b: { hold: true } });
    core.task('cancelTask', 'b');
    core.advance(KEPT_MS);
    const ref = {
      id: 'm/b',
      meshId: 'm',
      key: 'b',
      status: 'CANCELLED',
      attempt: 0,
      createdBy: 'owner',
      name: 'b',
    } as const;
    core.ok({ kind: 'deleteEnded', ref });
    expect(core.refused({ kind: 'deleteEnded', ref }).code).toBe('CONFLICT');
    core.complete('a');
    expect(core.meshStatus(), 'what was deleted does not count').toBe('COMPLETED');
    core.advance(KEPT_MS);
    expect(core.core.buried.size).toBe(0);
  });

  it('leaves nothing behind after 500 meshes with all sorts of ends', () => {
    const core = new CoreHarness({ slots: 8 });
    for (let i = 0; i < 500; i++) {
      core.mesh(
        'a -> b -soft-> c; d -resource-> e',
        { d: { concurrency: { key: `k${i % 7}`, limit: 1, strategy: 'QUEUE' } } },
        { id: `x${i}` },
      );
      if (i % 3 === 0) core.ok({ kind: 'cancelMesh', meshId: `x${i}` });
    }
    core.runOut();
    core.advance(KEPT_MS);
    expect([core.core.tasks.size, core.core.meshes.size, core.core.graveyard.size]).toEqual([0, 1, 0]);
    expect([core.core.timers.size, core.core.blocked.size, core.core.paused.size]).toEqual([0, 0, 0]);
  });
});

/** What the future depends on, without what ended tasks leave behind. */
function memoryOf(core: CoreState) {
  const tasks = [...core.tasks.values()].filter(
    (task) => task.spec !== null && task.mesh.status !== 'CANCELLED',
  );
  return {
    meshes: [...core.meshes.values()].map((mesh) => ({
      id: mesh.id,
      status: mesh.status,
      open: mesh.open,
      live: mesh.live,
      nextOrdinal: mesh.nextOrdinal,
      counts: countsOf(mesh),
    })),
    tasks: tasks
      .map((task) => ({
        id: task.id,
        status: task.status,
        attempt: task.attempt,
        crashes: task.crashes,
        waiting: task.waiting,
        hasData: task.hasData,
        rank: task.rank,
        availableAt: task.availableAt,
        dueAt: task.dueAt,
        token: task.live?.token,
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

describe('recovery', () => {
  function busy(): CoreHarness {
    const core = new CoreHarness({ slots: 3, seconds: { long: 50 } });
    core.mesh(
      'done -data-> mid -> low; failed -> doomed; crash; retry; timed; held; r1 -resource-> r2; q1; q2 -> long; mark',
      {
        failed: { priority: 'CRITICAL' },
        crash: { priority: 'CRITICAL' },
        retry: { ...twice, priority: 'CRITICAL' },
        timed: { delayMs: 5000 },
        held: { hold: true },
        q1: { queueTimeoutMs: 9000, concurrency: { key: 'k', limit: 1, strategy: 'QUEUE' } },
        q2: { concurrency: { key: 'k', limit: 1, strategy: 'QUEUE' } },
        done: { priority: 'HIGH', executionTimeoutMs: 7000 },
        mark: { work: null },
      },
    );
    core.fail('failed');
    core.crash('crash');
    core.fail('retry');
    core.mesh('a; b -> c', {}, { id: 'paused' });
    core.ok({ kind: 'pauseMesh', meshId: 'paused' });
    return core;
  }

  it('from the store gives the memory that was there', () => {
    const core = busy();
    const before = memoryOf(core.restart());
    expect(before.tasks.map((task) => task.status)).toContain('RETRYING');
    expect(memoryOf(core.core)).toEqual(before);
  });

  it('changes nothing about how everything goes on and ends', () => {
    const straight = busy();
    const recovered = busy();
    recovered.restart();
    for (const core of [straight, recovered]) {
      core.task('releaseTask', 'held');
      core.ok({ kind: 'resumeMesh', meshId: 'paused' });
      core.advance(5000);
      core.runOut();
    }
    expect(recovered.statuses()).toBe(straight.statuses());
    expect(recovered.meshStatus('paused')).toBe('COMPLETED');
    expect(new Set(recovered.starts)).toEqual(new Set(straight.starts));
  });

  it('keeps the time limit of an attempt that goes on', () => {
    const core = new CoreHarness();
    core.mesh('a', { a: { executionTimeoutMs: 300 } });
    core.restart();
    core.advance(300);
    expect(core.aborts).toEqual(['a TIMED_OUT']);
  });

  it('keeps the time a task has already waited, for its start, its retry and its place', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; timed; retry; queued', {
      timed: { delayMs: 1000 },
      retry: { ...twice, priority: 'HIGH' },
      queued: { queueTimeoutMs: 1000 },
    });
    core.fail('retry');
    core.advance(90);
    core.restart();
    core.advance(10);
    expect(core.status('retry')).toBe('QUEUED');
    core.advance(900);
    expect([core.status('timed'), core.status('queued')]).toEqual(['QUEUED', 'FAILED']);
  });

  it('still knows concurrency keys, RESOURCE neighbours, cycles and edges from those who left', () => {
    const core = new CoreHarness({ slots: 4 });
    const concurrency = { key: 'k', limit: 1, strategy: 'QUEUE' as const };
    core.mesh('gone -> k1; k2; r1 -resource-> r2; h1 -> h2', {
      k1: { concurrency },
      k2: { concurrency },
      h1: { hold: true },
    });
    core.complete('gone');
    core.restart();
    expect(core.running()).toEqual(['k2', 'r1']);
    expect(core.refused(core.extension('h2 -> h1')).code).toBe('CYCLE_DETECTED');
    core.extend('gone -> h1', {}, { ended: ended('gone', 'COMPLETED') });
    core.restart();
    core.ok({ kind: 'removeEdge', sourceId: 'm/gone', targetId: 'm/h1' });
    core.complete('k2');
    core.complete('r1');
    expect(core.running()).toEqual(['k1', 'r2']);
    core.task('releaseTask', 'h1');
    core.runOut();
    expect(core.meshStatus()).toBe('COMPLETED');
  });
});
