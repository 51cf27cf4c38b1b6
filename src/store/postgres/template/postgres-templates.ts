/** Templates in the tables `template` and `template_version`. Made by the composition root over the shared pool. */
import type { JsonObject } from '../../../kit/json.js';
import type { AuditRow } from '../../../lifecycle/batch.js';
import type { Page, PageRequest } from '../../reads.js';
import type {
  TemplateFilter,
  TemplateKey,
  TemplateParameter,
  TemplateRow,
  TemplateStore,
  TemplateText,
  VersionKey,
} from '../../templates.js';
import { auditColumns } from '../commit/audit-columns.js';
import type { Queries } from '../sessions/queries.js';
import {
  ADD_TEMPLATE,
  CHANGE_TEMPLATE,
  DELETE_TEMPLATE,
  FIND_TEMPLATE,
  TEMPLATE_DEFINITIONS,
  TEMPLATES_OF_TENANT,
  VERSIONS_OF_TEMPLATE,
} from '../sql/template/templates.js';
import { decodeCursor, encodeCursor, pageOf } from '../reads/page-cursor.js';
import { literalPattern } from '../reads/search-pattern.js';
import { fromStoredText, toStoredText } from '../stored-text.js';

const BY_NAME = 'templates NAME ASC';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly latest: number;
  readonly is_deleted: boolean;
  readonly description: string | null;
  readonly parameters: readonly TemplateParameter[];
  readonly created_by: string;
  readonly created_at: Date;
  readonly changed_by: string;
  readonly changed_at: Date;
}

type Written = TemplateText & { readonly by: string };

export class PostgresTemplates implements TemplateStore {
  readonly #pool: Queries;

  constructor(pool: Queries) {
    this.#pool = pool;
  }

  async list({ tenant, search }: TemplateFilter, page: PageRequest): Promise<Page<TemplateRow>> {
    const [after] = decodeCursor(page.after, BY_NAME, ['text']) ?? [null];
    const part = search === undefined ? null : `%${literalPattern(search)}%`;
    const values = [tenant, part, after, page.first + 1];
    const { rows } = await this.#pool.query<Row>({ ...TEMPLATES_OF_TENANT, values });
    return pageOf(rows.map(rowOf), page.first, ({ name }) => encodeCursor(BY_NAME, [name]));
  }

  async find({ tenant, name }: TemplateKey, version: number | null): Promise<TemplateRow | undefined> {
    const values = [tenant, toStoredText(name), version];
    const { rows } = await this.#pool.query<Row>({ ...FIND_TEMPLATE, values });
    return rows[0] && rowOf(rows[0]);
  }

  async versions(ids: readonly string[]): Promise<TemplateRow[]> {
    return (await this.#pool.query<Row>({ ...VERSIONS_OF_TEMPLATE, values: [ids] })).rows.map(rowOf);
  }

  async definitions(
    versions: readonly VersionKey[],
  ): Promise<(VersionKey & { readonly definition: JsonObject })[]> {
    const values = [versions.map(({ id }) => id), versions.map(({ version }) => version)];
    type Found = VersionKey & { readonly definition: JsonObject };
    return (await this.#pool.query<Found>({ ...TEMPLATE_DEFINITIONS, values })).rows;
  }

  async add(
    key: TemplateKey,
    template: Written & { readonly id: string },
    audit: AuditRow,
  ): Promise<TemplateRow | undefined> {
    const values = [...valuesOf(key, template, audit), template.id];
    const { rows } = await this.#pool.query<Row>({ ...ADD_TEMPLATE, values });
    return rows[0] && rowOf(rows[0]);
  }

  async change(
    key: TemplateKey,
    template: Written & { readonly expected: number },
    audit: AuditRow,
  ): Promise<TemplateRow | undefined> {
    const values = [...valuesOf(key, template, audit), template.expected];
    const { rows } = await this.#pool.query<Row>({ ...CHANGE_TEMPLATE, values });
    return rows[0] && rowOf(rows[0]);
  }

  async remove({ tenant, name }: TemplateKey, audit: AuditRow): Promise<boolean> {
    const values = [JSON.stringify(auditColumns(audit)), tenant, toStoredText(name)];
    return (await this.#pool.query<{ id: string }>({ ...DELETE_TEMPLATE, values })).rows.length === 1;
  }
}

function valuesOf({ tenant, name }: TemplateKey, written: Written, audit: AuditRow): unknown[] {
  const { description, parameters, definition, by } = written;
  return [
    ...[JSON.stringify(auditColumns(audit)), tenant, toStoredText(name), toStoredText(by)],
    description === null ? null : toStoredText(description),
    ...[JSON.stringify(parameters), JSON.stringify(definition)],
  ];
}

function rowOf(row: Row): TemplateRow {
  const { id, version, latest, parameters } = row;
  return {
    ...{ id, version, latest, parameters },
    name: fromStoredText(row.name),
    isDeleted: row.is_deleted,
    description: row.description === null ? null : fromStoredText(row.description),
    createdBy: fromStoredText(row.created_by),
    createdAt: new Date(row.created_at),
    changedBy: fromStoredText(row.changed_by),
    changedAt: new Date(row.changed_at),
  };
}
