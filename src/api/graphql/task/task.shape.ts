/** Tasks by their ids, as the API shows them. */
import { RefusedError } from '../../../lifecycle/refusal.js';
import type { ApiContext } from '../../context.js';
import { type Asked, ID_ONLY } from '../selection.js';
import type { Task } from './task.type.js';

/** In the order of the ids; those that are gone are left out. */
export async function tasksByIds(ctx: ApiContext, ids: readonly string[]): Promise<Task[]> {
  const records = await Promise.all(ids.map((id) => ctx.loaders.task.load(id)));
  return records.filter((record) => record !== undefined);
}

export async function existingTask(ctx: ApiContext, id: string): Promise<Task> {
  const record = await ctx.loaders.task.load(id);
  if (record !== undefined) return record;
  throw new RefusedError({ code: 'NOT_FOUND', message: `no task ${id}; look it up with the query tasks` });
}

/** After a command: the task as the commit left it. It can only be missing if somebody deleted it in between. */
export async function taskAfter(ctx: ApiContext, id: string, asked: Asked): Promise<Task> {
  ctx.loaders.forget();
  return ID_ONLY.covers(asked) ? ({ id } as Task) : existingTask(ctx, id);
}
