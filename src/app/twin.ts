/**
 * How long a run would have taken in two orders, with the times that its tasks took: the core itself on a virtual clock. Asked by
 * the scorer of runs, a few times a second at most; a mesh of 500 tasks takes some milliseconds for each order.
 */
import type { Twin } from '../consciousness/live/run-scorer.js';
import type { Demand } from '../lifecycle/demand.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import { plannedSecondsOf } from '../orchestrator/advice/task-facts.js';
import { type VirtualTask, virtualRun } from '../orchestrator/forecast/virtual-run.js';
import type { Reads } from '../store/reads.js';
import type { Store } from '../store/store.js';

/** Larger ones are not replayed. */
const TASKS_MAX = 500;

export interface TwinParts {
  readonly store: Pick<Store, 'meshDefinition'>;
  readonly reads: Pick<Reads, 'attemptsByTaskIds'>;
  /** As large as they are now. */
  readonly rooms: () => readonly { readonly layer: LayerName; readonly total: Demand }[];
}

export function twinOf({ store, reads, rooms }: TwinParts): Twin {
  return async (meshId, expected) => {
    const definition = await store.meshDefinition(meshId);
    if (definition === undefined || definition.tasks.length > TASKS_MAX) return null;
    const { tasks, edges } = definition;
    const attempts = await reads.attemptsByTaskIds(tasks.map(({ id }) => id));
    const ran = attempts.filter(({ outcome, runMs }) => outcome === 'COMPLETED' && runMs !== null);
    const took = new Map(
      ran.map(({ taskId, runMs, layer }) => [taskId, { seconds: (runMs ?? 0) / 1000, layer }]),
    );
    const makespan = async (known: ReadonlyMap<string, number>): Promise<number | null> => {
      const virtual = tasks.map(({ id, spec }): VirtualTask => {
        const seconds = took.get(id)?.seconds ?? 0;
        const expectedSeconds = plannedSecondsOf(spec) ?? known.get(id) ?? seconds;
        return { id, spec, seconds, expectedSeconds, delayMs: 0 };
      });
      const layerOf = new Map(tasks.map(({ id, spec }) => [spec.key, took.get(id)?.layer ?? 'LOCAL']));
      const starts = await virtualRun({
        ...{ tasks: virtual, edges, rooms: rooms() },
        layersFor: ({ key }) => [layerOf.get(key) as LayerName],
      });
      return 'code' in starts ? null : Math.max(0, ...starts.map(({ endSeconds }) => endSeconds));
    };
    const [ours, plain] = [await makespan(expected.ours), await makespan(expected.plain)];
    return ours === null || plain === null ? null : { ours, plain };
  };
}
