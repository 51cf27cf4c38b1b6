/**
 * Pages and counts of edges, by source and target: in the order in which their tasks were made, and in that of an index, so
 * that paging through 100,000 edges sorts none of them. Called by `PostgresReads`.
 */
import type pg from 'pg';
import type { EdgeFilter, EdgeRecord, Page, PageRequest } from '../../reads.js';
import { EDGE_COLUMNS, EDGE_IS_VISIBLE, edgeRecord, type EdgeColumns } from './edge-rows.js';
import { seek, type Keyset } from './keyset.js';
import { addTenant, addTenantSet, Conditions } from './conditions.js';
import { encodeCursor, pageOf, type CursorValue } from './page-cursor.js';

interface Listing {
  readonly tables: string;
  readonly keyset: Keyset;
  /** What the cursor has of an edge. */
  readonly cursorOf: (edge: PlacedEdge) => CursorValue[];
}

type PlacedEdge = EdgeColumns & { readonly ordinal: number };

const ENDS: Keyset['columns'] = [
  { sql: 'edge.source_id', kind: 'uuid' },
  { sql: 'edge.target_id', kind: 'uuid' },
];

const ALL: Listing = {
  tables: 'edge',
  keyset: { name: 'edges', columns: ENDS, descending: false },
  cursorOf: (edge) => [edge.source_id, edge.target_id],
};

/** Edges have no index on their mesh (it would cost every submission); the mesh's tasks lead to them, in their order. */
const OF_MESH: Listing = {
  tables: 'task AS source JOIN edge ON edge.source_id = source.id',
  keyset: {
    name: 'edges of mesh',
    columns: [{ sql: 'source.ordinal', kind: 'seq' }, ...ENDS],
    descending: false,
  },
  cursorOf: (edge) => [edge.ordinal, edge.source_id, edge.target_id],
};

export async function edgePage(
  pool: pg.Pool,
  filter: EdgeFilter,
  page: PageRequest,
): Promise<Page<EdgeRecord>> {
  const { tables, keyset, cursorOf } = listing(filter);
  const conditions = edgeConditions(filter);
  const rest = seek(keyset, page, conditions);
  const ordinal = filter.meshId === undefined ? '0' : 'source.ordinal';
  const text = `SELECT ${EDGE_COLUMNS}, ${ordinal} AS ordinal FROM ${tables} ${conditions.where} ${rest}`;
  const { rows } = await pool.query<PlacedEdge>(text, conditions.values);
  const { nodes, cursors, hasNextPage } = pageOf(rows, page.first, (edge) =>
    encodeCursor(keyset.name, cursorOf(edge)),
  );
  return { nodes: nodes.map(edgeRecord), cursors, hasNextPage };
}

export async function edgeCount(pool: pg.Pool, filter: EdgeFilter): Promise<number> {
  const conditions = edgeConditions(filter, addTenantSet);
  const text = `SELECT count(*) AS count FROM ${listing(filter).tables} ${conditions.where}`;
  const { rows } = await pool.query<{ count: string }>(text, conditions.values);
  return Number(rows[0]?.count);
}

function listing({ meshId }: EdgeFilter): Listing {
  return meshId === undefined ? ALL : OF_MESH;
}

function edgeConditions(filter: EdgeFilter, ofTenant = addTenant): Conditions {
  const conditions = new Conditions();
  conditions.add(EDGE_IS_VISIBLE);
  conditions.addIf(filter.meshId, 'source.mesh_id = ?::uuid');
  conditions.addIf(filter.sourceId, 'edge.source_id = ?::uuid');
  conditions.addIf(filter.targetId, 'edge.target_id = ?::uuid');
  conditions.addIf(filter.types, 'edge.type = ANY(?::text[])');
  ofTenant(conditions, filter.tenant, 'edge.mesh_id');
  return conditions;
}
