/** What the core asks of advice: what it tells of a task, time limits that were learned, ranks when estimates change. */
import { describe, expect, it } from 'vitest';
import type { TaskState } from '../../../../src/lifecycle/mesh-state.js';
import { candidatesOf, factsOf, factsOfTask } from '../../../../src/orchestrator/advice/task-facts.js';
import { CoreHarness, COMMAND, specOf } from '../../../support/core-harness.js';

const facts = (task: TaskState) => factsOfTask(task, task.spec ?? specOf(task.key));

describe('what is told of a task', () => {
  it('is where it stands in its mesh', () => {
    const core = new CoreHarness();
    core.mesh('a -> b -> c; a -> c');
    expect(facts(core.state('b'))).toMatchObject({ meshName: 'm', parents: 1, children: 1, attempt: 1 });
    expect(facts(core.state('c'))).toMatchObject({ parents: 2, children: 0, plannedSeconds: 1 });
    expect(factsOf(specOf('x', { work: COMMAND }))).toMatchObject({
      plannedSeconds: null,
      meshName: null,
      parents: 0,
    });
  });

  it('is how deep it stands and what follows it, and its start tells the same for good', () => {
    const core = new CoreHarness({ seconds: { a: 2, b: 3, c: 5, d: 7 } });
    const entry = core.mesh('a -> b -hard:2-> d; a -> c -> d', { '*': { work: COMMAND } });
    const started = entry.batch.events.find(({ type }) => type === 'TASK_STARTED');
    expect(started?.payload).toMatchObject({ depth: 0, followingSeconds: 12 });
    expect(facts(core.state('a'))).toMatchObject({ depth: 0, followingSeconds: 12, queuedSeconds: 0 });
    expect(facts(core.state('b'))).toMatchObject({ depth: 1, followingSeconds: 9, queuedSeconds: null });
    expect(facts(core.state('d'))).toMatchObject({ depth: 2, followingSeconds: 0 });
    core.extend('d -> e -> f', { '*': { work: COMMAND } });
    core.restart();
    expect(facts(core.state('f')).depth).toBe(4);
    core.extend('f -> g', { '*': { work: COMMAND } });
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) core.complete(key);
    expect(facts(core.state('g')).depth).toBe(5);
  });

  it('is nothing of that where it stands alone, or waits', () => {
    const core = new CoreHarness();
    const alone = core.mesh('a', { a: { work: COMMAND } });
    const waits = core.mesh('a -> b', {}, { id: 'waits' });
    for (const { type, payload } of [...alone.batch.events, ...waits.batch.events])
      if (type === 'TASK_STARTED') expect(Object.keys(payload)).toEqual(['attempt', 'layer', 'node']);
    expect(facts(core.state('a'))).toMatchObject({ depth: 0, followingSeconds: null });
  });

  it('holds the size of its inputs when all of them have come, and not before', () => {
    const core = new CoreHarness();
    core.mesh('a -DATA-> c; b -DATA-> c; d -> c');
    expect(facts(core.state('c'))).toMatchObject({ inputCount: 0, inputBytes: null });
    core.complete('a', { rows: 3 });
    core.complete('b', 'é');
    expect(facts(core.state('c'))).toMatchObject({ inputCount: 2, inputBytes: null });
    core.complete('d', 'not an input');
    expect(facts(core.state('c'))).toMatchObject({ inputCount: 2, inputBytes: 10 + 4 });
  });

  it('holds the number of the attempt that runs or comes, and how the one before failed', () => {
    const core = new CoreHarness();
    core.mesh('a', { a: { retryPolicy: { ...specOf('a').retryPolicy, maxAttempts: 2 } } });
    expect(facts(core.state('a'))).toMatchObject({ attempt: 1, lastError: null });
    core.fail('a', 'EXIT_7');
    expect(facts(core.state('a'))).toMatchObject({ attempt: 2, lastError: 'EXIT_7' });
    core.advance(1000);
    expect(facts(core.state('a'))).toMatchObject({ attempt: 2, lastError: 'EXIT_7' });
  });

  it('holds what moving its inputs to another layer costs', () => {
    const core = new CoreHarness({ rooms: { LOCAL: 1, CLUSTER: 1 } });
    core.mesh('a -hard:2-> c; b -hard:3-> c', { a: { layer: 'LOCAL' }, b: { layer: 'CLUSTER' } });
    core.complete('a');
    core.complete('b');
    expect(candidatesOf(core.state('c'), ['LOCAL', 'CLUSTER'])).toEqual([
      { layer: 'LOCAL', transferSeconds: 3 },
      { layer: 'CLUSTER', transferSeconds: 2 },
    ]);
  });
});

describe('a layer', () => {
  it('is chosen among those that have room, and the attempt remembers which had', () => {
    const asked: string[][] = [];
    const core = new CoreHarness({
      rooms: { LOCAL: 1, CLUSTER: 2 },
      advice: {
        chooseLayer: ({ key }, open) => {
          asked.push([key, ...open]);
          return 'CLUSTER';
        },
      },
    });
    core.mesh('a; b; c');
    expect(asked).toEqual([
      ['a', 'LOCAL', 'CLUSTER'],
      ['b', 'LOCAL', 'CLUSTER'],
    ]);
    expect(core.state('a').live).toMatchObject({ layer: 'CLUSTER', openLayers: ['LOCAL', 'CLUSTER'] });
    expect(core.state('c').live).toMatchObject({ layer: 'LOCAL', openLayers: [] });
  });
});

