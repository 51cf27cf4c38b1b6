/** Templates, one statement each. Those that change something write their entry of the audit in the same statement. */
import { TEMPLATES_MAX } from '../../../templates.js';

const HEAD =
  'h.id, h.name, h.version AS latest, h.deleted_at IS NOT NULL AS is_deleted, h.created_by, h.created_at';
const VERSION = 'v.version, v.description, v.parameters, v.changed_by, v.changed_at';
const COLUMNS = `${HEAD}, ${VERSION}`;

/** The entry is written only where something is changed. */
const told = (from: string): string =>
  `told AS (SELECT taskmesh_audit(json_agg($1::json), date_trunc('milliseconds', clock_timestamp())) FROM ${from})`;

const VERSION_OF_HEAD = `
  v AS (
    INSERT INTO template_version (template_id, version, description, parameters, definition, changed_by)
    SELECT h.id, h.version, $5, $6::json, $7::json, $4 FROM h RETURNING *
  )`;

/** A name that was deleted is taken up again, and goes on counting. */
export const ADD_TEMPLATE = {
  name: 'taskmesh_add_template',
  text: `
    WITH h AS (
      INSERT INTO template (tenant_id, name, version, created_by, id)
      SELECT $2, $3, 1, $4, $8
      WHERE (SELECT count(*) FROM template WHERE tenant_id = $2 AND deleted_at IS NULL) < ${TEMPLATES_MAX}
      ON CONFLICT (tenant_id, name) DO UPDATE SET
        version = template.version + 1, created_by = excluded.created_by, created_at = excluded.created_at, deleted_at = NULL
      WHERE template.deleted_at IS NOT NULL
      RETURNING *
    ),
    ${VERSION_OF_HEAD},
    ${told('h')}
    SELECT ${COLUMNS} FROM h, v, told`,
} as const;

export const CHANGE_TEMPLATE = {
  name: 'taskmesh_change_template',
  text: `
    WITH h AS (
      UPDATE template SET version = version + 1
      WHERE tenant_id = $2 AND name = $3 AND deleted_at IS NULL AND version = $8
      RETURNING *
    ),
    ${VERSION_OF_HEAD},
    ${told('h')}
    SELECT ${COLUMNS} FROM h, v, told`,
} as const;

export const DELETE_TEMPLATE = {
  name: 'taskmesh_delete_template',
  text: `
    WITH h AS (
      UPDATE template SET deleted_at = date_trunc('milliseconds', clock_timestamp())
      WHERE tenant_id = $2 AND name = $3 AND deleted_at IS NULL
      RETURNING id
    ),
    ${told('h')}
    SELECT h.id FROM h, told`,
} as const;

export const TEMPLATES_OF_TENANT = {
  name: 'taskmesh_templates_of_tenant',
  text: `
    SELECT ${COLUMNS} FROM template AS h JOIN template_version AS v ON v.template_id = h.id AND v.version = h.version
    WHERE h.tenant_id = $1 AND h.deleted_at IS NULL AND ($2::text IS NULL OR h.name ILIKE $2) AND ($3::text IS NULL OR h.name > $3)
    ORDER BY h.name LIMIT $4`,
} as const;

export const FIND_TEMPLATE = {
  name: 'taskmesh_find_template',
  text: `
    SELECT ${COLUMNS} FROM template AS h
    JOIN template_version AS v ON v.template_id = h.id AND v.version = COALESCE($3, h.version)
    WHERE h.tenant_id = $1 AND h.name = $2 AND ($3::int IS NOT NULL OR h.deleted_at IS NULL)`,
} as const;

export const VERSIONS_OF_TEMPLATE = {
  name: 'taskmesh_versions_of_template',
  text: `
    SELECT ${COLUMNS} FROM template AS h JOIN template_version AS v ON v.template_id = h.id
    WHERE h.id = ANY($1::uuid[]) AND v.version > h.version - 1000 ORDER BY v.version DESC`,
} as const;

export const TEMPLATE_DEFINITIONS = {
  name: 'taskmesh_template_definitions',
  text: `
    SELECT v.template_id AS id, v.version, v.definition FROM template_version AS v
    JOIN unnest($1::uuid[], $2::int[]) AS u(id, version) ON v.template_id = u.id AND v.version = u.version`,
} as const;
