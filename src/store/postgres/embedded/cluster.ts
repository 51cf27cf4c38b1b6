/**
 * The files of one embedded PostgreSQL cluster under `<stateDir>/postgres`: making them once, the password, the settings.
 * Called by the embedded server before each start; it never touches a cluster that is running.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { HOST_ACCESS, SETTINGS_FILE, serverSettings, settingsFile } from './settings.js';
import { isReachable, type Account } from './system-account.js';

export const DATABASE = 'taskmesh';
export const ROLE = 'taskmesh';
const MAJOR_VERSION = '18';

export interface ClusterPaths {
  /** `<stateDir>/postgres`, ours. */
  readonly home: string;
  /** The data directory, owned by the account PostgreSQL runs as. */
  readonly data: string;
  readonly password: string;
  readonly log: string;
  readonly owner: string;
  /** The port it listened on last. */
  readonly port: string;
}

/** With links resolved, because the data directory is compared with the working directory of processes. */
export async function clusterPaths(stateDir: string): Promise<ClusterPaths> {
  await mkdir(join(stateDir, 'postgres'), { recursive: true, mode: 0o700 });
  const home = await realpath(join(stateDir, 'postgres'));
  return {
    home,
    data: join(home, 'data'),
    password: join(home, 'password'),
    log: join(home, 'log'),
    owner: join(home, 'owner.json'),
    port: join(home, 'port'),
  };
}

/** What it takes to run one of PostgreSQL's programs on this cluster. */
export interface ClusterContext {
  /** Called when one of the programs has been started and this process only waits for it. */
  readonly waiting: () => void;
  readonly paths: ClusterPaths;
  readonly binaries: Binaries;
  readonly account: Account | null;
}

/**
 * How the server is told where its data is. As root on Linux the account often cannot walk to the state directory
 * (a clone under /root, mode 700); then the child starts with the data directory as its working directory, entered
 * while still root, and names it by the kernel's link to it, which asks no permission of the directories above.
 * Rejected: opening other people's directories to everyone, and data outside the state directory, which a container
 * with only that directory on a volume would lose.
 */
export async function dataDirArgument(dataDir: string, account: Account | null): Promise<string> {
  if (await isReachable(join(dataDir, 'PG_VERSION'), account)) return dataDir;
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new Error(
    `PostgreSQL runs as uid ${account?.uid}, which cannot reach ${dataDir}. ` +
      'Choose a state directory it can reach (--state-dir), run taskmesh as another user, or set DATABASE_URL.',
  );
}

/** Makes what is missing and answers the password. Killed at any point, the next call completes it. */
export async function prepareCluster(
  context: ClusterContext,
  overrides: Readonly<Record<string, string>>,
): Promise<string> {
  const { paths, account } = context;
  const known = await readFile(paths.password, 'utf8').catch(() => undefined);
  const password = known ?? randomBytes(24).toString('base64url');
  if (known === undefined) await writeFile(paths.password, password, { mode: 0o600 });
  const version = await readFile(join(paths.data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) await createCluster(context, password);
  else assertVersion(version.trim(), paths.data);
  if (version !== undefined && known === undefined)
    await singleUser(context, paths.data, [setPassword(password)]);
  await writeOwned(join(paths.data, SETTINGS_FILE), settingsFile(serverSettings(overrides)), account);
  await includeSettings(join(paths.data, 'postgresql.conf'), account);
  await writeOwned(join(paths.data, 'pg_hba.conf'), HOST_ACCESS, account);
  return password;
}

/** In a directory beside the final one, renamed when complete: a cluster exists whole or not at all. */
async function createCluster(context: ClusterContext, password: string): Promise<void> {
  const { paths, account, binaries } = context;
  const unfinished = join(paths.home, 'data.unfinished');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (account) await chown(unfinished, account.uid, account.gid);
  const argument = await dataDirArgument(unfinished, account);
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const sync = process.platform === 'linux' ? ['--sync-method=syncfs'] : [];
  const flags = [`--username=${ROLE}`, '--auth=trust', '--no-instructions', ...sync, ...locale];
  await runProgram({
    ...context,
    program: binaries.initdb,
    args: ['-D', argument, ...flags],
    cwd: unfinished,
  });
  await singleUser(context, unfinished, [setPassword(password), `CREATE DATABASE ${DATABASE}`]);
  await rename(unfinished, paths.data);
}

function setPassword(password: string): string {
  return `ALTER ROLE ${ROLE} PASSWORD '${password}'`;
}

/** Statements in single-user mode, one a line: needs no password and no port. */
async function singleUser(
  context: ClusterContext,
  dataDir: string,
  statements: readonly string[],
): Promise<void> {
  const args = ['--single', '-D', await dataDirArgument(dataDir, context.account), 'postgres'];
  const input = statements.map((statement) => `${statement}\n`).join('');
  await runProgram({ ...context, program: context.binaries.postgres, args, cwd: dataDir, input });
}

interface ProgramRun extends ClusterContext {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly input?: string;
}

function runProgram(run: ProgramRun): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(run.program, run.args, {
      cwd: run.cwd,
      ...(run.account ?? {}),
      env: programEnvironment(),
      detached: true,
    });
    run.waiting();
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // Single-user mode exits with 0 whatever its statements did; an error is only in what it prints.
      if (code === 0 && !/^(?:.*\s)?(?:ERROR|FATAL|PANIC): /m.test(output)) resolve();
      else reject(new Error(`${run.program} ended with ${signal ?? code}: ${output.trim().slice(-2000)}`));
    });
    child.stdin.on('error', () => undefined); // a program that ended early says why in its output
    child.stdin.end(run.input ?? '');
  });
}

/** PostgreSQL reads PG* variables and locales from its environment; the user's are none of its business. */
export function programEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function assertVersion(version: string, dataDir: string): void {
  if (version === MAJOR_VERSION) return;
  throw new Error(
    `${dataDir} was made by PostgreSQL ${version}, and this taskmesh brings PostgreSQL ${MAJOR_VERSION}. ` +
      `Dump it with version ${version} and load it into a fresh state directory, or set DATABASE_URL to a server of version ${version}.`,
  );
}

/** Beside what initdb found out about this machine (kinds of shared memory), not instead of it. */
async function includeSettings(path: string, account: Account | null): Promise<void> {
  const text = await readFile(path, 'utf8');
  const line = `include = '${SETTINGS_FILE}'`;
  if (!text.split('\n').includes(line)) await writeOwned(path, `${text.trimEnd()}\n${line}\n`, account);
}

async function writeOwned(path: string, text: string, account: Account | null): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o600);
  const owner = account ?? (await stat(path));
  await chown(path, owner.uid, owner.gid);
}
