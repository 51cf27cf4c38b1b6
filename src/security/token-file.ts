/**
 * The owner's token: 256 random bits in the file `token` of the state directory, readable by its owner only. The
 * server makes it when it is missing; the command line reads it. It never leaves this machine.
 */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const BYTES = 32;
const SHAPE = /^[A-Za-z0-9_-]{43}$/;

export function tokenPath(stateDir: string): string {
  return join(stateDir, 'token');
}

/** Undefined when there is none. A file that is no token is an error: somebody put it there. */
export async function readToken(stateDir: string): Promise<string | undefined> {
  const path = tokenPath(stateDir);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const token = text.trim();
  if (SHAPE.test(token)) return token;
  throw new Error(`${path} does not hold a token; delete it, and the server makes a new one`);
}

/** A complete file appears under its name or none does, and of two processes that make one at once one wins. */
async function create(path: string): Promise<void> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${randomBytes(BYTES).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The token, made when it is missing. A file that others could read is closed to them again. */
export async function ensureToken(stateDir: string): Promise<string> {
  await mkdir(stateDir, { recursive: true });
  const path = tokenPath(stateDir);
  if ((await readToken(stateDir)) === undefined) await create(path);
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
  const token = await readToken(stateDir);
  if (token === undefined) throw new Error(`${path} disappeared while the server started; start it again`);
  return token;
}
