import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_MESH_ID } from '../../../src/lifecycle/default-mesh.js';
import { migrate, MigrationRefused } from '../../../src/store/postgres/migrate.js';
import { migrationsFolder, readMigrations, type Migration } from '../../../src/store/postgres/migrations.js';
import { freshDatabase, type FreshDatabase } from '../../support/postgres.js';
import { PrismaMigrate } from '../../support/store/schema-engine.js';

const EXTRA: Migration = {
  name: '29990101000000_extra',
  sql: 'CREATE TABLE extra (id INT PRIMARY KEY);',
  checksum: 'x'.repeat(64),
};

let database: FreshDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await freshDatabase({ migrated: false });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

async function tables(): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  return rows.map((row) => row.name);
}

describe('the migrator', () => {
  it('brings an empty database up to date, and a second start does nothing', async () => {
    const names = (await readMigrations()).map((migration) => migration.name);
    expect(await migrate(database.url)).toEqual(names);
    const { rows } = await client.query('SELECT id, name, status FROM mesh');
    expect(rows).toEqual([{ id: DEFAULT_MESH_ID, name: 'default', status: 'RUNNING' }]);
    expect(await migrate(database.url)).toEqual([]);
  });

  it('started many times at once applies each migration once', async () => {
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url)));
    expect(applied.flat().sort()).toEqual((await readMigrations()).map((migration) => migration.name));
  });

  it('tells the kinds of tasks of several tenants apart, and has all of it learned anew', async () => {
    const known = await readMigrations();
    const apart = known.findIndex(({ name }) => name.endsWith('learned_apart'));
    await migrate(database.url, known.slice(0, apart));
    const mesh = '01900000-0000-7000-8000-000000000001';
    // the same text as in a specification, written by people: as a member, and inside of a text
    const spec = { name: '"typeKey":"x\u0000', metadata: { typeKey: 'theirs' }, typeKey: 'command:a/b' };
    await client.query(`INSERT INTO mesh (id, tenant_id, name, status, created_by, created_at, tags, metadata)
      VALUES ('${mesh}', 'acme', 'm', 'RUNNING', 'ann', now(), '{}', '{}')`);
    for (const [at, meshId] of [mesh, DEFAULT_MESH_ID].entries())
      await client.query(
        `INSERT INTO task (id, mesh_id, ordinal, key, name, priority, task_type, type_key, spec, created_by, created_at)
         VALUES ($1, $2, 0, 'k', 'n', 'NORMAL', 'SMALL', 'command:a/b', $3, 'ann', now())`,
        [`0190000${at}-0000-7000-8000-000000000009`, meshId, JSON.stringify(spec)],
      );
    await client.query(`INSERT INTO learning_state (id, epoch, seq, snapshot) VALUES (1, 3, 99, '{}')`);
    await migrate(database.url, known);
    const { rows } = await client.query('SELECT type_key, spec::text FROM task ORDER BY id');
    const written = (typeKey: string) => ({ type_key: typeKey, spec: JSON.stringify({ ...spec, typeKey }) });
    expect(rows).toEqual([written('acme/command:a/b'), written('command:a/b')]);
    const learned =
      'SELECT epoch::int, seq::int, (SELECT count(*)::int FROM learning_fold) AS folds FROM learning_state';
    expect((await client.query(learned)).rows).toEqual([{ epoch: 3, seq: 0, folds: 0 }]);
  });

  it('applies what is new to a database that is behind', async () => {
    const known = await readMigrations();
    await migrate(database.url, known);
    expect(await migrate(database.url, [...known, EXTRA])).toEqual([EXTRA.name]);
    expect(await tables()).toContain('extra');
  });

  it('refuses a migration file that was changed after it was applied', async () => {
    const known = await readMigrations();
    await migrate(database.url, known);
    const tampered = known.map((migration, index) =>
      index === 0 ? { ...migration, checksum: 'f'.repeat(64) } : migration,
    );
    const refusal = migrate(database.url, tampered);
    await expect(refusal).rejects.toThrow(MigrationRefused);
    await expect(refusal).rejects.toThrow(/was changed after the database applied it/);
  });

  it('refuses a database that is ahead of the program', async () => {
    const known = await readMigrations();
    await migrate(database.url, [...known, EXTRA]);
    await expect(migrate(database.url, known)).rejects.toThrow(
      /database is ahead: it has migration 29990101000000_extra/,
    );
  });

  it('refuses to apply a migration older than the last one, and one that another tool began', async () => {
    const known = await readMigrations();
    await migrate(database.url, known);
    await expect(migrate(database.url, [{ ...EXTRA, name: '20000101000000_old' }, ...known])).rejects.toThrow(
      /is older than/,
    );
    await client.query('UPDATE "_prisma_migrations" SET finished_at = NULL');
    await expect(migrate(database.url, known)).rejects.toThrow(/did not finish/);
  });

  it('leaves nothing of a migration that fails', async () => {
    const known = await readMigrations();
    const broken = { ...EXTRA, sql: `${EXTRA.sql} SELECT 1/0;` };
    await expect(migrate(database.url, [...known, broken])).rejects.toThrow(
      /29990101000000_extra failed and was rolled back: .*division by zero/,
    );
    expect(await tables()).not.toContain('extra');
    expect(await migrate(database.url, [...known, EXTRA])).toEqual([EXTRA.name]);
  });

  it('finds its folder beside the package.json, from the built program too', async () => {
    expect(migrationsFolder()).toBe(join(dirname(import.meta.dirname), '..', '..', 'prisma', 'migrations'));
    const copy = await mkdtemp(join(tmpdir(), 'taskmesh-migrations-'));
    await cp(migrationsFolder(), copy, { recursive: true });
    expect(await readMigrations(copy)).toEqual(await readMigrations());
    await rm(copy, { recursive: true });
  });
});

describe('Prisma', () => {
  it('finds the migrated database in agreement with schema.prisma', async () => {
    await migrate(database.url);
    const prisma = await PrismaMigrate.on(database.url);
    const schema = await readFile(join(dirname(migrationsFolder()), 'schema.prisma'), 'utf8');
    expect(await prisma.diffTo(schema)).toBeUndefined();
    const changed = schema.replace('  crashes     Int\n', '  crashes     Int?\n');
    expect(await prisma.diffTo(changed)).toContain('ALTER COLUMN "crashes" DROP NOT NULL');
    await prisma.close();
  });

  it('takes the ledger for its own: nothing edited, nothing failed, nothing to deploy', async () => {
    const known = await readMigrations();
    await migrate(database.url, known);
    const prisma = await PrismaMigrate.on(database.url);
    expect(await prisma.status(known)).toMatchObject({
      editedMigrationNames: [],
      failedMigrationNames: [],
      hasMigrationsTable: true,
      history: null,
    });
    expect(await prisma.deploy(known)).toEqual([]);
    await prisma.close();
  });

  it('may deploy in between, and the program accepts what it did', async () => {
    const known = await readMigrations();
    await migrate(database.url, known);
    const prisma = await PrismaMigrate.on(database.url);
    expect(await prisma.deploy([...known, EXTRA])).toEqual([EXTRA.name]);
    await prisma.close();
    const checksum = createHash('sha256').update(EXTRA.sql).digest('hex');
    expect(await migrate(database.url, [...known, { ...EXTRA, checksum }])).toEqual([]);
  });
});
