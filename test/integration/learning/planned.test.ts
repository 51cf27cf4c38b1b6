/** On real processes: a task waits for the quick node that is busy, says so, and the prediction of its start tells what was weighed. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClusterSite } from '../../support/cluster/cluster-site.js';
import { until } from '../../support/until.js';

const SLOWLY = 180_000;
const RUNS = 4;

let site: ClusterSite;

/** Seconds on the quick node and on the other. */
const napping = (name: string, quick: number, other: number, more: object = {}) => ({
  name,
  layer: 'CLUSTER',
  taskType: 'MICRO',
  work: { command: { argv: ['sh', '-c', `[ "$PLACE" = quick ] && sleep ${quick} || sleep ${other}`] } },
  ...more,
});

async function node(name: string): Promise<void> {
  site.env.PLACE = name;
  await site.start(name, '--labels', `place=${name}`);
}

beforeAll(async () => {
  site = await ClusterSite.open('postgresql', {
    env: {
      TASKMESH_CLUSTER__POLICY: 'LEARNED',
      TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '1',
      TASKMESH_EXECUTION__ENV_ALLOW: 'PATH,PLACE',
    },
  });
  await node('quick');
  await node('other');
  const on = (place: string, at: number) => ({ key: `${place}${at}`, nodeSelector: [`place=${place}`] });
  const runs = Array.from({ length: RUNS }, (_, at) => [
    napping('before', 2, 2, on('quick', at)),
    napping('long', 0.4, 8, on('quick', RUNS + at)),
    napping('long', 0.4, 8, on('other', at)),
  ]);
  const taught = await site.submit(runs.flat());
  await site.ended(taught);
  await until('all is learned', async () => {
    const { learningMetrics } = await site.ask<{ learningMetrics: { observations: number } }>(
      '{ learningMetrics { observations } }',
    );
    return learningMetrics.observations === 3 * RUNS;
  });
}, SLOWLY);
afterAll(() => site.close(), SLOWLY);

interface Waiting {
  readonly mesh: {
    readonly tasks: { readonly nodes: { key: string; status: string; reason: string | null }[] };
  };
}

it(
  'waits for the node that ends it sooner, which is busy, and not for the one that has room',
  async () => {
    const id = await site.submit([
      napping('before', 2, 2, { key: 'before', nodeSelector: ['place=quick'], priority: 'HIGH' }),
      napping('long', 0.4, 8, { key: 'long' }),
    ]);
    const look = '($id: ID!) { mesh(id: $id) { tasks(first: 9) { nodes { key status reason } } } }';
    await until('it waits', async () => {
      const { mesh } = await site.ask<Waiting>(`query ${look}`, { id });
      const long = mesh.tasks.nodes.find(({ key }) => key === 'long');
      return long?.status === 'QUEUED' && (long.reason ?? '').startsWith('waits for node quick, ');
    });
    const tasks = await site.ended(id);
    expect(tasks.map(({ key, status }) => `${key} ${status}`)).toEqual([
      'before COMPLETED',
      'long COMPLETED',
    ]);
    const long = tasks.find(({ key }) => key === 'long');
    expect(long?.attempts[0]?.node).toMatch(/^quick:/);
    expect(long?.attempts[0]?.placement).toMatchObject({ policy: 'LEARNED' });
    await until('its prediction is scored', async () => {
      const { predictions } = await site.ask<{
        predictions: { nodes: { policy: string; candidates: object[] }[] };
      }>(
        'query ($taskId: ID!) { predictions(filter: { taskId: $taskId, scored: true }) { nodes { policy candidates } } }',
        { taskId: long?.id },
      );
      const [row] = predictions.nodes;
      if (row === undefined) return false;
      expect(row).toMatchObject({
        policy: 'PLAN',
        candidates: [
          { place: 'quick', waitSeconds: 0, seconds: expect.any(Number) },
          { place: 'other', waitSeconds: 0, seconds: expect.any(Number) },
        ],
      });
      return true;
    });
  },
  SLOWLY,
);
