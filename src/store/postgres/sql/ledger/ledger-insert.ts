/** An entry as Prisma's schema engine leaves it after a migration that succeeded: id, checksum, name. */
export const LEDGER_INSERT = `
  INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
  VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`;
