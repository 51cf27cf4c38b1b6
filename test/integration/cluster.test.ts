/** A server and nodes as real processes: what work on a node sees, how a node joins, and what [cluster] of the configuration does. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClusterSite, onCluster } from '../support/cluster/cluster-site.js';
import { until } from '../support/until.js';
import { spawnNode } from '../support/cluster/node-process.js';

/** Real processes on a machine that others use too. */
const SLOWLY = { timeout: 120_000 };

let site: ClusterSite;

beforeEach(async () => {
  site = await ClusterSite.open();
}, SLOWLY.timeout);
afterEach(() => site.close(), SLOWLY.timeout);

describe('work on a node', SLOWLY, () => {
  it('sees nothing of the database in its environment', async () => {
    const env = {
      DATABASE_URL: site.database.url,
      TASKMESH_DATABASE__URL: site.database.url,
      PGPASSWORD: 'secret',
    };
    const allow = { TASKMESH_EXECUTION__ENV_ALLOW: 'PATH,DATABASE_URL,TASKMESH_DATABASE__URL,PGPASSWORD' };
    const node = await spawnNode({
      stateDir: join(site.dir, 'nodes'),
      name: 'one',
      args: ['--labels', 'a'],
      env: { ...env, ...allow },
    });
    site.nodes.push(node);
    const [task] = await site.ended(
      await site.submit([
        { ...onCluster('env', `env > ${join(site.dir, 'env')}`), layer: null, nodeSelector: ['a'] },
      ]),
    );
    expect(task).toMatchObject({ status: 'COMPLETED', attempts: [{ layer: 'CLUSTER' }] });
    const seen = site.written('env').join('\n');
    expect(seen).toContain('TASKMESH_TASK_ID=');
    expect(seen).not.toContain('postgres');
    expect(seen).not.toContain('secret');
  });
});

describe('a node that joins by a server', SLOWLY, () => {
  it('is let in by a one-time token, once', async () => {
    const { createJoinToken } = await site.ask<{ createJoinToken: { token: string } }>(
      'mutation { createJoinToken { token } }',
    );
    const args = ['--join', site.server.url, '--token', createJoinToken.token];
    site.nodes.push(await spawnNode({ stateDir: join(site.dir, 'nodes'), name: 'one', args }));
    const again = spawnNode({ stateDir: join(site.dir, 'nodes'), name: 'two', args });
    await expect(again).rejects.toThrow(/used already/);
    const [task] = await site.ended(await site.submit([onCluster('a', 'echo 1')]));
    expect(task).toMatchObject({ status: 'COMPLETED', attempts: [{ node: expect.stringMatching(/^one:/) }] });
  });
});

describe('[cluster] of the configuration', SLOWLY, () => {
  async function serveAnew(env: Record<string, string>): Promise<void> {
    await site.server.stop();
    site.server = await site.serve('server', env);
  }

  it('is what servers and nodes do', async () => {
    await serveAnew({
      TASKMESH_CLUSTER__POLICY: 'LEAST_CONNECTIONS',
      TASKMESH_CLUSTER__PREFER_NODES: 'false',
      TASKMESH_CLUSTER__SCHEMA: 'another_queue',
    });
    const env = {
      TASKMESH_CLUSTER__SCHEMA: 'another_queue',
      TASKMESH_CLUSTER__CONNECTIONS: '2',
      TASKMESH_CLUSTER__LEASE_SECONDS: '30',
      TASKMESH_CLUSTER__LABELS: 'gpu,region=eu',
      TASKMESH_CLUSTER__CORES: '3.5',
      TASKMESH_CLUSTER__MEMORY: '3GB',
      TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '7',
    };
    const args = ['--database', site.database.url];
    const node = await spawnNode({ stateDir: join(site.dir, 'nodes'), name: 'named', args, env });
    site.nodes.push(node);
    const query = '{ node(id: "named") { id labels slots cores memoryBytes state } placementPolicy }';
    expect(await site.ask(query)).toEqual({
      node: {
        id: 'named',
        labels: ['gpu', 'region=eu'],
        slots: 7,
        cores: 3.5,
        memoryBytes: 3 * 2 ** 30,
        state: 'READY',
      },
      placementPolicy: 'LEAST_CONNECTIONS',
    });
    const tasks = await site.ended(
      await site.submit([onCluster('there', 'true'), { ...onCluster('here', 'true'), layer: null }]),
    );
    const layers = Object.fromEntries(tasks.map(({ key, attempts }) => [key, attempts[0]?.layer]));
    expect(layers).toEqual({ there: 'CLUSTER', here: 'LOCAL' });
    expect(tasks.find(({ key }) => key === 'there')?.attempts[0]?.placement?.policy).toBe(
      'LEAST_CONNECTIONS',
    );
  });

  it('sends tasks that name no layer to nodes while there are any, and keeps them here when there are none', async () => {
    const anywhere = (key: string) => ({ ...onCluster(key, 'true'), layer: null });
    const [alone] = await site.ended(await site.submit([anywhere('alone')]));
    expect(alone?.attempts[0]?.layer).toBe('LOCAL');
    const node = await site.start('one');
    const slots = async () =>
      (await site.ask<{ layer: { slots: number } }>('{ layer(name: CLUSTER) { slots } }')).layer.slots;
    await until('the layer knows it', async () => (await slots()) > 0);
    const [there] = await site.ended(await site.submit([anywhere('there')]));
    expect(there?.attempts[0]?.layer).toBe('CLUSTER');
    await node.stop();
    await until('the layer knows', async () => (await slots()) === 0);
    const [again] = await site.ended(await site.submit([anywhere('again')]));
    expect(again?.attempts[0]?.layer).toBe('LOCAL');
  });

  it('takes no nodes where the cluster is off', async () => {
    await serveAnew({ TASKMESH_CLUSTER__ENABLED: 'false' });
    await expect(site.ask('mutation { createJoinToken { token } }')).rejects.toThrow(/cluster.enabled/);
    await expect(site.submit([onCluster('a', 'true')])).rejects.toThrow(/CLUSTER is not available/);
  });
});
