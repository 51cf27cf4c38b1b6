/**
 * The contract of stored definitions with parameters: a name of a tenant stands for the newest of its versions, and every
 * version stays readable, because meshes remember theirs. `postgres/` implements it; what is changed has its entry of the
 * audit in the same transaction.
 */
import type { Json, JsonObject } from '../kit/json.js';
import type { AuditRow } from '../lifecycle/batch.js';
import type { Page, PageRequest } from './reads.js';

/** Of a tenant. */
export const TEMPLATES_MAX = 500;

export const PARAMETER_TYPES = ['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ENUM', 'JSON'] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

export interface TemplateParameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly description?: string | null;
  /** Absent: it has to be given. */
  readonly default?: Json;
  /** Of an ENUM. */
  readonly values?: readonly string[] | null;
  /** Of a number, or of the length of a text. */
  readonly min?: number | null;
  readonly max?: number | null;
  /** A regular expression for the whole of a text. */
  readonly pattern?: string | null;
}

/** What people say of a template. */
export interface TemplateText {
  readonly description: string | null;
  readonly parameters: readonly TemplateParameter[];
  /** A mesh in the one shape of files and the API, with `${params.NAME}` in its texts. */
  readonly definition: JsonObject;
}

/** One version; its definition is read apart, because it may be large. */
export interface TemplateRow extends Omit<TemplateText, 'definition'> {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** The newest version. */
  readonly latest: number;
  readonly isDeleted: boolean;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly changedBy: string;
  readonly changedAt: Date;
}

export interface TemplateKey {
  readonly tenant: string;
  readonly name: string;
}

export interface TemplateFilter {
  readonly tenant: string;
  /** Part of the name, in any case. */
  readonly search?: string;
}

export interface VersionKey {
  readonly id: string;
  readonly version: number;
}

export interface TemplateStore {
  /** By name, without those that were deleted. */
  list(filter: TemplateFilter, page: PageRequest): Promise<Page<TemplateRow>>;
  /** The newest version of what is not deleted, or the one that is named, of what was deleted as well. */
  find(key: TemplateKey, version: number | null): Promise<TemplateRow | undefined>;
  /** Of these templates, newest first; at most 1000 of each. */
  versions(ids: readonly string[]): Promise<TemplateRow[]>;
  definitions(versions: readonly VersionKey[]): Promise<(VersionKey & { readonly definition: JsonObject })[]>;
  /** Undefined while the name is taken, or at the bound. */
  add(
    key: TemplateKey,
    template: TemplateText & { readonly id: string; readonly by: string },
    audit: AuditRow,
  ): Promise<TemplateRow | undefined>;
  /** Undefined unless the newest version is the one that was expected. */
  change(
    key: TemplateKey,
    template: TemplateText & { readonly expected: number; readonly by: string },
    audit: AuditRow,
  ): Promise<TemplateRow | undefined>;
  remove(key: TemplateKey, audit: AuditRow): Promise<boolean>;
}
