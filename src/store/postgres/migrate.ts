/**
 * Brings a database to the schema of this program, from `prisma/migrations`, before anything else uses it. Called by the
 * composition root at each start. It keeps Prisma's own ledger and lock, so `prisma migrate deploy` may be used instead
 * or in between, and no CLI or schema engine is needed in production. It never changes what an older migration did.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { readMigrations, type Migration } from './migrations.js';
import { LEDGER_ENTRIES, type LedgerEntry } from './sql/ledger/ledger-entries.js';
import { LEDGER_INSERT } from './sql/ledger/ledger-insert.js';
import { LEDGER_TABLE } from './sql/ledger/ledger-table.js';

/** The advisory lock of Prisma's schema engine (schema-engine/connectors/sql-schema-connector). */
const PRISMA_LOCK = 72_707_369;
const CONNECT_MS_MAX = 30_000;

/** The database and the program do not belong together; nothing was changed. */
export class MigrationRefused extends Error {
  readonly code = 'MIGRATION_REFUSED';
  override readonly name = 'MigrationRefused';
}

/** Answers the names of the migrations it applied. */
export async function migrate(url: string, migrations?: readonly Migration[]): Promise<string[]> {
  const known = migrations ?? (await readMigrations());
  // its statements may wait long for one another, and rewrite tables: they have no bound
  const client = new pg.Client({
    connectionString: url,
    application_name: 'taskmesh migrate',
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
  });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
    await client.query(LEDGER_TABLE);
    const { rows } = await client.query<LedgerEntry>(LEDGER_ENTRIES);
    const pending = pendingMigrations(known, rows);
    for (const migration of pending) await apply(client, migration);
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/** What is left to do, or the reason why nothing may be done. */
function pendingMigrations(known: readonly Migration[], ledger: readonly LedgerEntry[]): Migration[] {
  const applied = new Map(ledger.map((entry) => [entry.migration_name, entry]));
  for (const entry of ledger) refuseEntry(entry, known);
  const pending = known.filter((migration) => !applied.has(migration.name));
  const last =
    ledger
      .map((entry) => entry.migration_name)
      .sort()
      .at(-1) ?? '';
  const late = pending.find((migration) => migration.name < last);
  if (late !== undefined)
    throw new MigrationRefused(
      `Migration ${late.name} is older than ${last}, which the database already has. Rename it to come after.`,
    );
  return pending;
}

function refuseEntry(entry: LedgerEntry, known: readonly Migration[]): void {
  const name = entry.migration_name;
  const migration = known.find((candidate) => candidate.name === name);
  if (migration === undefined) {
    throw new MigrationRefused(
      `The database is ahead: it has migration ${name}, which this version of taskmesh does not know. Start a version that does, or restore a backup.`,
    );
  }
  if (!entry.finished) {
    throw new MigrationRefused(
      `Migration ${name} was begun by another tool and did not finish. Settle it with \`prisma migrate resolve\`, then start again.`,
    );
  }
  if (migration.checksum !== entry.checksum) {
    throw new MigrationRefused(
      `Migration ${name} was changed after the database applied it (checksum ${migration.checksum}, applied ${entry.checksum}). ` +
        'Restore the file and put the change into a new migration.',
    );
  }
}

/** Migration and ledger entry in one transaction: done and known to be done, or neither. */
async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(LEDGER_INSERT, [randomUUID(), migration.checksum, migration.name]);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new Error(`Migration ${migration.name} failed and was rolled back: ${String(cause)}`, { cause });
  }
}
