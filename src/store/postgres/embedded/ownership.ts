/**
 * One server per state directory: a file names the process that runs the embedded PostgreSQL in it. A second server is
 * refused by name instead of stopping the first one's database as if it were a leftover.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { identify, isSameProcess, type ProcessIdentity } from './process-identity.js';

export async function takeOwnership(ownerFile: string): Promise<void> {
  const self = await identify(process.pid);
  const text = JSON.stringify(self);
  if (await createOnly(ownerFile, text)) return;
  const owner = await readOwner(ownerFile);
  if (owner !== undefined && owner.pid !== process.pid && (await isSameProcess(owner)))
    throw refusal(owner, ownerFile);
  await rm(ownerFile, { force: true });
  if (!(await createOnly(ownerFile, text))) throw refusal(await readOwner(ownerFile), ownerFile);
}

export async function dropOwnership(ownerFile: string): Promise<void> {
  await rm(ownerFile, { force: true });
}

async function createOnly(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined; // gone, or half written by a process that was killed: nobody's
  }
}

function refusal(owner: ProcessIdentity | undefined, ownerFile: string): Error {
  return new Error(
    `Another taskmesh server (process ${owner?.pid ?? 'unknown'}) runs the embedded PostgreSQL of this state directory (${ownerFile}). ` +
      'Stop it, choose another state directory (--state-dir), or set DATABASE_URL so that both use one database.',
  );
}
