/** Edges, updates, deletions and extensions: what may still change, and what is history. */
import { describe, expect, it } from 'vitest';
import type { TaskSpec } from '../../../src/lifecycle/task.js';
import { COMMAND, CoreHarness, idOf, specOf, told } from '../../support/core-harness.js';

const remove = (source: string, target: string) =>
  ({ kind: 'removeEdge', sourceId: idOf(source), targetId: idOf(target) }) as const;
const update = (name: string, spec: Partial<TaskSpec>, delayMs?: number | null) =>
  ({
    kind: 'updateTask',
    taskId: idOf(name),
    patch: { spec, ...(delayMs === undefined ? {} : { delayMs }) },
  }) as const;
const twice = { retryPolicy: { ...specOf('').retryPolicy, maxAttempts: 2 } };

describe('an added edge', () => {
  it('sends a QUEUED target back to PENDING until its source is done', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b');
    expect(told(core.extend('a -> b'))).toEqual(['EDGE_ADDED', 'TASK_PENDING b']);
    core.complete('a');
    expect(core.status('b')).toBe('RUNNING');
  });

  it('waits for a held target and dooms it as if it had been there from the start', () => {
    const core = new CoreHarness();
    core.mesh('a; b', { b: { hold: true } });
    core.extend('a -> b');
    core.task('releaseTask', 'b');
    expect(core.status('b')).toBe('PENDING');
    core.fail('a');
    expect(core.status('b')).toBe('UPSTREAM_FAILED');
  });

  it('from an ended source is met or dooms at once', () => {
    const core = new CoreHarness();
    core.mesh('done; failed; b; c; d', { b: { hold: true }, c: { hold: true }, d: { hold: true } });
    core.complete('done');
    core.fail('failed');
    core.extend('done -> b');
    core.extend('failed -soft-> c');
    core.extend('failed -> d');
    for (const name of ['b', 'c']) core.task('releaseTask', name);
    expect(core.statuses()).toBe('done COMPLETED, failed FAILED, b RUNNING, c RUNNING, d UPSTREAM_FAILED');
  });

  it('is refused when it closes a cycle, with the path, whatever its type, and then changes nothing', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('x; a -> b -soft-> c; c -resource-> d', { a: { hold: true } });
    for (const type of ['', 'soft', 'data', 'resource']) {
      const refusal = core.refused(core.extension(`d -${type}-> a`.replace('--', '-')));
      expect(refusal.code).toBe('CYCLE_DETECTED');
      expect(refusal.message).toMatch(/(a → b → c → d → a|d → a → b → c → d)/);
      expect(refusal.details?.cycle).toHaveLength(5);
    }
    expect(core.refused(core.extension('a -> a')).message).toContain('a → a');
    core.task('releaseTask', 'a');
    core.runOut();
    expect(core.meshStatus()).toBe('COMPLETED');
  });

  it('is refused for a target that has started, waits for a retry or has ended', () => {
    const core = new CoreHarness();
    core.mesh('a; running; retrying; ended', { retrying: twice });
    core.fail('retrying');
    core.complete('ended');
    for (const name of ['running', 'retrying', 'ended'])
      expect(core.refused(core.extension(`a -> ${name}`)).code, name).toBe('CONFLICT');
    core.crash('running');
    expect(core.refused(core.extension('a -> running')).code, 'a lost attempt is history too').toBe(
      'CONFLICT',
    );
  });

  it('is refused when there is one between the two, of whatever type', () => {
    const core = new CoreHarness();
    core.mesh('a -> b');
    expect(core.refused(core.extension('a -soft-> b')).message).toContain('exists already');
    expect(core.refused(core.extension('a -> c; a -> b')).code).toBe('CONFLICT');
    expect(core.database.tasks.has('m/c')).toBe(false);
  });
});

