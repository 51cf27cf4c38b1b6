/** What the ledger says was applied; entries marked as rolled back count as never applied. */
export const LEDGER_ENTRIES = `
  SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
  FROM "_prisma_migrations" WHERE rolled_back_at IS NULL ORDER BY started_at`;

export interface LedgerEntry {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
}
