/**
 * What people of one tenant may ask of the durable memory: as `Reads`, and what belongs to others does not exist. Made for
 * each tenant by the door. Lookups of what hangs on a task or mesh (edges, attempts, outputs) are asked for ids that
 * were found here, and so need no second look.
 */
import type { ExecutionStatsRow, MeshMoment, MeshRecord, Reads, TaskRecord } from './reads.js';

/** The tenant is bound; callers cannot name another. */
export function readsOf(reads: Reads, tenant: string): Reads {
  const bound: Partial<Reads> = {
    tasksByIds: (ids): Promise<TaskRecord[]> => reads.tasksByIds(ids, tenant),
    tasks: (filter, order, page) => reads.tasks({ ...filter, tenant }, order, page),
    briefTasks: (filter, order, page) => reads.briefTasks({ ...filter, tenant }, order, page),
    countTasks: (filter) => reads.countTasks({ ...filter, tenant }),
    meshesByIds: (ids): Promise<MeshRecord[]> => reads.meshesByIds(ids, tenant),
    meshes: (filter, order, page) => reads.meshes({ ...filter, tenant }, order, page),
    countMeshes: (filter) => reads.countMeshes({ ...filter, tenant }),
    edges: (filter, page) => reads.edges({ ...filter, tenant }, page),
    countEdges: (filter) => reads.countEdges({ ...filter, tenant }),
    events: (filter, page) => reads.events({ ...filter, tenant }, page),
    countEvents: (filter) => reads.countEvents({ ...filter, tenant }),
    logs: (filter, page) => reads.logs({ ...filter, tenant }, page),
    executionStats: (seconds, groupBy, within): Promise<ExecutionStatsRow[]> =>
      reads.executionStats(seconds, groupBy, { ...within, tenant }),
    meshAt: (meshId, time): Promise<MeshMoment | undefined> => reads.meshAt(meshId, time, tenant),
  };
  return new Proxy(reads, {
    get(target, name) {
      const own = bound[name as keyof Reads];
      if (own !== undefined) return own;
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return ((bound as Record<PropertyKey, unknown>)[name] = member.bind(target));
    },
  });
}