describe('a removed edge', () => {
  it('frees the target, and what is no edge cannot be removed', () => {
    const core = new CoreHarness();
    core.mesh('a, b -> c');
    core.ok(remove('a', 'c'));
    expect(core.status('c')).toBe('PENDING');
    expect(told(core.ok(remove('b', 'c')))).toEqual(['EDGE_REMOVED', 'TASK_QUEUED c', 'TASK_STARTED c']);
    expect(core.refused(remove('b', 'c')).code).toBe('CONFLICT');
    core.mesh('x; y', { y: { hold: true } }, { id: 'n' });
    expect(core.refused(remove('n/x', 'n/y')).code).toBe('NOT_FOUND');
  });

  it('spares the target the failure of its former source', () => {
    const core = new CoreHarness();
    core.mesh('a -> b', { b: { hold: true } });
    core.ok(remove('a', 'b'));
    core.fail('a');
    expect(core.status('b')).toBe('HELD');
  });

  it('of RESOURCE lets the two run together', () => {
    const core = new CoreHarness();
    core.mesh('a -resource-> b');
    core.ok(remove('a', 'b'));
    expect(core.running()).toEqual(['a', 'b']);
  });

  it('is history once the target has started', () => {
    const core = new CoreHarness();
    core.mesh('a -> b');
    core.complete('a');
    expect(core.refused(remove('a', 'b')).code).toBe('CONFLICT');
  });

  it('may be added again with another type, and another edge may then be the way round', () => {
    const core = new CoreHarness();
    core.mesh('x -> a -> b; x -> c', { x: { hold: true }, b: { hold: true } });
    core.ok(remove('a', 'b'));
    core.extend('b -> a');
    expect(core.refused(core.extension('a -> b')).code).toBe('CYCLE_DETECTED');
    core.ok(remove('x', 'c'));
    core.complete('c');
  });

  it('and an added one in the same batch leave what was done last', () => {
    const core = new CoreHarness();
    core.mesh('x -> a; b', { x: { hold: true }, b: { hold: true } });
    core.together(() => {
      core.extend('a -> b');
      core.ok(remove('a', 'b'));
    });
    expect([...core.database.edges.keys()]).toEqual(['m/x>m/a']);
    core.extend('a -> b');
    core.task('releaseTask', 'b');
    expect(core.status('b')).toBe('PENDING');
  });
});

describe('updateTask', () => {
  const everything: Partial<TaskSpec> = {
    name: 'new',
    description: 'new',
    tags: ['new'],
    metadata: { new: true },
    work: COMMAND,
    priority: 'HIGH',
    taskType: 'LARGE',
    queueTimeoutMs: 5,
    executionTimeoutMs: 5,
    heartbeatTimeoutMs: 5,
    concurrency: { key: 'k', limit: 1, strategy: 'QUEUE' },
    fairness: { key: 'f', weight: 2 },
    ...twice,
  };

  it.each(['HELD', 'PENDING', 'QUEUED'])('changes everything of a %s task', (status) => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('r -> pending; queued; held', { held: { hold: true } });
    core.ok(update(status.toLowerCase(), everything));
    expect(core.row(status.toLowerCase()).spec).toMatchObject(everything);
    expect(core.status(status.toLowerCase())).toBe(status);
  });

  it('changes labels, priority, fairness, retries and time limits of a running task, and nothing else', () => {
    const core = new CoreHarness();
    core.mesh('a');
    const allowed = [
      'name',
      'description',
      'tags',
      'metadata',
      'priority',
      'fairness',
      'retryPolicy',
      'executionTimeoutMs',
      'heartbeatTimeoutMs',
    ];
    for (const [field, value] of Object.entries(everything)) {
      const input = update('a', { [field]: value });
      if (allowed.includes(field)) core.ok(input);
      else expect(core.refused(input).message, field).toContain(`${field} can only change before it starts`);
    }
    expect(core.refused(update('a', {}, 1000)).message).toContain('startAfter');
  });

  it('is refused for what has ended, and when it names nothing', () => {
    const core = new CoreHarness();
    core.mesh('a; b');
    core.complete('a');
    expect(core.refused(update('a', { name: 'x' })).code).toBe('CONFLICT');
    expect(core.refused(update('b', {})).code).toBe('INVALID_INPUT');
  });

  it('gives a failed attempt the retries it now has', () => {
    const core = new CoreHarness();
    core.mesh('a');
    core.ok(update('a', twice));
    core.fail('a');
    expect(core.status('a')).toBe('RETRYING');
  });

  it.each([
    ['shorter', 1000, 200],
    ['longer', 200, 1000],
  ])('makes the time limit of a running attempt %s at once', (_, before, after) => {
    const core = new CoreHarness();
    core.mesh('a', { a: { executionTimeoutMs: before } });
    core.ok(update('a', { executionTimeoutMs: after }));
    core.advance(after - 1);
    expect(core.aborts).toEqual([]);
    core.advance(1);
    expect(core.aborts).toEqual(['a TIMED_OUT']);
  });

  it('makes the limit of the queue count for a task that stands in it', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b');
    core.advance(50);
    core.ok(update('b', { queueTimeoutMs: 100 }));
    core.advance(49);
    expect(core.status('b')).toBe('QUEUED');
    core.advance(1);
    expect(core.status('b')).toBe('FAILED');
  });

  it('that takes the work away makes a queued task a milestone, which completes', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b');
    core.ok(update('b', { work: null }));
    expect(core.statuses()).toBe('a RUNNING, b COMPLETED');
    expect(core.starts).toEqual(['a']);
  });

  it('of startAfter sends a queued task back and calls a waiting one forward', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b; c', { c: { delayMs: 60_000 } });
    core.ok(update('b', {}, 1000));
    core.ok(update('c', {}, null));
    expect(core.statuses()).toBe('a RUNNING, b PENDING, c QUEUED');
    core.advance(1000);
    expect(core.status('b')).toBe('QUEUED');
  });
});

