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
import { openPool } from '../store/postgres/pool.js';
import { PostgresNodes } from '../store/postgres/postgres-nodes.js';
import type { AppOptions } from './app-options.js';
import { openExecutors } from './executors.js';
import { type NodePlace, takeNodePlace } from './node-place.js';
import { Started } from './started.js';

export interface RunningNode {
  readonly name: string;
  /** Resolves when it has left: undefined when it was told to, else why it could not go on. */
  readonly ended: Promise<Error | undefined>;
  /** Drains and leaves. */
  stop(): Promise<void>;
}

export interface NodeOptions extends AppOptions {
  readonly settings: JoinSettings;
  readonly told: (event: NodeEvent) => void;
}

export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const started = new Started();
  try {
    return await start(options, started);
  } catch (error) {
    await started.undo(options.log);
    throw error;
  }
}

async function start(options: NodeOptions, started: Started): Promise<RunningNode> {
  const { config, log, settings } = options;
  const place = await takeNodePlace(config.stateDir, config.cluster.nodeName);
  started.add(() => place.release());
  const pool = openPool(settings.database, 2, (error) =>
    log.warn({ reason: error.message }, 'a database connection was lost'),
  );
  started.add(() => pool.end());
  const { backend: url, schema } = settings;
  const onError = (error: Error): void => log.warn({ reason: error.message }, 'the queue is in trouble');
  const backend = await openBackend({ url, schema, connections: config.cluster.connections, onError });
  started.add(() => backend.close());
  const agent = agentOf(options, place, { registry: new PostgresNodes(pool), backend });
  const ended = agent.run().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const over = ended.then(async (error) => {
    await started.undo(log);
    return error;
  });
  return {
    name: place.name,
    ended: over,
    stop: async () => {
      agent.drain();
      await over;
    },
  };
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
