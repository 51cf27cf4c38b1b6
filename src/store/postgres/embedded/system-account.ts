/**
 * PostgreSQL refuses to run as root. This finds (or makes) the account it runs as, and answers which paths that
 * account can reach. Called by the embedded server only; it never changes the mode of a directory it did not make.
 */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ACCOUNT = 'postgres';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Null when this process may run PostgreSQL as it is. A data directory that exists decides: its owner runs it again. */
export async function accountFor(dataDir: string): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(dataDir).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await lookUp()) ?? (await create());
}

async function lookUp(): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', ACCOUNT]), run('id', ['-g', ACCOUNT])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function create(): Promise<Account> {
  const cause = await run('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/bin/false',
    ACCOUNT,
  ]).then(
    () => undefined,
    (error: unknown) => error,
  );
  const account = await lookUp();
  if (account !== undefined) return account;
  throw new Error(
    `PostgreSQL does not run as root, and the account "${ACCOUNT}" it would run as could neither be found nor made. ` +
      `Create it (useradd --system ${ACCOUNT}), run taskmesh as another user, or set DATABASE_URL.`,
    { cause },
  );
}

/**
 * May `account` walk to `path`? Mode bits only: an ACL that grants more is not seen, which costs a copy, not a failure.
 * Null (this very process) always may.
 */
export async function isReachable(path: string, account: Account | null): Promise<boolean> {
  if (account === null) return true;
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    const { mode, uid, gid } = await stat(directory);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (directory === dirname(directory)) return true;
  }
}
