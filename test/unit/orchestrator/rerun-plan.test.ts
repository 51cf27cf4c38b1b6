/** Which part of an ended run runs again: the plan, from text. */
import { describe, expect, it } from 'vitest';
import { planRerun } from '../../../src/orchestrator/rerun/rerun-plan.js';
import type { RerunStrategy, TaskStatus } from '../../../src/lifecycle/vocabulary.js';
import { specOf } from '../../support/core-harness.js';
import { dag } from '../../support/dag.js';

function plan(
  text: string,
  ends: Record<string, TaskStatus>,
  strategy: RerunStrategy,
  from: string | null = null,
): string {
  const { keys, edges } = dag(text);
  const definition = {
    mesh: {
      id: 'm',
      tenant: 'default',
      name: 'm',
      status: 'FAILED' as const,
      createdBy: '',
      description: null,
      tags: [],
      metadata: {},
    },
    tasks: keys.map((key, ordinal) => ({
      id: key,
      spec: specOf(key),
      status: ends[key] ?? ('COMPLETED' as const),
      ordinal,
    })),
    edges: edges.map(({ source, target, type, weight }) => ({
      id: '',
      meshId: 'm',
      sourceId: source,
      targetId: target,
      type,
      weight,
    })),
  };
  const { parts } = planRerun(definition, strategy, from);
  return keys.map((key) => `${key}:${parts.get(key) === 'run' ? 'run' : 'kept'}`).join(' ');
}

describe('FROM_FAILURE', () => {
  it('runs what failed and all below it again, and keeps what completed', () => {
    const ends = { b: 'FAILED', c: 'UPSTREAM_FAILED' } as const;
    expect(plan('a -> b -> c; a -> d', ends, 'FROM_FAILURE')).toBe('a:kept b:run c:run d:kept');
  });

  it('runs again what completed after a failure only because its edge was SOFT', () => {
    expect(plan('a -soft-> b', { a: 'FAILED' }, 'FROM_FAILURE')).toBe('a:run b:run');
  });

  it('runs cancelled tasks, and does not spread along RESOURCE edges', () => {
    expect(plan('a -resource-> b; c', { a: 'CANCELLED' }, 'FROM_FAILURE')).toBe('a:run b:kept c:kept');
  });

  it('takes a skipped task for no failure, unless something that failed hangs on it', () => {
    expect(plan('a; b', { a: 'SKIPPED', b: 'COMPLETED' }, 'FROM_FAILURE')).toBe('a:kept b:kept');
    expect(plan('a -> b', { a: 'SKIPPED', b: 'UPSTREAM_FAILED' }, 'FROM_FAILURE')).toBe('a:run b:run');
  });
});

describe('FROM_TASK', () => {
  it('runs that task and all below it', () => {
    expect(plan('a -> b -> c; d', {}, 'FROM_TASK', 'b')).toBe('a:kept b:run c:run d:kept');
  });

  it('runs what must feed it and did not complete', () => {
    expect(
      plan(
        'a -> b -> c; d',
        { a: 'FAILED', b: 'UPSTREAM_FAILED', c: 'UPSTREAM_FAILED', d: 'FAILED' },
        'FROM_TASK',
        'c',
      ),
    ).toBe('a:run b:run c:run d:kept');
  });
});

it('ALL runs everything', () => {
  expect(plan('a -> b; c', {}, 'ALL')).toBe('a:run b:run c:run');
});
