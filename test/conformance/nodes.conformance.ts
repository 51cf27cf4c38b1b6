/** The promises of `NodeRegistry`, for every implementation; a registry of its own per test. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ClusterNode, type JoinRequest, nodeRef } from '../../src/lifecycle/cluster-node.js';
import type { NodeRegistry } from '../../src/store/nodes.js';

export interface NodesWorld {
  readonly registry: NodeRegistry;
  passTime(ms: number): Promise<void>;
  close(): Promise<void>;
}

const LOAD = { cpu: 0.25, memoryBytes: 2 ** 33, running: 3 };
/** Longer than a database of a busy machine is ever still: what has to happen within a lease must not be late. */
const LEASE_MS = 1500;

function request(name: string, change: Partial<JoinRequest> = {}): JoinRequest {
  return {
    name,
    instance: `instance of ${name}`,
    address: 'host:1',
    version: '1.2.3',
    labels: ['gpu', 'region=eu'],
    capacity: { slots: 4, cores: 2.5, memoryBytes: 2 ** 34 },
    leaseMs: LEASE_MS,
    key: `key of ${name}`,
    ...change,
  };
}

export function nodesConformance(name: string, makeWorld: () => Promise<NodesWorld>): void {
  describe(name, () => {
    let world: NodesWorld;
    let registry: NodeRegistry;
    beforeEach(async () => {
      world = await makeWorld();
      ({ registry } = world);
    });
    afterEach(() => world.close());

    async function join(name: string, change: Partial<JoinRequest> = {}): Promise<ClusterNode> {
      const node = await registry.join(request(name, change));
      if (node === undefined) throw new Error(`${name} was refused`);
      return node;
    }
    const beat = ({ name, incarnation }: ClusterNode, state: 'JOINING' | 'READY' | 'DRAINING' = 'READY') =>
      registry.beat({ name, incarnation, state, load: LOAD });
    const find = async (name: string) => (await registry.look()).nodes.find((node) => node.name === name);

    it('lets a node join with all it says of itself, JOINING', async () => {
      const node = await join('a');
      const { key, ...shown } = request('a');
      expect(node).toMatchObject({ ...shown, state: 'JOINING', cordoned: false });
      expect(node.incarnation).toBeGreaterThan(0);
      expect(await find('a')).toEqual(node);
      expect(JSON.stringify(node)).not.toContain(key);
      expect((await registry.look()).keys).toEqual(new Map([[nodeRef(node), key]]));
    });

    it('keeps what a node last told, and when its state changed', async () => {
      const joined = await join('a');
      await world.passTime(20);
      const ready = await beat(joined);
      expect(ready).toMatchObject({ state: 'READY', load: LOAD });
      expect(ready?.changedAt).toBeGreaterThan(joined.changedAt);
      await world.passTime(20);
      const again = await beat(joined);
      expect(again?.changedAt).toBe(ready?.changedAt);
      expect(again?.seenAt).toBeGreaterThan((ready as ClusterNode).seenAt);
    });

    it('gives the same instance a new incarnation at once, and the old one is dead', async () => {
      const first = await join('a');
      const second = await join('a');
      expect(second.incarnation).toBeGreaterThan(first.incarnation);
      expect(await beat(first)).toBeUndefined();
      expect(await beat(second)).toMatchObject({ incarnation: second.incarnation });
    });

    it('refuses the name of a living node to another instance, and gives it away after the lease', async () => {
      const first = await join('a');
      expect(await registry.join(request('a', { instance: 'another' }))).toBeUndefined();
      expect(await beat(first)).toBeDefined();
      await world.passTime(LEASE_MS + 50);
      expect((await join('a', { instance: 'another' })).incarnation).toBeGreaterThan(first.incarnation);
    });

    it('declares LOST who is silent longer than its lease, for good', async () => {
      const silent = await join('silent');
      const talking = await join('talking', { leaseMs: 60_000 });
      await beat(silent);
      await beat(talking);
      await world.passTime(LEASE_MS + 50);
      const { nodes } = await registry.look();
      expect(nodes.map(({ name, state }) => [name, state])).toEqual([
        ['silent', 'LOST'],
        ['talking', 'READY'],
      ]);
      expect(await beat(silent)).toBeUndefined();
      expect(await registry.drain('silent')).toMatchObject({ state: 'LOST' });
      expect(await join('silent')).toMatchObject({ state: 'JOINING' });
    });

    it('drains a node whatever it says meanwhile, and its next incarnation takes work again', async () => {
      const node = await join('a');
      await beat(node);
      expect(await registry.drain('a')).toMatchObject({ state: 'DRAINING' });
      expect(await beat(node)).toMatchObject({ state: 'DRAINING' });
      const next = await join('a');
      expect(await beat(next)).toMatchObject({ state: 'READY' });
    });

    it('cordons a node over its incarnations until it is told otherwise', async () => {
      await join('a');
      expect(await registry.cordon('a', true)).toMatchObject({ cordoned: true, state: 'JOINING' });
      expect(await join('a')).toMatchObject({ cordoned: true });
      expect(await registry.cordon('a', false)).toMatchObject({ cordoned: false });
    });

    it('knows nothing of nodes that never were', async () => {
      expect(await registry.drain('nobody')).toBeUndefined();
      expect(await registry.cordon('nobody', true)).toBeUndefined();
      expect(await registry.look()).toEqual({ nodes: [], policy: null, keys: new Map() });
    });

    it('forgets a node that leaves, and gives its number to nobody', async () => {
      const node = await join('a');
      await registry.leave('a', node.incarnation - 1);
      expect(await find('a')).toBeDefined();
      await registry.leave('a', node.incarnation);
      expect(await find('a')).toBeUndefined();
      expect((await join('a')).incarnation).toBeGreaterThan(node.incarnation);
    });

    it('keeps the policy, with nodes and without', async () => {
      await registry.setPolicy('ROUND_ROBIN');
      expect((await registry.look()).policy).toBe('ROUND_ROBIN');
      await join('a');
      await registry.setPolicy('LEARNED');
      expect((await registry.look()).policy).toBe('LEARNED');
      await registry.setPolicy(null);
      expect((await registry.look()).policy).toBeNull();
    });

    it('lets a join token in once, and not after its time', async () => {
      await registry.addJoinToken({ hash: 'h1', createdBy: 'ann', lifetimeMs: 60_000 });
      await registry.addJoinToken({ hash: 'h2', createdBy: 'ann', lifetimeMs: 30 });
      const answers = await Promise.all([1, 2, 3].map(() => registry.useJoinToken('h1', 'b')));
      expect(answers.filter((answer) => answer)).toHaveLength(1);
      expect(await registry.useJoinToken('h1', 'b')).toBe(false);
      await world.passTime(60);
      expect(await registry.useJoinToken('h2', 'b')).toBe(false);
      expect(await registry.useJoinToken('nothing', 'b')).toBe(false);
    });
  });
}
