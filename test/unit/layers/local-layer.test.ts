/** What the local layer adds to its executors: choice, templates, faults, stopping, counting. */
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import type { StopSignal } from '../../../src/kit/stop.js';
import type { ExecutorLayer } from '../../../src/layers/executor-layer.js';
import { localCapacity } from '../../../src/layers/local/local-capacity.js';
import type { AttemptSink, AttemptStart } from '../../../src/work/attempt.js';
import type { Executor } from '../../../src/work/executor.js';
import { completed, ranFor } from '../../../src/work/outcome.js';
import { WaitExecutor } from '../../../src/work/wait/wait-executor.js';
import {
  abortable,
  attemptOf,
  codeOf,
  executorLayer,
  neverAborted,
  RecordingSink,
  silent,
} from '../../support/work/fixtures.js';

type Behaviour = (attempt: AttemptStart, signal: StopSignal, sink: AttemptSink) => unknown;

/** A real executor whose work is the given function. */
function executorOf(behaviour: Behaviour): Executor {
  return {
    kind: 'module',
    execute: async (attempt, signal, sink) =>
      completed((await behaviour(attempt, signal, sink)) as null, ranFor(1)),
    close: async () => undefined,
  };
}

function layerOf(behaviour: Behaviour, clock = new VirtualClock()): ExecutorLayer {
  return executorLayer([executorOf(behaviour), new WaitExecutor(clock)], clock);
}

const work = { module: { path: 'a.mjs', input: '${inputs.a}' } };

describe('the local layer', () => {
  it('offers as many slots as tasks may run at once, and enough cores for small ones', () => {
    expect(localCapacity(4).slots).toBe(4);
    expect(localCapacity(1).cores).toBe(availableParallelism());
    expect(localCapacity(1_000).cores).toBe(500);
    expect(localCapacity(1).memoryBytes).toBeGreaterThan(0);
  });

  it('says why it cannot run work it has no executor for, and refuses it as an outcome', async () => {
    const layer = layerOf(() => 1);
    expect(layer.refusal({ wait: { durationMs: 1 } })).toBeUndefined();
    expect(layer.refusal({ command: { argv: ['x'] } })).toContain('not configured for command work');
    const outcome = await layer.start(attemptOf({ command: { argv: ['x'] } }), neverAborted, silent);
    expect(outcome).toMatchObject({ kind: 'FAILED', failure: { kind: 'REJECTED', code: 'WORK_REFUSED' } });
  });

  it('renders templates before an executor sees the work', async () => {
    const layer = layerOf((attempt) => attempt.work as unknown);
    const outcome = await layer.start(attemptOf(work, { inputs: { a: { b: 1 } } }), neverAborted, silent);
    expect(outcome).toMatchObject({ output: { module: { input: { b: 1 } } } });
    const unresolved = await layer.start(attemptOf(work), neverAborted, silent);
    expect(unresolved).toMatchObject({
      kind: 'FAILED',
      failure: { kind: 'ERROR', code: 'TEMPLATE_UNRESOLVED' },
    });
  });

  it('makes of an executor that throws a crash of its own, which costs the task no attempt', async () => {
    const layer = layerOf(() => {
      throw new Error('bug');
    });
    const outcome = await layer.start(attemptOf(work, { inputs: { a: 1 } }), neverAborted, silent);
    expect(outcome).toMatchObject({ kind: 'CRASHED', failure: { kind: 'CRASHED', code: 'EXECUTOR_FAULT' } });
  });

  it('does not let an attempt speak after its outcome', async () => {
    const sink = new RecordingSink();
    let late: AttemptSink | undefined;
    const layer = layerOf((_, __, given) => {
      late = given;
      given.heartbeat();
      return 1;
    });
    await layer.start(attemptOf(work, { inputs: { a: 1 } }), neverAborted, sink);
    late?.log({ at: 0, stream: 'LOG', level: 'INFO', text: 'late' });
    late?.progress(1, null);
    late?.heartbeat();
    expect([sink.lines, sink.progressed, sink.beats]).toEqual([[], [], 1]);
  });

  it('does not start what was stopped before', async () => {
    let calls = 0;
    const layer = layerOf(() => ++calls);
    const { signal, abort } = abortable();
    abort('CANCELLED');
    expect(codeOf(await layer.start(attemptOf(work, { inputs: { a: 1 } }), signal, silent))).toBe(
      'CANCELLED',
    );
    expect(calls).toBe(0);
  });

  it('counts what it ran', async () => {
    const layer = layerOf((attempt) => (attempt.attempt === 2 ? Promise.reject(new Error('x')) : 1));
    const running = layer.start(attemptOf({ wait: { durationMs: 1 } }), neverAborted, silent);
    expect(layer.statistics()).toEqual({ running: 1, started: 1, completed: 0, failed: 0 });
    await layer.start(attemptOf(work, { inputs: { a: 1 } }), neverAborted, silent);
    await layer.start(attemptOf(work, { inputs: { a: 1 }, attempt: 2 }), neverAborted, silent);
    await layer.close();
    expect(codeOf(await running)).toBe('SHUTDOWN');
    expect(layer.statistics()).toEqual({ running: 0, started: 3, completed: 1, failed: 2 });
  });

  it('starts nothing after it was closed', async () => {
    const layer = layerOf(() => 1);
    await layer.close();
    expect(codeOf(await layer.start(attemptOf(work), neverAborted, silent))).toBe('SHUTDOWN');
  });
});
