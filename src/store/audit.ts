/**
 * The contract of the audit in the durable memory: entries are only ever appended, each chained by its hash to the one
 * before. Those of changes are written by the transactions that make them (`audits` of a batch, the last parameter of statements);
 * here are those of attempts that were refused, and reading.
 */
import type { JsonObject } from '../kit/json.js';
import type { AuditRow } from '../lifecycle/batch.js';
import type { OfTenant, Page, PageRequest } from './reads.js';

export interface AuditRecord extends Omit<AuditRow, 'before' | 'after' | 'refusal'> {
  readonly seq: number;
  readonly at: Date;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  readonly hash: string;
  readonly refusal: string | null;
}

/** Intervals include their begin and not their end. */
export interface AuditFilter extends OfTenant {
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  /** Attempts that were refused, or changes that were made. */
  readonly refused?: boolean;
  readonly since?: Date;
  readonly until?: Date;
}

/** An entry as it is chained: its columns as the texts that are hashed, in their order. */
export interface ChainedEntry {
  readonly seq: number;
  readonly hash: string;
  readonly columns: readonly (string | null)[];
}

export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

export interface Audit {
  append(rows: readonly AuditRow[]): Promise<void>;
  /** Newest first. */
  entries(filter: AuditFilter, page: PageRequest): Promise<Page<AuditRecord>>;
  /** The end of the chain as it was noted apart from the entries. */
  head(): Promise<ChainHead>;
  /** Ascending, at most `limit`. */
  chain(after: number, limit: number): Promise<ChainedEntry[]>;
}
