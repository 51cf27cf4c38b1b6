/**
 * Pages and counts of edges. In the order of their ends, which is the order in which tasks were made (ids are UUID v7)
 * and of the primary key, so that paging through 100,000 edges sorts none of them. Called by `PostgresReads`.
 */
import type pg from 'pg';
import type { EdgeFilter, EdgeRecord, Page, PageRequest } from '../../reads.js';
import { Conditions } from './conditions.js';
import { EDGE_COLUMNS, EDGE_IS_VISIBLE, edgeRecord, type EdgeColumns } from './edge-rows.js';
import { seek, type Keyset } from './keyset.js';
import { encodeCursor, pageOf } from './page-cursor.js';

const BY_ENDS: Keyset = {
  name: 'edges',
  columns: [
    { sql: 'edge.source_id', kind: 'uuid' },
    { sql: 'edge.target_id', kind: 'uuid' },
  ],
  descending: false,
};

export async function edgePage(
  pool: pg.Pool,
  filter: EdgeFilter,
  page: PageRequest,
): Promise<Page<EdgeRecord>> {
  const conditions = edgeConditions(filter);
  const rest = seek(BY_ENDS, page, conditions);
  const text = `SELECT ${EDGE_COLUMNS} FROM edge ${ofMesh(filter)} ${conditions.where} ${rest}`;
  const { rows } = await pool.query<EdgeColumns>(text, conditions.values);
  return pageOf(rows.map(edgeRecord), page.first, (edge) =>
    encodeCursor(BY_ENDS.name, [edge.sourceId, edge.targetId]),
  );
}

export async function edgeCount(pool: pg.Pool, filter: EdgeFilter): Promise<number> {
  const conditions = edgeConditions(filter);
  const text = `SELECT count(*) AS count FROM edge ${ofMesh(filter)} ${conditions.where}`;
  const { rows } = await pool.query<{ count: string }>(text, conditions.values);
  return Number(rows[0]?.count);
}

/** Edges have no index on their mesh (it would cost every submission); the mesh's tasks lead to them. */
function ofMesh({ meshId }: EdgeFilter): string {
  return meshId === undefined ? '' : 'JOIN task AS source ON source.id = edge.source_id';
}

function edgeConditions(filter: EdgeFilter): Conditions {
  const conditions = new Conditions();
  conditions.add(EDGE_IS_VISIBLE);
  conditions.addIf(filter.meshId, 'source.mesh_id = ?::uuid');
  conditions.addIf(filter.sourceId, 'edge.source_id = ?::uuid');
  conditions.addIf(filter.targetId, 'edge.target_id = ?::uuid');
  conditions.addIf(filter.types, 'edge.type = ANY(?::text[])');
  return conditions;
}
