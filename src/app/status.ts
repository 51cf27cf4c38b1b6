/** What `status` answers of this process; it stays answerable while the database is away. */
import type { ApiFaces } from '../api/graphql/faces.js';
import type { DoorParts } from './doors.js';

export function statusFace({ options, database, core }: DoorParts, subscriptions: () => number): ApiFaces['status'] {
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
