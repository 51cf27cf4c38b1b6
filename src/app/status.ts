/** What `status` answers of this process; it stays answerable while the database is away. */
import type { ApiFaces } from '../api/graphql/faces.js';
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
  const { orchestrator } = core;
  const { reads, kind } = database;
  const startedAt = new Date();
  return {
    async report() {
      const counts = await reads.tasksByStatus().catch(() => ({}));
      const lastEventSeq = await reads.lastEventSeq().catch(() => 0);
      return {
        version,
        instanceName: config.general.instanceName,
        environment: config.general.environment,
        startedAt,
        uptimeSeconds: (Date.now() - startedAt.getTime()) / 1000,
        epoch: orchestrator.epoch ?? null,
        leader: orchestrator.epoch !== undefined,
        database: kind,
        lastEventSeq,
        counts,
        subscriptions: subscriptions(),
      };
    },
  };
}
