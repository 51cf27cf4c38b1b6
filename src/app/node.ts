/**
 * A node of the cluster as a process: the executors of the local layer behind the queue of the node. Called by the verb
 * `node`. What it knows of database and queue stays here: work sees only the variables that it is allowed to.
 */
import { hostname } from 'node:os';
import { SystemClock } from '../kit/clock.js';
import { NodeAgent } from '../layers/cluster/node/node-agent.js';
import type { NodeAgentOptions, NodeEvent } from '../layers/cluster/node/node-options.js';
import { openBackend } from '../layers/cluster/open-backend.js';
import { localCapacity } from '../layers/local/local-capacity.js';
import type { JoinSettings } from '../layers/nodes.js';
import { stateMark } from '../work/processes/server-mark.js';
import { SessionPool } from '../store/postgres/pool.js';
import { PostgresNodes } from '../store/postgres/postgres-nodes.js';
import { type AppOptions, stopMsMax } from './app-options.js';
import { openExecutors } from './executors.js';
import { type NodePlace, takeNodePlace } from './node-place.js';
import { Started } from './started.js';

export interface RunningNode {
  readonly name: string;
  /** Resolves when it has left: undefined when it was told to, else why it could not go on. */
  readonly ended: Promise<Error | undefined>;
  /** Drains and leaves, within `stopMsMax`. */
  stop(): Promise<void>;
}

export interface NodeOptions extends AppOptions {
  readonly settings: JoinSettings;
  readonly told: (event: NodeEvent) => void;
}

export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const started = new Started(new SystemClock({ timersHoldProcess: true }));
  try {
    return await start(options, started);
  } catch (error) {
    await started.undo(options.log, stopMsMax(options.config));
    throw error;
  }
}

async function start(options: NodeOptions, started: Started): Promise<RunningNode> {
  const { config, log, settings } = options;
  const place = await takeNodePlace(config.stateDir, config.cluster.nodeName);
  started.add('the place of the node', () => place.release());
  const clock = new SystemClock({ timersHoldProcess: true });
  const pool = new SessionPool(settings.database, {
    max: 2,
    lost: (error) => log.warn({ reason: error.message }, 'a database connection was lost'),
  });
  started.add('the pool of connections', () => pool.close(clock));
  const { backend: url, schema } = settings;
  const onError = (error: Error): void => log.warn({ reason: error.message }, 'the queue is in trouble');
  const backend = await openBackend({ url, schema, connections: config.cluster.connections, onError });
  started.add('the queue', () => backend.close());
  const agent = agentOf(options, place, { registry: new PostgresNodes(pool.looks), backend });
  let failure: Error | undefined;
  const work = agent.run().catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(String(error));
  });
  const drained = (): Promise<void> => {
    agent.drain();
    return work;
  };
  started.add('the work of the node', drained, stopMsMax(config));
  let stopping: Promise<Error | undefined> | undefined;
  const stopped = (): Promise<Error | undefined> =>
    (stopping ??= started.undo(log, stopMsMax(config)).then(() => failure));
  let end: (error: Error | undefined) => void = () => {};
  const ended = new Promise<Error | undefined>((resolve) => (end = resolve));
  void work.then(stopped).then(end);
  return { name: place.name, ended, stop: async () => end(await stopped()) };
}

function agentOf(
  options: NodeOptions,
  place: NodePlace,
  parts: Pick<NodeAgentOptions, 'registry' | 'backend'>,
): NodeAgent {
  const { config, version, settings, told } = options;
  const clock = new SystemClock({ timersHoldProcess: true });
  const { name, stateDir } = place;
  const own = localCapacity(config.execution.maxParallelTasks);
  const { cores, memory, labels } = config.cluster;
  return new NodeAgent({
    ...parts,
    request: {
      name,
      instance: `${hostname()} ${stateMark(stateDir)}`,
      address: `${hostname()}:${process.pid}`,
      version,
      labels,
      capacity: {
        slots: own.slots,
        cores: cores === 0 ? own.cores : cores,
        memoryBytes: memory === 0 ? own.memoryBytes : memory,
      },
      leaseMs: settings.leaseMs,
    },
    openLayer: () => openExecutors({ ...options, config: { ...config, stateDir } }, name, clock),
    clock,
    drainMs: config.execution.drainSeconds * 1000,
    told,
  });
}