describe('a learned time limit', () => {
  const limited = (wish: object) => {
    const core = new CoreHarness({ advice: { timeoutMsOf: () => 500 } });
    const entry = core.mesh('a', { a: { executionTimeoutMs: 9000, ...wish } });
    return { core, entry };
  };

  it('holds for a task whose author named none, and says so', () => {
    const { core, entry } = limited({ hasDefaultTimeout: true });
    expect(entry.batch.events.find(({ type }) => type === 'TASK_STARTED')?.payload).toMatchObject({
      timeoutMs: 500,
    });
    core.advance(499);
    expect(core.aborts).toEqual([]);
    core.advance(1);
    expect(core.aborts).toHaveLength(1);
    core.stopped('a', 'TIMED_OUT');
    expect(core.row('a').failure).toMatchObject({
      code: 'EXECUTION_TIMEOUT',
      message: expect.stringMatching(
        /500 ms, the limit learned .*executionTimeoutMs of its own, or set learning.timeouts = false/,
      ),
    });
  });

  it('never holds for one whose author named one', () => {
    const { core, entry } = limited({});
    expect(entry.batch.events.at(-1)?.payload).not.toHaveProperty('timeoutMs');
    core.advance(8999);
    expect(core.aborts).toEqual([]);
  });

  it('gives way when its author names one while it runs', () => {
    const { core } = limited({ hasDefaultTimeout: true });
    core.ok({ kind: 'updateTask', taskId: 'm/a', patch: { spec: { executionTimeoutMs: 2000 } } });
    core.advance(1999);
    expect(core.aborts).toEqual([]);
    core.advance(1);
    expect(core.aborts).toHaveLength(1);
    expect(core.row('a').spec).toMatchObject({ executionTimeoutMs: 2000, hasDefaultTimeout: false });
  });

  it('holds for what still runs under the next leader', () => {
    const { core } = limited({ hasDefaultTimeout: true });
    core.advance(100);
    core.restart();
    expect(core.state('a').live?.timeoutMs).toBe(500);
  });
});

describe('memory that was learned', () => {
  const gigabytes = 2 ** 30;

  it('is what an attempt is counted with, instead of that of its class', () => {
    const bytes: Record<string, number> = { a: 3 * gigabytes, b: 2 * gigabytes };
    const core = new CoreHarness({ slots: 4, advice: { memoryOf: ({ key }) => bytes[key] ?? null } });
    core.mesh('a; b; c', { a: { work: COMMAND }, b: { work: COMMAND }, c: { work: COMMAND } });
    const held = (key: string) => core.state(key).live?.demand.memoryBytes;
    expect([held('a'), held('b'), held('c')]).toEqual([3 * gigabytes, 2 * gigabytes, 128 * 2 ** 20]);
    expect(core.state('a').live?.demand).toMatchObject({ slots: 1, cores: 0.5 });
  });

  it('is not asked for what only waits', () => {
    const core = new CoreHarness({ advice: { memoryOf: () => expect.unreachable() } });
    core.mesh('a');
    expect(core.state('a').live?.demand.memoryBytes).toBe(0);
  });
});

describe('a first retry that was learned', () => {
  const policy = { ...specOf('a').retryPolicy, maxAttempts: 3, jitter: false };
  const failed = (wish: object) => {
    const asked: string[] = [];
    const retryMsOf = (code: string): number => (asked.push(code), 300);
    const core = new CoreHarness({ advice: { retryMsOf } });
    core.mesh('a', { a: { retryPolicy: policy, ...wish } });
    const entry = core.fail('a', 'HTTP_503');
    return {
      asked,
      delayMs: entry.batch.events.find(({ type }) => type === 'TASK_RETRYING')?.payload.delayMs,
    };
  };

  it('holds for a task whose author named none', () => {
    expect(failed({ hasDefaultInterval: true })).toEqual({ asked: ['HTTP_503'], delayMs: 300 });
  });

  it('never holds for one whose author named one', () => {
    expect(failed({})).toEqual({ asked: [], delayMs: policy.initialIntervalMs });
  });

  it('is no longer than the author lets a retry wait', () => {
    const { delayMs } = failed({ hasDefaultInterval: true, retryPolicy: { ...policy, maxIntervalMs: 200 } });
    expect(delayMs).toBe(200);
  });
});

describe('changed estimates', () => {
  it('put what is queued in another order', () => {
    const seconds: Record<string, number> = { a: 5, b: 1 };
    const core = new CoreHarness({ slots: 1, seconds });
    core.mesh('gate', {}, { id: 'gate' });
    core.mesh('a; b -> c');
    seconds.c = 30;
    core.ok({ kind: 'estimatesChanged', meshId: 'm' });
    expect(core.state('b').rank).toBe(31);
    core.ok({ kind: 'estimatesChanged', meshId: 'unknown' });
    core.runOut();
    expect(core.starts).toEqual(['gate/gate', 'b', 'c', 'a']);
  });
});
