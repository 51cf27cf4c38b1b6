/**
 * What an error while committing means for the batch. Called by the commit connection; reads share what is transient.
 * `rejected` is final and stops the leader, so it is kept for errors that sending the same batch again cannot cure.
 */
import pg from 'pg';
import type { CommitResult } from '../../store.js';

/**
 * SQLSTATE classes that say nothing against the batch: connection (08), transaction rolled back for others' sake (40),
 * resources such as a full disk (53), not available (55), operator's intervention (57), I/O (58), read-only after a failover (25).
 */
const TRANSIENT_CLASSES = new Set(['08', '25', '40', '53', '55', '57', '58']);

/** Five characters, not a name that happens to begin like one. */
export function isTransientState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && TRANSIENT_CLASSES.has(code.slice(0, 2));
}

export function commitFailure(error: unknown): CommitResult {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined)
    return { kind: 'unknown', reason: String(error) };
  if (isTransientState(error.code)) return { kind: 'unknown', reason: `${error.code} ${error.message}` };
  const where = error.constraint === undefined ? '' : ` (${error.constraint})`;
  return { kind: 'rejected', reason: `${error.code} ${error.message}${where}` };
}
