/** Whether a mesh can be run again in this way, and which of its tasks then are; throws why not. Called by the desk. */
import { isTerminal, type RerunStrategy } from '../../lifecycle/vocabulary.js';
import type { MeshDefinition } from '../../store/store.js';
import { refuse } from '../permissions.js';
import { planRerun, type RerunPlan } from './rerun-plan.js';

export function plannedRerun(
  definition: MeshDefinition,
  {
    meshId,
    strategy,
    fromTaskId,
  }: { readonly meshId: string; readonly strategy: RerunStrategy; readonly fromTaskId: string | null },
): RerunPlan {
  const open = definition.tasks.find((task) => !isTerminal(task.status));
  if (open !== undefined)
    refuse(
      'CONFLICT',
      `mesh ${meshId} still runs (task "${open.spec.key}" is ${open.status}); cancel it or wait`,
    );
  if (fromTaskId !== null && !definition.tasks.some((task) => task.id === fromTaskId)) {
    refuse('NOT_FOUND', `fromTaskId: no task ${fromTaskId} in mesh ${meshId}`);
  }
  const plan = planRerun(definition, strategy, fromTaskId);
  if (plan.running === 0)
    refuse(
      'CONFLICT',
      `every task of mesh ${meshId} completed; there is no failure to rerun from, use ALL or FROM_TASK`,
    );
  return plan;
}
