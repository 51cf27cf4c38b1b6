/** Starts that a decision holds back: who is passed over, who goes on, and when they are asked about again. */
import { describe, expect, it } from 'vitest';
import type { TaskState } from '../../../../src/lifecycle/mesh-state.js';
import { COMMAND, CoreHarness } from '../../../support/core-harness.js';

/** `closed`: tasks that are held back, by key, for so many ms. */
function gated(closed: Map<string, number>, slots = 4) {
  const asked: string[] = [];
  const core = new CoreHarness({
    slots,
    advice: {
      withholdMs: ({ key }: TaskState) => {
        asked.push(key);
        return closed.get(key) ?? 0;
      },
    },
  });
  const open = (...keys: string[]): void => {
    for (const key of keys) closed.delete(key);
    core.ok({ kind: 'gateChanged' });
  };
  return { core, asked, open };
}

describe('a start that is held back', () => {
  it('is passed over by those behind it, and comes when the gate has changed', () => {
    const { core, open } = gated(new Map([['a', 1000]]), 1);
    core.mesh('a; b; c');
    expect(core.starts).toEqual(['b']);
    expect(core.state('a').status).toBe('QUEUED');
    open('a');
    core.complete('b');
    expect(core.starts).toEqual(['b', 'a']);
  });

  it('is asked about again when the gate changes, and stays back while that says so', () => {
    const { core, asked, open } = gated(new Map([['a', 1000]]));
    core.mesh('a');
    open('other');
    expect(asked).toEqual(['a', 'a']);
    expect(core.starts).toEqual([]);
    open('a');
    expect(core.starts).toEqual(['a']);
  });

  it('is asked about only when it has a place, so that one who is let through starts', () => {
    const { core, asked } = gated(new Map(), 1);
    core.mesh('a; b');
    expect(asked).toEqual(['a']);
    core.complete('a');
    expect(asked).toEqual(['a', 'b']);
  });

  it('does not fail for its time in the queue: nobody is held back beyond that', () => {
    const { core } = gated(
      new Map([
        ['a', 5000],
        ['b', 500],
      ]),
    );
    core.mesh('a; b', { '*': { queueTimeoutMs: 1000 } });
    expect(core.starts).toEqual(['a']);
    expect(core.state('b').status).toBe('QUEUED');
  });

  it('can be cancelled, paused and resumed like any other', () => {
    const { core, open } = gated(
      new Map([
        ['a', 1000],
        ['b', 1000],
      ]),
    );
    core.mesh('a; b');
    core.ok({ kind: 'pauseMesh', meshId: 'm' });
    open('a', 'b');
    expect(core.starts).toEqual([]);
    core.ok({ kind: 'cancelTask', taskId: 'm/a' });
    core.ok({ kind: 'resumeMesh', meshId: 'm' });
    expect(core.starts).toEqual(['b']);
  });

  it('leaves its turn in a concurrency key to those behind it', () => {
    const { core } = gated(new Map([['a', 1000]]));
    const concurrency = { key: 'k', limit: 1, strategy: 'QUEUE' } as const;
    core.mesh('a; b', { '*': { concurrency, work: COMMAND } });
    expect(core.starts).toEqual(['b']);
  });
});
