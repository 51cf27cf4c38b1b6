/**
 * How long a run would have taken in several orders, with the times that its tasks took: the core itself on a virtual clock. Asked by
 * the scorer of runs, a few times a second at most; a mesh of 500 tasks takes some milliseconds for each order.
 */
import type { Counted, Twin } from '../../consciousness/live/replay.js';
import { ORDER_POLICIES, type OrderPolicy } from '../../consciousness/policies/order-policies.js';
import type { Demand } from '../../lifecycle/demand.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import { plannedSecondsOf } from '../../orchestrator/advice/task-facts.js';
import { type VirtualTask, virtualRun } from '../../orchestrator/forecast/virtual-run.js';
import type { AttemptRecord, Reads } from '../../store/reads.js';
import { type MeshSource, smallMesh } from './small-mesh.js';

/** Of attempts that ended by themselves. */
const OWN_ENDS: readonly unknown[] = ['COMPLETED', 'FAILED', 'TIMED_OUT'];

export interface TwinParts extends MeshSource {
  readonly reads: MeshSource['reads'] & Pick<Reads, 'attemptsByTaskIds'>;
  /** As large as they are now. */
  readonly rooms: () => readonly { readonly layer: LayerName; readonly total: Demand }[];
}

export function twinOf({ store, reads, rooms }: TwinParts): Twin {
  return async (meshId, orders) => {
    const definition = await smallMesh({ store, reads }, meshId);
    if (definition === undefined) return null;
    const { tasks, edges, mesh } = definition;
    const attempts = await reads.attemptsByTaskIds(tasks.map(({ id }) => id));
    const ran = attempts.filter(({ outcome, runMs }) => outcome === 'COMPLETED' && runMs !== null);
    const took = new Map(
      ran.map(({ taskId, runMs, layer }) => [taskId, { seconds: (runMs ?? 0) / 1000, layer }]),
    );
    const makespan = async (counted: Counted): Promise<number | null> => {
      const virtual = tasks.map(({ id, spec }): VirtualTask => {
        const seconds = took.get(id)?.seconds ?? 0;
        const expectedSeconds = plannedSecondsOf(spec) ?? counted(id) ?? seconds;
        return { id, spec, seconds, expectedSeconds, delayMs: 0 };
      });
      const layerOf = new Map(tasks.map(({ id, spec }) => [spec.key, took.get(id)?.layer ?? 'LOCAL']));
      const starts = await virtualRun({
        ...{ tasks: virtual, edges, rooms: rooms() },
        layersFor: ({ key }) => [layerOf.get(key) as LayerName],
      });
      return 'code' in starts ? null : Math.max(0, ...starts.map(({ endSeconds }) => endSeconds));
    };
    const makespans: Partial<Record<OrderPolicy, number>> = {};
    for (const policy of ORDER_POLICIES) {
      const seconds = await makespan(orders[policy]);
      if (seconds === null) return null;
      makespans[policy] = seconds;
    }
    return {
      ...{ meshName: mesh.name, tasks: tasks.length, makespans: makespans as Record<OrderPolicy, number> },
      ...actualOf(attempts),
    };
  };
}

function actualOf(attempts: readonly AttemptRecord[]) {
  const ended = attempts.filter(({ outcome }) => OWN_ENDS.includes(outcome));
  const from = Math.min(...ended.map(({ startedAt }) => startedAt.getTime()));
  const to = Math.max(...ended.map(({ startedAt, finishedAt }) => (finishedAt ?? startedAt).getTime()));
  return {
    actualSeconds: ended.length === 0 ? 0 : (to - from) / 1000,
    attempts: ended.length,
    failed: ended.filter(({ outcome }) => outcome !== 'COMPLETED').length,
  };
}
