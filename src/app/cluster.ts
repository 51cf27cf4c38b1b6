/** The cluster of a server: its layer, the watch on the registry of nodes, and the desk that people and new nodes ask. */
import type { SystemClock } from '../kit/clock.js';
import { ClusterLayer } from '../layers/cluster/cluster-layer.js';
import type { RefusalReason } from '../layers/cluster/report-desk.js';
import { openBackend } from '../layers/cluster/open-backend.js';
import type { Metrics } from '../metrics/metrics.js';
import { NodeDesk } from '../orchestrator/cluster/node-desk.js';
import { NodeWatch } from '../orchestrator/cluster/node-watch.js';
import type { AppOptions } from './app-options.js';
import type { Database } from './database.js';
import { joinSettingsOf, linksOf } from './links/links.js';
import { withTrouble } from './links/trouble.js';
import { TroubleLog } from './links/trouble-log.js';
import type { Started } from './started.js';

export interface Cluster {
  readonly desk: NodeDesk;
  /** Undefined: `cluster.enabled` is false. */
  readonly layer: ClusterLayer | undefined;
  readonly watch: NodeWatch | undefined;
}

const SAID = {
  FORGED:
    'it has not the seal of the node that it is said to be of; who reaches the queue of the cluster? It names',
  MALFORMED: 'it is not what nodes of this version say; it came from',
  NOT_ITS_ATTEMPT: 'another node has that attempt than',
} as const;

/** Resolves when the nodes that are there are known. */
export async function openCluster(
  options: AppOptions,
  { database, clock, metrics }: { database: Database; clock: SystemClock; metrics: Metrics },
  started: Started,
): Promise<Cluster> {
  const { config, log, guest } = options;
  const { policy, connections } = config.cluster;
  const enabled = config.cluster.enabled && !guest;
  const links = linksOf(config, database.url);
  const registry = database.nodes;
  const desk = new NodeDesk({
    registry,
    policy,
    settings: enabled ? () => joinSettingsOf(links) : undefined,
  });
  if (!enabled) return { desk, layer: undefined, watch: undefined };
  const { backend: url, backendTls: tls, schema } = links;
  const name = url === links.database ? 'database' : 'cluster';
  const { tell: onError } = new TroubleLog({ log, clock, name, what: 'the cluster is in trouble' });
  const onLoss = (): void => log.warn('Redis was started anew: what was on its way to nodes is sent again');
  const refusals = new TroubleLog({ log, clock, name, what: 'a report did not count' });
  const onRefused = (reason: RefusalReason, node: string): void => {
    metrics.nodes.refused(reason);
    // what was told before is told again whenever the lead changes
    if (reason !== 'ENDED')
      refusals.tell(new Error(`${reason}: ${SAID[reason]} ${JSON.stringify(node.slice(0, 100))}`));
  };
  const layer = new ClusterLayer({
    clock,
    policy,
    openBackend: (lost) =>
      openBackend({ url, tls, schema, connections, onError, onLoss: () => (onLoss(), lost()) }),
    onError,
    onRefused,
  });
  started.add('the cluster layer', () => layer.close());
  // a Redis that refuses is known before anything relies on it; the database has been found to work by now
  if (name === 'cluster')
    await layer.open().catch((error: unknown) => Promise.reject(withTrouble(name, error)));
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
  return { desk, layer, watch };
}
