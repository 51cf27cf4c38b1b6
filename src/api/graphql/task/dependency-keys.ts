/**
 * `dependsOn` of a single task may name tasks by id, because a caller who creates task after task has ids at hand. The
 * core speaks of keys within one mesh, so ids are exchanged here. A task of another mesh cannot be a dependency.
 */
import { isUuid } from '../../../kit/ids.js';
import { DEFAULT_MESH_ID } from '../../../lifecycle/default-mesh.js';
import type { ApiContext } from '../../context.js';
import { invalid } from '../arguments.js';
import type { DependencyInput } from './task.input.js';

type Dependencies = readonly DependencyInput[] | null | undefined;

async function withKey(ctx: ApiContext, meshId: string, dependency: DependencyInput, index: number): Promise<DependencyInput> {
  if (!isUuid(dependency.task)) return dependency;
  const task = await ctx.loaders.task.load(dependency.task.toLowerCase());
  if (task === undefined) return dependency;
  if (task.meshId === meshId) return { ...dependency, task: task.key };
  const message = `is in mesh ${task.meshId}, and dependencies stay within a mesh (${meshId}); create the task there`;
  throw invalid(`input.dependsOn[${index}].task`, message);
}

/** What names no task by its id passes as it is: it may be a key, and the core says so if it is not. */
export async function dependencyKeys(ctx: ApiContext, meshId: string | undefined, dependsOn: Dependencies): Promise<Dependencies> {
  if (!dependsOn) return dependsOn;
  return Promise.all(dependsOn.map((one, index) => withKey(ctx, meshId ?? DEFAULT_MESH_ID, one, index)));
}
