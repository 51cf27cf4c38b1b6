/** Meshes by page and count, through Prisma, and by id, for loaders. Called by `PostgresReads`. */
import type { Prisma, PrismaClient } from '../../../generated/prisma/client.js';
import type { JsonObject } from '../../../kit/json.js';
import type { MeshOrigin } from '../../../lifecycle/batch.js';
import type { MeshStatus, RerunStrategy } from '../../../lifecycle/vocabulary.js';
import type { MeshFilter, MeshOrder, MeshRecord, Page, PageRequest } from '../../reads.js';
import type { Queries } from '../sessions/queries.js';
import { fromStoredText, toStoredText } from '../stored-text.js';
import { decodeCursor, encodeCursor, pageOf, type CursorKind, type CursorValue } from './page-cursor.js';
import { literalPattern } from './search-pattern.js';

type Row = Prisma.MeshGetPayload<object>;
type Where = Prisma.MeshWhereInput;

interface Sorting {
  readonly kind: CursorKind;
  readonly valueOf: (mesh: MeshRecord) => CursorValue;
  readonly orderBy: (direction: Prisma.SortOrder) => Prisma.MeshOrderByWithRelationInput;
  /** Meshes at or past the value, and among these the ones past it (or at it, with a later id). */
  readonly after: (value: CursorValue, id: string, descending: boolean) => Where;
}

const past = <T>(value: T, descending: boolean): { lt: T } | { gt: T } =>
  descending ? { lt: value } : { gt: value };
const from = <T>(value: T, descending: boolean): { lte: T } | { gte: T } =>
  descending ? { lte: value } : { gte: value };

const SORTINGS: Readonly<Record<MeshOrder['field'], Sorting>> = {
  CREATED_AT: {
    kind: 'instant',
    valueOf: (mesh) => mesh.createdAt.getTime(),
    orderBy: (createdAt) => ({ createdAt }),
    after: (value, id, descending) => {
      const createdAt = new Date(value as number);
      return {
        createdAt: from(createdAt, descending),
        OR: [{ createdAt: past(createdAt, descending) }, { id: past(id, descending) }],
      };
    },
  },
  FINISHED_AT: {
    kind: 'instantOrNull',
    valueOf: (mesh) => mesh.finishedAt?.getTime() ?? null,
    orderBy: (sort) => ({ finishedAt: { sort, nulls: 'last' } }),
    after: (value, id, descending) => {
      if (value === null) return { finishedAt: null, id: past(id, descending) };
      const finishedAt = new Date(value as number);
      return {
        OR: [
          { finishedAt: past(finishedAt, descending) },
          { finishedAt, id: past(id, descending) },
          { finishedAt: null },
        ],
      };
    },
  },
  NAME: {
    kind: 'text',
    valueOf: (mesh) => toStoredText(mesh.name),
    orderBy: (name) => ({ name }),
    after: (value, id, descending) => {
      const name = value as string;
      return {
        name: from(name, descending),
        OR: [{ name: past(name, descending) }, { id: past(id, descending) }],
      };
    },
  },
};

export async function meshPage(
  prisma: PrismaClient,
  filter: MeshFilter,
  order: MeshOrder,
  page: PageRequest,
): Promise<Page<MeshRecord>> {
  const name = `meshes ${order.field} ${order.direction}`;
  const { kind, valueOf, orderBy, after } = SORTINGS[order.field];
  const direction = order.direction === 'DESC' ? 'desc' : 'asc';
  const cursor = decodeCursor(page.after, name, [kind, 'uuid']);
  const follows =
    cursor === undefined ? [] : [after(cursor[0] as CursorValue, cursor[1] as string, direction === 'desc')];
  const rows = await prisma.mesh.findMany({
    where: { AND: [meshWhere(filter), ...follows] },
    orderBy: [orderBy(direction), { id: direction }],
    take: page.first + 1,
  });
  return pageOf(rows.map(meshRecord), page.first, (mesh) => encodeCursor(name, [valueOf(mesh), mesh.id]));
}

export function meshCount(prisma: PrismaClient, filter: MeshFilter): Promise<number> {
  return prisma.mesh.count({ where: meshWhere(filter) });
}

function meshWhere({
  tenant,
  statuses,
  tags,
  search,
  parentMeshId,
  template,
  createdAfter,
  createdBefore,
}: MeshFilter): Where {
  return {
    tenantId: tenant,
    status: statuses && { in: [...statuses] },
    tags: tags?.length ? { hasEvery: tags.map(toStoredText) } : undefined,
    name: search ? { contains: literalPattern(search), mode: 'insensitive' } : undefined,
    parentMeshId,
    template,
    createdAt: { gte: createdAfter, lt: createdBefore },
  };
}

function meshRecord(row: Row): MeshRecord {
  return {
    id: row.id,
    tenant: row.tenantId,
    name: fromStoredText(row.name),
    description: row.description === null ? null : fromStoredText(row.description),
    status: row.status as MeshStatus,
    parentMeshId: row.parentMeshId,
    rerunStrategy: row.rerunStrategy as RerunStrategy | null,
    createdBy: fromStoredText(row.createdBy),
    tags: row.tags.map(fromStoredText),
    metadata: row.metadata as JsonObject,
    origin: row.origin as MeshOrigin | null,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
  };
}

/** Prepared, and not through Prisma: loaders ask for meshes with every page of tasks, and Prisma takes 1 ms of CPU longer. */
const MESHES_BY_IDS = {
  name: 'meshes_by_ids',
  text: `
    SELECT id, tenant_id, name, description, status, parent_mesh_id, rerun_strategy, created_by, tags, metadata, origin, created_at,
      finished_at
    FROM mesh WHERE id = ANY($1::uuid[]) AND ($2::text IS NULL OR tenant_id = $2)`,
} as const;

interface MeshRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: MeshStatus;
  readonly parent_mesh_id: string | null;
  readonly rerun_strategy: RerunStrategy | null;
  readonly created_by: string;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  readonly origin: MeshOrigin | null;
  readonly created_at: Date;
  readonly finished_at: Date | null;
}

export async function meshesByIds(
  pool: Queries,
  ids: readonly string[],
  tenant: string | undefined,
): Promise<MeshRecord[]> {
  const { rows } = await pool.query<MeshRow>({ ...MESHES_BY_IDS, values: [ids, tenant ?? null] });
  return rows.map(recordOf);
}

function recordOf(row: MeshRow): MeshRecord {
  return {
    id: row.id,
    tenant: row.tenant_id,
    name: fromStoredText(row.name),
    description: row.description === null ? null : fromStoredText(row.description),
    status: row.status,
    parentMeshId: row.parent_mesh_id,
    rerunStrategy: row.rerun_strategy,
    createdBy: fromStoredText(row.created_by),
    tags: row.tags.map(fromStoredText),
    metadata: row.metadata,
    origin: row.origin,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
