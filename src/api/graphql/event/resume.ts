/**
 * Where a subscription starts: behind a sequence number that exists, or at the present. A cursor from another
 * database, or from one that was deleted, would wait for ever in silence; it is refused instead.
 */
import type { Reads } from '../../../store/reads.js';
import { invalid, parseAfterSeq } from '../arguments.js';

export async function resumeAfter(
  reads: Reads,
  after: number | null | undefined,
): Promise<number | undefined> {
  const seq = parseAfterSeq(after);
  if (seq === undefined || seq === 0) return seq;
  const last = await reads.lastEventSeq();
  if (seq <= last) return seq;
  throw invalid(
    'after',
    `must be the seq of an event that exists (the last is ${last}), got ${seq}; 0 replays all`,
  );
}
