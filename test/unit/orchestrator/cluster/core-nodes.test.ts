import { describe, expect, it } from 'vitest';
import type { ClusterNode } from '../../../../src/lifecycle/cluster-node.js';
import type { PlacementPolicy } from '../../../../src/lifecycle/vocabulary.js';
import { nodeOf } from '../../../support/cluster/cluster-nodes.js';
import { COMMAND, CoreHarness, GIB } from '../../../support/core-harness.js';

const CLUSTER = { layer: 'CLUSTER', work: COMMAND } as const;

function node(name: string, slots: number, change: Partial<ClusterNode> = {}): ClusterNode {
  return nodeOf(name, { capacity: { slots, cores: 8, memoryBytes: 8 * GIB }, ...change });
}

function harness(): CoreHarness {
  return new CoreHarness({ rooms: { LOCAL: 1 } });
}

function offer(
  core: CoreHarness,
  nodes: readonly ClusterNode[],
  policy: PlacementPolicy = 'LEAST_CONNECTIONS',
) {
  return core.ok({ kind: 'nodesChanged', layer: 'CLUSTER', nodes, policy });
}

describe('the core and the nodes of the cluster', () => {
  it('starts nothing on the cluster before a node is there, and then at once', () => {
    const core = harness();
    core.mesh('a\nb', { '*': CLUSTER });
    expect(core.starts).toEqual([]);
    const entry = offer(core, [node('n', 1)]);
    expect(core.starts).toEqual(['a']);
    expect(entry.batch.attempts).toMatchObject([{ layer: 'CLUSTER', node: 'n:1' }]);
  });

  it('tells with the start why its node was chosen', () => {
    const core = harness();
    offer(core, [node('n1', 1), node('n2', 1)]);
    const { batch } = core.mesh('a', { a: CLUSTER });
    const started = batch.events.find(({ type }) => type === 'TASK_STARTED');
    expect(started?.payload).toEqual({
      attempt: 1,
      layer: 'CLUSTER',
      node: 'n1:1',
      placement: {
        policy: 'LEAST_CONNECTIONS',
        nodes: 2,
        eligible: 2,
        candidates: [
          { node: 'n1', score: 0 },
          { node: 'n2', score: 0 },
        ],
      },
    });
  });

  it('places the next attempt by the policy that is switched to', () => {
    const core = harness();
    const nodes = [node('n1', 4), node('n2', 2)];
    offer(core, nodes, 'RESOURCE_BASED');
    const { batch } = core.mesh('a', { a: CLUSTER });
    expect(batch.attempts[0]?.node).toBe('n1:1');
    offer(core, nodes, 'ROUND_ROBIN');
    const next = core.mesh('b', { b: CLUSTER }, { id: 'second' });
    expect(next.batch.events.find(({ type }) => type === 'TASK_STARTED')?.payload.placement).toMatchObject({
      policy: 'ROUND_ROBIN',
      candidates: [{ node: 'n2' }, { node: 'n1' }],
    });
  });

  it('lets a task that no node could run hold up nobody, and starts it when such a node comes', () => {
    const core = harness();
    const plain = node('plain', 1);
    offer(core, [plain]);
    core.mesh('gpu\nbig\nsmall', {
      gpu: { ...CLUSTER, nodeSelector: ['gpu'], priority: 'CRITICAL' },
      big: { ...CLUSTER, nodeSelector: ['gpu', 'region=eu'], priority: 'HIGH' },
      small: CLUSTER,
    });
    expect(core.starts).toEqual(['small']);
    offer(core, [plain, node('g', 1, { labels: ['gpu'] })]);
    expect(core.starts).toEqual(['small', 'gpu']);
    offer(core, [plain, node('e', 1, { labels: ['region=eu', 'gpu', 'ssd'] })]);
    expect(core.starts).toEqual(['small', 'gpu', 'big']);
  });

  it('lets a task that waits for a label hold up no other', () => {
    const core = harness();
    offer(core, [node('plain', 2), node('g', 1, { labels: ['gpu'] })]);
    core.mesh('first\nsecond\nother', {
      first: { ...CLUSTER, nodeSelector: ['gpu'], priority: 'HIGH' },
      second: { ...CLUSTER, nodeSelector: ['gpu'], priority: 'HIGH' },
      other: CLUSTER,
    });
    expect(core.starts).toEqual(['first', 'other']);
    core.complete('first');
    expect(core.starts).toEqual(['first', 'other', 'second']);
  });

  it('cancels what waits for a node that may never come', () => {
    const core = harness();
    offer(core, [node('plain', 1)]);
    core.mesh('gpu', { gpu: { ...CLUSTER, nodeSelector: ['gpu'] } });
    core.ok({ kind: 'cancelTask', taskId: 'm/gpu' });
    offer(core, [node('plain', 1), node('g', 1, { labels: ['gpu'] })]);
    expect(core.starts).toEqual([]);
    expect(core.status('gpu')).toBe('CANCELLED');
  });

  it('gives nothing to a node that drains or is cordoned', () => {
    const core = harness();
    offer(core, [
      node('d', 1, { state: 'DRAINING' }),
      node('c', 1, { cordoned: true }),
      node('j', 1, { state: 'JOINING' }),
    ]);
    core.mesh('a', { a: CLUSTER });
    expect(core.starts).toEqual([]);
    offer(core, [node('c', 1)]);
    expect(core.starts).toEqual(['a']);
  });

  it('counts what ran on a node under the last leader, by its node', () => {
    const core = harness();
    offer(core, [node('n1', 1), node('n2', 1)]);
    core.mesh('a\nb\nc', { '*': CLUSTER });
    expect(core.starts).toEqual(['a', 'b']);
    core.restart((fresh) =>
      fresh.rooms.offerNodes('CLUSTER', [node('n1', 1), node('n2', 1)], 'LEAST_CONNECTIONS'),
    );
    core.ok({ kind: 'timePassed' });
    expect(core.starts).toEqual(['a', 'b']);
    core.complete('a');
    expect(core.starts).toEqual(['a', 'b', 'c']);
  });

  it('is not silent to a new leader that cannot hear of nodes yet, and then is', () => {
    const core = harness();
    offer(core, [node('n1', 2)]);
    core.mesh('heard; silent', { '*': { ...CLUSTER, heartbeatTimeoutMs: 100 } });
    const live = core.state('heard').live as { attempt: number; token: number };
    core.restart((fresh) => fresh.rooms.offerNodes('CLUSTER', [node('n1', 2)], 'LEAST_CONNECTIONS'));
    core.advance(1000);
    expect(core.aborts).toEqual([]);
    core.ok({ kind: 'attemptAlive', key: { taskId: 'm/heard', attempt: live.attempt, token: live.token } });
    core.advance(100);
    expect(core.aborts).toEqual(['heard TIMED_OUT']);
    core.advance(1000);
    expect(core.aborts).toEqual(['heard TIMED_OUT', 'silent TIMED_OUT']);
  });
});
