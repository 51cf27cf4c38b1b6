/** What `status` answers of this server and of those beside it; it stays answerable while the database is away. */
import type { ApiFaces } from '../api/graphql/faces.js';
import type { ServerReport } from '../api/graphql/health/faces.js';
import type { Presence } from '../orchestrator/servers/presence.js';
import type { ServerRecord } from '../store/servers.js';
import type { AppOptions } from './app-options.js';
import type { Core } from './core.js';
import type { Database } from './database.js';

export interface StatusParts {
  readonly options: AppOptions;
  readonly database: Database;
  readonly core: Core;
}

export function statusFace(
  { options, database, core }: StatusParts,
  subscriptions: () => number,
): ApiFaces['status'] {
  const { config, version } = options;
  const { orchestrator, presence } = core;
  const { reads, kind, identity } = database;
  const startedAt = new Date();
  return {
    async report() {
      const counts = await reads.tasksByStatus().catch(() => ({}));
      const lastEventSeq = await reads.lastEventSeq().catch(() => 0);
      await presence.look();
      const leader = orchestrator.epoch !== undefined;
      return {
        version,
        instanceName: config.general.instanceName,
        environment: config.general.environment,
        startedAt,
        uptimeSeconds: (Date.now() - startedAt.getTime()) / 1000,
        serverId: identity.id,
        epoch: orchestrator.epoch ?? presence.leader?.epoch ?? null,
        leader,
        leaderId: leader ? identity.id : (presence.leader?.id ?? null),
        servers: serversOf(presence),
        database: kind,
        lastEventSeq,
        counts,
        subscriptions: subscriptions(),
      };
    },
  };
}

/** All of the list as last heard; who is silent on it says so. */
function serversOf(presence: Presence): ServerReport[] {
  const living = new Set(presence.living.map(({ id }) => id));
  return (presence.roster?.servers ?? []).map((server) => shown(server, living.has(server.id)));
}

function shown(server: ServerRecord, isLiving: boolean): ServerReport {
  const { id, instanceName, version, url, state, startedAt, silentMs, lagEvents } = server;
  return {
    id,
    instanceName,
    version,
    url,
    state: isLiving ? state : 'SILENT',
    startedAt,
    silentSeconds: silentMs / 1000,
    lagEvents,
  };
}
