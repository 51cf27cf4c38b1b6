/**
 * The migrations this program carries, read from `prisma/migrations` beside its package.json. Called by the migrator;
 * works from `src/` and from `dist/`, wherever the package is installed.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, in hexadecimal: what Prisma keeps in its ledger. */
  readonly checksum: string;
}

export function migrationsFolder(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) {
    if (directory === dirname(directory))
      throw new Error('The folder prisma/migrations of taskmesh was not found beside a package.json.');
    directory = dirname(directory);
  }
  return join(directory, 'prisma', 'migrations');
}

/** In order of their names, which begin with their time. */
export async function readMigrations(folder: string = migrationsFolder()): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map((name) => readMigration(folder, name)));
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const bytes = await readFile(join(folder, name, 'migration.sql'));
  return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
}
