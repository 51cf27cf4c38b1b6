/** Nodes of the cluster through GraphQL: who may see and who may change what, and what is told of changes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterNode } from '../../../src/lifecycle/cluster-node.js';
import { type RunningApi, startApi } from '../graphql-server.js';

let api: RunningApi;
let owner: Record<string, string>;

beforeEach(async () => {
  api = await startApi();
  owner = { authorization: `Bearer ${api.token}` };
});
afterEach(() => api.close());

async function join(name: string): Promise<ClusterNode> {
  const node = await api.nodes.join({
    name,
    instance: name,
    address: 'host:1',
    version: '1.2.3',
    labels: ['gpu'],
    capacity: { slots: 4, cores: 2, memoryBytes: 2 ** 33 },
    leaseMs: 60_000,
    key: `key of ${name}`,
  });
  if (node === undefined) throw new Error('refused');
  return node;
}

const codeOf = (answer: Awaited<ReturnType<RunningApi['post']>>): unknown =>
  (answer.body as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code;
const dataOf = (answer: Awaited<ReturnType<RunningApi['post']>>): Record<string, unknown> =>
  (answer.body as { data: Record<string, unknown> }).data;

describe('nodes', () => {
  it('are shown to everyone, all or one, by their states', async () => {
    await join('b');
    const { incarnation } = await join('a');
    const load = { cpu: 0.5, memoryBytes: 2 ** 32, running: 1 };
    await api.nodes.beat({ name: 'a', incarnation, state: 'READY', load });
    const query = `{ nodes { id } ready: nodes(states: [READY]) { id incarnation state cordoned address version labels slots
      cores memoryBytes load { cpu memoryBytes running } joinedAt seenAt changedAt } node(id: "b") { state } none: node(id: "c") { id } }`;
    const data = dataOf(await api.post(query));
    expect(data).toMatchObject({ nodes: [{ id: 'a' }, { id: 'b' }], node: { state: 'JOINING' }, none: null });
    expect(data['ready']).toEqual([
      {
        id: 'a',
        incarnation,
        state: 'READY',
        cordoned: false,
        address: 'host:1',
        version: '1.2.3',
        labels: ['gpu'],
        slots: 4,
        cores: 2,
        memoryBytes: 2 ** 33,
        load,
        joinedAt: expect.any(String),
        seenAt: expect.any(String),
        changedAt: expect.any(String),
      },
    ]);
    expect(codeOf(await api.post('{ node(id: "not a name") { id } }'))).toBe('INVALID_INPUT');
  });

  it('are drained and cordoned by the owner alone', async () => {
    await join('a');
    const drain = 'mutation { drainNode(id: "a") { state } }';
    const cordon = 'mutation ($on: Boolean!) { cordonNode(id: "a", cordoned: $on) { cordoned } }';
    expect(codeOf(await api.post(drain))).toBe('FORBIDDEN');
    expect(codeOf(await api.post(cordon, { on: true }))).toBe('FORBIDDEN');
    expect(dataOf(await api.post(cordon, { on: true }, owner))).toEqual({ cordonNode: { cordoned: true } });
    expect(dataOf(await api.post(cordon, { on: false }, owner))).toEqual({ cordonNode: { cordoned: false } });
    expect(dataOf(await api.post(drain, {}, owner))).toEqual({ drainNode: { state: 'DRAINING' } });
    expect(codeOf(await api.post('mutation { drainNode(id: "x") { id } }', {}, owner))).toBe('NOT_FOUND');
  });

  it('are chosen by a policy that the owner switches, and switches back', async () => {
    const set = 'mutation ($policy: PlacementPolicy) { setPlacementPolicy(policy: $policy) }';
    expect(codeOf(await api.post(set, { policy: 'ROUND_ROBIN' }))).toBe('FORBIDDEN');
    await api.post(set, { policy: 'ROUND_ROBIN' }, owner);
    expect(dataOf(await api.post('{ placementPolicy }'))).toEqual({ placementPolicy: 'ROUND_ROBIN' });
    expect(dataOf(await api.post(set, { policy: null }, owner))).toEqual({
      setPlacementPolicy: 'RESOURCE_BASED',
    });
  });

  it('join by tokens that the owner gives out and that work once', async () => {
    const create = 'mutation ($s: Int!) { createJoinToken(lifetimeSeconds: $s) { token lifetimeSeconds } }';
    expect(codeOf(await api.post(create, { s: 60 }))).toBe('FORBIDDEN');
    expect(codeOf(await api.post(create, { s: 0 }, owner))).toBe('INVALID_INPUT');
    const { createJoinToken } = dataOf(await api.post(create, { s: 60 }, owner)) as {
      createJoinToken: { token: string };
    };
    const use = `mutation ($token: String!) { joinCluster(token: $token, node: "a") {
        database databaseTls { ca cert key } backend backendTls { ca } schema leaseMs } }`;
    expect(codeOf(await api.post(use, { token: 'join_guess' }))).toBe('FORBIDDEN');
    expect(dataOf(await api.post(use, { token: createJoinToken.token }))).toEqual({
      joinCluster: {
        database: 'postgresql://db',
        databaseTls: { ca: 'CA', cert: null, key: null },
        backend: 'redis://queue',
        backendTls: null,
        schema: 'queue',
        leaseMs: 5000,
      },
    });
    expect(codeOf(await api.post(use, { token: createJoinToken.token }))).toBe('FORBIDDEN');
  });
});

describe('nodeChanged', () => {
  it('tells of each change, and a slow reader of the latest of each node', async () => {
    const node = await join('a');
    const stream = api.client().iterate<{ nodeChanged: object }>({
      query: 'subscription { nodeChanged { node { id state } from to } }',
    });
    const first = stream.next();
    while (api.desk.subscribers === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    api.desk.changed([{ node: { ...node, state: 'READY' }, from: null, to: 'READY' }]);
    expect((await first).value?.data).toEqual({
      nodeChanged: { node: { id: 'a', state: 'READY' }, from: null, to: 'READY' },
    });
    await stream.return?.(undefined);
    while (api.desk.subscribers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});
