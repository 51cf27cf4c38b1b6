/**
 * Proves the audit: computes the hash of every entry again and compares it with what is stored, from the first to the
 * noted end. A changed, removed, inserted or exchanged entry breaks the chain; an end that was cut off misses the note.
 * Whoever can write the whole database can also compute a new chain: a hash that was kept elsewhere tells that.
 */
import { createHash } from 'node:crypto';
import type { Audit, ChainedEntry, ChainHead } from '../store/audit.js';

const PAGE = 5_000;
/** Before the first entry. */
const GENESIS = '0'.repeat(64);

export interface ChainVerdict {
  readonly intact: boolean;
  /** Entries that were found to be as they were written. */
  readonly entries: number;
  readonly head: ChainHead;
  /** What is wrong first, in words; null when nothing is. */
  readonly fault: string | null;
}

/** As `taskmesh_audit` of the migration `audit_once`. */
export function entryHash(previous: string, columns: readonly (string | null)[]): string {
  const hash = createHash('sha256').update(previous);
  for (const column of columns)
    hash.update(column === null ? '|-' : `|${Buffer.byteLength(column)}:${column}`);
  return hash.digest('hex');
}

function faultOf({ seq, hash, columns }: ChainedEntry, at: number, previous: string): string | null {
  if (seq !== at) return `entry ${at} is missing: after ${at - 1} comes ${seq}`;
  return entryHash(previous, columns) === hash ? null : `entry ${seq} is not as it was written`;
}

/** `kept`: an end of the chain that was noted elsewhere before; it must still be in it. */
export async function verifyChain(audit: Audit, kept?: ChainHead): Promise<ChainVerdict> {
  const head = await audit.head();
  let [entries, previous] = [0, GENESIS];
  const broken = (fault: string): ChainVerdict => ({ intact: false, entries, head, fault });
  while (entries < head.seq) {
    const page = await audit.chain(entries, Math.min(PAGE, head.seq - entries));
    if (page.length === 0) return broken(`the last ${head.seq - entries} entries are missing`);
    for (const entry of page) {
      const fault = faultOf(entry, entries + 1, previous);
      if (fault !== null) return broken(fault);
      if (entry.seq === kept?.seq && entry.hash !== kept.hash)
        return broken(
          `entry ${entry.seq} has another hash than the one that was kept: the chain was written anew`,
        );
      entries = entry.seq;
      previous = entry.hash;
    }
  }
  if (previous !== head.hash) return broken('the noted end of the chain is another');
  if (kept !== undefined && kept.seq > head.seq) return broken(`entries after ${head.seq} are missing`);
  return { intact: true, entries, head, fault: null };
}
