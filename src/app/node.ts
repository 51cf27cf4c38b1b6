/**
 * A node of the cluster as a process: the executors of the local layer behind the queue of the node. Called by the verb
 * `node`. What it knows of database and queue stays here: work sees only the variables that it is allowed to.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Tracer } from '../kit/trace/tracer.js';
import { SystemClock } from '../kit/clock.js';
import { NodeAgent } from '../layers/cluster/node/node-agent.js';
import { LoadMeter } from '../layers/cluster/node/node-load.js';
import type { NodeAgentOptions, NodeEvent } from '../layers/cluster/node/node-options.js';
import { tracedLayer } from '../layers/traced-layer.js';
import { openBackend } from '../layers/cluster/open-backend.js';
import { localCapacity } from '../layers/local/local-capacity.js';
import type { JoinSettings } from '../layers/nodes.js';
import { stateMark } from '../work/processes/server-mark.js';
import { SessionPool } from '../store/postgres/sessions/pool.js';
import { PostgresNodes } from '../store/postgres/postgres-nodes.js';
import { type AppOptions, stopMsMax } from './app-options.js';
import { openExecutors } from './executors.js';
import { databaseUrlOf, type Links, linksOf, linksOfJoined } from './links/links.js';
import { withTrouble } from './links/trouble.js';
import { TroubleLog } from './links/trouble-log.js';
import { type NodePlace, takeNodePlace } from './node-place.js';
import { openTracer } from './observing/telemetry.js';
import { Started } from './started.js';

export interface RunningNode {
  readonly name: string;
  /** Resolves when it has left: undefined when it was told to, else why it could not go on. */
  readonly ended: Promise<Error | undefined>;
  /** Drains and leaves, within `stopMsMax`. */
  stop(): Promise<void>;
}

export interface NodeOptions extends AppOptions {
  /** What a server told it; undefined: all is configured. */
  readonly joined: JoinSettings | undefined;
  /** Trouble is in the log already. */
  readonly told: (event: Exclude<NodeEvent, { kind: 'trouble' }>) => void;
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
  const { config, log, joined } = options;
  const place = await takeNodePlace(config.stateDir, config.cluster.nodeName);
  started.add('the place of the node', () => place.release());
  const links =
    joined === undefined
      ? linksOf(config, databaseUrlOf(config))
      : linksOfJoined(joined, config, join(place.stateDir, 'tls'));
  const clock = new SystemClock({ timersHoldProcess: true });
  const pool = new SessionPool(links.database, {
    max: 2,
    lost: (error) => log.warn({ reason: error.message }, 'a database connection was lost'),
  });
  started.add('the pool of connections', () => pool.close(clock));
  const { told, backend } = await openQueue(options, { links, clock }, started);
  const registry = new PostgresNodes(pool.looks);
  const tracer = await openTracer(options, started);
  const agent = agentOf(options, place, { registry, backend, clock, told, tracer, leaseMs: links.leaseMs });
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

/** The queue, and whoever is told of trouble with it and with the registry. */
async function openQueue(
  { config, log, ...options }: NodeOptions,
  { links, clock }: { links: Links; clock: SystemClock },
  started: Started,
): Promise<Pick<NodeAgentOptions, 'backend' | 'told'>> {
  const { backend: url, backendTls: tls, schema } = links;
  const name = url === links.database ? 'database' : 'cluster';
  const queue = new TroubleLog({ log, clock, name, what: 'the queue is in trouble' });
  const registry = new TroubleLog({ log, clock, name: 'database', what: 'the registry is in trouble' });
  const { connections } = config.cluster;
  const backend = await openBackend({ url, tls, schema, connections, onError: queue.tell }).catch(
    (error: unknown) => Promise.reject(withTrouble(name, error)),
  );
  started.add('the queue', () => backend.close());
  const told = (event: NodeEvent): void => {
    if (event.kind === 'trouble') (event.of === 'queue' ? queue : registry).tell(event.error);
    else options.told(event);
  };
  return { backend, told };
}

function agentOf(
  options: NodeOptions,
  place: NodePlace,
  {
    leaseMs,
    tracer,
    ...parts
  }: Pick<NodeAgentOptions, 'registry' | 'backend' | 'clock' | 'told'> & {
    readonly clock: SystemClock;
    readonly leaseMs: number;
    readonly tracer: Tracer | undefined;
  },
): NodeAgent {
  const { config, version } = options;
  const { name, stateDir } = place;
  const meter = new LoadMeter();
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
      leaseMs,
      key: randomBytes(32).toString('base64url'),
    },
    openLayer: () => {
      const layer = openExecutors({ ...options, config: { ...config, stateDir } }, name, parts.clock);
      return tracer === undefined ? layer : tracedLayer(layer, tracer, `node ${name}`);
    },
    load: (running) => meter.read(running),
    drainMs: config.execution.drainSeconds * 1000,
  });
}
