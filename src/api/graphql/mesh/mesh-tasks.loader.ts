/**
 * The first tasks of meshes, in the order of creation: one statement for all meshes of a query. One mesh alone is a
 * page of the ordinary list, cursors included; of several meshes the cursors are fetched only when asked for.
 */
import DataLoader from 'dataloader';
import type { Reads, TaskOrder, TaskRecord } from '../../../store/reads.js';
import type { LazyPage } from '../connection.js';
import { groupBy } from '../../../kit/group-by.js';

export interface MeshSlice {
  readonly meshId: string;
  readonly first: number;
}

export type MeshTasksLoader = DataLoader<MeshSlice, LazyPage<TaskRecord>, string>;

export const IN_ORDER: TaskOrder = { field: 'CREATED_AT', direction: 'ASC' };

function pageOf(
  reads: Reads,
  { meshId, first }: MeshSlice,
  rows: readonly TaskRecord[],
): LazyPage<TaskRecord> {
  const cursors = async (): Promise<readonly string[]> =>
    (await reads.tasks({ meshId }, IN_ORDER, { first })).cursors;
  return { nodes: rows.slice(0, first), hasNextPage: rows.length > first, cursors };
}

async function slicesOf(reads: Reads, slices: readonly MeshSlice[]): Promise<LazyPage<TaskRecord>[]> {
  const limit = Math.max(...slices.map((slice) => slice.first)) + 1;
  const rows = await reads.tasksByMeshIds([...new Set(slices.map((slice) => slice.meshId))], limit);
  const groups = groupBy(rows, (row) => row.meshId);
  return slices.map((slice) => pageOf(reads, slice, groups.get(slice.meshId) ?? []));
}

export function meshTasksLoader(reads: Reads, cache: boolean): MeshTasksLoader {
  const batch = async (slices: readonly MeshSlice[]): Promise<LazyPage<TaskRecord>[]> => {
    const [only, ...others] = slices;
    if (only === undefined || others.length > 0) return slicesOf(reads, slices);
    return [await reads.tasks({ meshId: only.meshId }, IN_ORDER, { first: only.first })];
  };
  return new DataLoader(batch, { cache, cacheKeyFn: ({ meshId, first }) => `${meshId}:${first}` });
}
