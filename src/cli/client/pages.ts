/** Reading all pages of a connection. Called by the verbs that need a whole mesh. */
import {
  CliEdgesDocument,
  CliLogsDocument,
  type CliPageFragment,
  CliTasksDocument,
} from '../../generated/graphql/graphql.js';
import type { TaskStatus } from '../../lifecycle/vocabulary.js';
import type { Client } from './client.js';
import type { EdgeSummary, LogLine, TaskSummary } from './nouns.js';

interface PageOf<T> {
  readonly nodes: readonly T[];
  readonly pageInfo: CliPageFragment;
}

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
  statuses?: readonly TaskStatus[],
): Promise<TaskSummary[]> {
  return all(async (after) => {
    const variables = { meshId, after, statuses: statuses ?? null };
    return (await client.request(CliTasksDocument, variables)).tasks;
  });
}

export function allEdges(client: Client, meshId: string): Promise<EdgeSummary[]> {
  return all(async (after) => (await client.request(CliEdgesDocument, { meshId, after })).edges);
}

/** Page by page, oldest first: a log may be long. */
export function logPages(
  client: Client,
  taskId: string,
  attempt: number | null,
): AsyncGenerator<readonly LogLine[]> {
  return pages(async (after) => (await client.request(CliLogsDocument, { taskId, attempt, after })).taskLogs);
}
