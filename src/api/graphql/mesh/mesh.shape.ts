/** From what the store and the forecasts answer about a mesh to what the API shows. */
import { RefusedError } from '../../../lifecycle/refusal.js';
import type { MeshProgress } from '../../../orchestrator/watch.js';
import type { ApiContext } from '../../context.js';
import { type Asked, ID_ONLY } from '../selection.js';
import type { Mesh, MeshProgressType } from './mesh.type.js';
import { taskCounts } from './task-counts.js';

export function noMesh(id: string): RefusedError {
  return new RefusedError({ code: 'NOT_FOUND', message: `no mesh ${id}; look it up with the query meshes` });
}

export async function existingMesh(ctx: ApiContext, id: string): Promise<Mesh> {
  const record = await ctx.loaders.mesh.load(id);
  if (record === undefined) throw noMesh(id);
  return record;
}

/** After a command: the mesh as the commit left it. */
export async function meshAfter(ctx: ApiContext, id: string, asked: Asked): Promise<Mesh> {
  ctx.loaders.forget();
  return ID_ONLY.covers(asked) ? ({ id } as Mesh) : existingMesh(ctx, id);
}

export function progressView(progress: MeshProgress): MeshProgressType {
  return { ...progress, counts: taskCounts(progress.counts) };
}
