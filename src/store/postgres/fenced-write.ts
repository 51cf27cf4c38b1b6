/**
 * A transaction that begins with the fence of the epoch: who leads no more writes nothing. Called by what keeps rows beside the
 * commits (learning, consciousness), each with a row of its own to claim.
 */
import type pg from 'pg';

export type Query = { readonly name?: string; readonly text: string; readonly values?: readonly unknown[] };

/** `claim` changes one row, or none when a later epoch has written; then the answer is false. */
export async function writeFenced(pool: pg.Pool, claim: Query, queries: readonly Query[]): Promise<boolean> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const { rowCount } = await client.query({ ...claim } as pg.QueryConfig);
    if (rowCount === 1) for (const query of queries) await client.query({ ...query } as pg.QueryConfig);
    await client.query(rowCount === 1 ? 'COMMIT' : 'ROLLBACK');
    return rowCount === 1;
  } catch (error) {
    await client.query('ROLLBACK').catch((reason: Error) => (broken = reason));
    throw error;
  } finally {
    client.release(broken);
  }
}
