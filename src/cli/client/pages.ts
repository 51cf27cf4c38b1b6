/** Reading all pages of a connection. Called by the verbs that need a whole mesh. */
import type { Client } from './client.js';
import { EDGES_OF_MESH, TASK_LOGS, TASKS_OF_MESH } from './operations.js';
import type { EdgeSummary, LogLine, PageOf, TaskSummary } from './shapes.js';

async function* pages<T>(read: (after: string | null) => Promise<PageOf<T>>): AsyncGenerator<readonly T[]> {
  let after: string | null = null;
  for (;;) {
    const { nodes, pageInfo }: PageOf<T> = await read(after);
    yield nodes;
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return;
    after = pageInfo.endCursor;
  }
}

async function all<T>(read: (after: string | null) => Promise<PageOf<T>>): Promise<T[]> {
  const items: T[] = [];
  for await (const nodes of pages(read)) items.push(...nodes);
  return items;
}

/** In the order of their creation. */
export function allTasks(
  client: Client,
  meshId: string,
  statuses?: readonly string[],
): Promise<TaskSummary[]> {
  return all(async (after) => {
    const variables = { meshId, after, statuses: statuses ?? null };
    return (await client.request<{ tasks: PageOf<TaskSummary> }>(TASKS_OF_MESH, variables)).tasks;
  });
}

export function allEdges(client: Client, meshId: string): Promise<EdgeSummary[]> {
  return all(
    async (after) =>
      (await client.request<{ edges: PageOf<EdgeSummary> }>(EDGES_OF_MESH, { meshId, after })).edges,
  );
}

/** Page by page, oldest first: a log may be long. */
export function logPages(
  client: Client,
  taskId: string,
  attempt: number | null,
): AsyncGenerator<readonly LogLine[]> {
  return pages(async (after) => {
    return (await client.request<{ taskLogs: PageOf<LogLine> }>(TASK_LOGS, { taskId, attempt, after }))
      .taskLogs;
  });
}
