/** The cluster of a server: its layer, the watch on the registry of nodes, and the desk that people and new nodes ask. */
import type { SystemClock } from '../kit/clock.js';
import { ClusterLayer } from '../layers/cluster/cluster-layer.js';
import { openBackend } from '../layers/cluster/open-backend.js';
import type { JoinSettings } from '../layers/nodes.js';
import { NodeDesk } from '../orchestrator/cluster/node-desk.js';
import { NodeWatch } from '../orchestrator/cluster/node-watch.js';
import type { AppOptions } from './app-options.js';
import type { Database } from './database.js';
import type { Started } from './started.js';

export interface Cluster {
  readonly desk: NodeDesk;
  /** Undefined: `cluster.enabled` is false. */
  readonly layer: ClusterLayer | undefined;
}

export function settingsOf({ config }: Pick<AppOptions, 'config'>, database: string): JoinSettings {
  const { backend, schema, leaseSeconds } = config.cluster;
  return {
    database,
    backend: backend === '' ? database : backend,
    schema,
    leaseMs: Math.round(leaseSeconds * 1000),
  };
}

/** Resolves when the nodes that are there are known. */
export async function openCluster(
  options: AppOptions,
  { database, clock }: { database: Database; clock: SystemClock },
  started: Started,
): Promise<Cluster> {
  const { config, log, guest } = options;
  const { policy, connections } = config.cluster;
  const enabled = config.cluster.enabled && !guest;
  const settings = settingsOf(options, database.url);
  const registry = database.nodes;
  const desk = new NodeDesk({ registry, policy, settings: enabled ? settings : undefined });
  if (!enabled) return { desk, layer: undefined };
  const onError = (error: unknown): void =>
    log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the cluster is in trouble');
  const { backend: url, schema } = settings;
  const layer = new ClusterLayer({
    clock,
    policy,
    openBackend: () => openBackend({ url, schema, connections, onError }),
    onError,
  });
  started.add('the cluster layer', () => layer.close());
  const watch = new NodeWatch({
    registry,
    user: layer,
    clock,
    changed: (changes) => {
      for (const { node, from, to } of changes)
        log.info({ node: node.name, incarnation: node.incarnation, from, to }, 'a node has changed');
      desk.changed(changes);
    },
    onError,
  });
  await watch.start();
  started.add('the watch on nodes', () => watch.stop());
  return { desk, layer };
}
