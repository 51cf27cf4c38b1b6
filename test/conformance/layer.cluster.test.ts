/** The cluster layer keeps the contract of layers, on both backends of BullMQ, with a node in this process. */
import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';
import type { Layer } from '../../src/layers/layer.js';
import type { Work } from '../../src/lifecycle/work.js';
import { ClusterWorld } from '../support/cluster/cluster-world.js';
import { until } from '../support/until.js';
import { describeLayer, type OpenLayer } from './layer.conformance.js';

/** Places every attempt on the one node, as the core would, and tells of its outcome that it is recorded. */
async function open(kind: 'postgresql' | 'redis'): Promise<OpenLayer> {
  const world = await ClusterWorld.open(kind);
  await world.startNode('one');
  const { layer: cluster } = world;
  const layer: Layer = {
    name: cluster.name,
    node: cluster.node,
    capacity: () => cluster.capacity(),
    refusal: (work) => cluster.refusal(work),
    statistics: () => cluster.statistics(),
    start: async (attempt, signal, sink) => {
      // one that was kept from its signs of life was lost, and joins again
      await until('the node is there', () => world.refOf('one') !== undefined);
      const placed = { ...attempt, node: world.refOf('one') as string };
      const outcome = await cluster.start(placed, signal, sink);
      cluster.recorded(attempt.token);
      return outcome;
    },
  };
  return { layer, close: () => world.close() };
}

const sh = (script: string, ...args: string[]): Work => ({
  command: { argv: ['sh', '-c', script, ...args] },
});

const works = {
  completing: { work: sh('echo \'{"a": [1, null]}\''), output: { a: [1, null] } },
  echoing: sh('printf %s "$1"', 'sh', '${inputs.source.value}'),
  failing: { work: sh('exit 9'), code: 'EXIT_9' },
  speaking: { work: sh('echo one; echo two; echo three'), texts: ['one', 'two', 'three'] },
  endless: sh('echo ready; sleep 1000'),
  stubborn: sh('trap "" TERM; echo ready; while :; do sleep 1000; done'),
  foreign: { circuit: { source: 'OPENQASM 2.0; qreg q[1];' } },
};

describeLayer('the cluster layer on PostgreSQL', () => open('postgresql'), works);

describe.skipIf(spawnSync('redis-server', ['--version']).status !== 0)('where redis-server is', () => {
  describeLayer('the cluster layer on Redis', () => open('redis'), works);
});