describe('deleteTask', () => {
  it('hides a task that has not started; an open one is cancelled by it', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b');
    expect(told(core.task('deleteTask', 'b'))).toEqual(['TASK_CANCELLED b', 'TASK_DELETED b']);
    expect(core.refusedTask('deleteTask', 'b').code).toBe('CONFLICT');
    core.complete('a');
    expect(core.meshStatus(), 'what was deleted does not count').toBe('COMPLETED');
  });

  it('is refused while others depend on it', () => {
    const core = new CoreHarness();
    core.mesh('a -> b', { a: { hold: true } });
    expect(core.refusedTask('deleteTask', 'a').message).toContain('unfinished dependents (b)');
    core.task('deleteTask', 'b');
    core.task('deleteTask', 'a');
    expect(core.statuses()).toBe('');
  });

  it('is refused for what runs and for what has run in a mesh, also when the attempt was lost', () => {
    const core = new CoreHarness({ slots: 1 });
    core.mesh('a; b; c', { b: { priority: 'HIGH' } });
    for (const name of ['b']) expect(core.refusedTask('deleteTask', name).code).toBe('CONFLICT');
    core.complete('b');
    expect(core.refusedTask('deleteTask', 'b').message).toContain('history');
    core.ok(update('c', { priority: 'CRITICAL' }));
    core.crash('a');
    expect(core.status('a')).toBe('QUEUED');
    expect(core.refusedTask('deleteTask', 'a').message).toContain('history');
  });

  it('is allowed for what has ended in the default mesh', () => {
    const core = new CoreHarness();
    const id = '00000000-0000-7000-8000-000000000000';
    core.extend('a', {}, { id });
    expect(core.refusedTask('deleteTask', `${id}/a`).message).toContain('cancel it first');
    core.complete(`${id}/a`);
    core.task('deleteTask', `${id}/a`);
    expect(core.meshStatus(id)).toBe('RUNNING');
  });
});

describe('extendMesh', () => {
  it('adds tasks and edges to a live mesh, which then waits for them', () => {
    const core = new CoreHarness();
    core.mesh('a');
    expect(told(core.extend('a -> b -> c'))).toEqual(['MESH_EXTENDED', 'TASK_CREATED b', 'TASK_CREATED c']);
    core.runOut();
    expect(core.statuses()).toBe('a COMPLETED, b COMPLETED, c COMPLETED');
    expect(core.meshStatus()).toBe('COMPLETED');
  });

  it('tells of its tasks also in the batch of the submission', () => {
    const core = new CoreHarness();
    const entry = core.together(() => {
      core.mesh('a');
      core.extend('b');
    });
    expect(told(entry)).toContain('TASK_CREATED b');
  });

  it('puts new tasks before old ones that have not started', () => {
    const core = new CoreHarness();
    core.mesh('a -> b');
    core.extend('new -> b');
    core.complete('a');
    expect(core.status('b')).toBe('PENDING');
    core.complete('new');
    expect(core.status('b')).toBe('RUNNING');
  });

  it('is refused for a mesh that has ended, for a key that is taken, and for a cycle: all or nothing', () => {
    const core = new CoreHarness();
    core.mesh('a; b', { b: { hold: true } });
    const again = core.submission('a', {}, {});
    const admission = again.kind === 'submitMesh' && again.plan.ok ? again.plan.value.admission : undefined;
    expect(core.refused({ kind: 'extendMesh', meshId: 'm', admission: admission as never }).code).toBe(
      'DUPLICATE_KEY',
    );
    expect(core.refused(core.extension('b -> x -> y -> b')).message).toMatch(
      /x → y → b → x|b → x → y → b|y → b → x → y/,
    );
    core.extend('x -> y');
    core.task('cancelTask', 'b');
    core.runOut();
    expect(core.meshStatus()).toBe('FAILED');
    expect(core.refused(core.extension('z')).message).toContain('has ended as FAILED');
  });

  it('into a paused mesh starts nothing', () => {
    const core = new CoreHarness();
    core.mesh('a');
    core.ok({ kind: 'pauseMesh', meshId: 'm' });
    core.extend('b');
    expect(core.status('b')).toBe('QUEUED');
  });
});
