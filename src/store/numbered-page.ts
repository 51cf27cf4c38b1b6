/** Rows that get ascending numbers as they are written, in pages. Called by the faces whose lists are such rows. */
import { RefusedError } from '../lifecycle/refusal.js';
import type { Slice } from './numbered-feed.js';
import type { Page, PageRequest } from './reads.js';

/** Newest first; cursors are the numbers of rows. */
export async function pagedByNumber<Row extends { readonly number: number }>(
  { first, after }: PageRequest,
  read: (slice: Slice) => Promise<Row[]>,
): Promise<Page<Row>> {
  const before = after == null ? undefined : cursorOf(after);
  const rows = await read({ newestFirst: true, limit: first + 1, ...(before !== undefined && { before }) });
  const nodes = rows.slice(0, first);
  return { nodes, cursors: nodes.map(({ number }) => String(number)), hasNextPage: rows.length > first };
}

function cursorOf(after: string): number {
  if (/^\d{1,15}$/.test(after)) return Number(after);
  const message = 'must be the endCursor of a page of this query';
  throw new RefusedError({
    code: 'INVALID_INPUT',
    message: `after ${message}`,
    faults: [{ path: 'after', message }],
  });
}
