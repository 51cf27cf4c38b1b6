/**
 * `server.json` in the state directory: where the server of this directory listens, for the other verbs to find it.
 * Written by `serve` and `run` while their server lives. A file that was left behind names a dead process and is ignored.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ServerFile {
  readonly url: string;
  readonly pid: number;
}

function pathIn(stateDir: string): string {
  return join(stateDir, 'server.json');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function read(stateDir: string): Promise<ServerFile | undefined> {
  try {
    const { url, pid } = JSON.parse(await readFile(pathIn(stateDir), 'utf8')) as Partial<ServerFile>;
    return typeof url === 'string' && typeof pid === 'number' ? { url, pid } : undefined;
  } catch {
    return undefined;
  }
}

export async function findServerFile(stateDir: string): Promise<ServerFile | undefined> {
  const found = await read(stateDir);
  return found !== undefined && isAlive(found.pid) ? found : undefined;
}

/** Written beside and renamed, so that no reader sees half of it. */
export async function writeServerFile(stateDir: string, url: string): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  const beside = `${pathIn(stateDir)}.${process.pid}`;
  await writeFile(beside, `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o600 });
  await rename(beside, pathIn(stateDir));
}

/** Only our own: another server may have written its file meanwhile. */
export async function removeServerFile(stateDir: string): Promise<void> {
  if ((await read(stateDir))?.pid === process.pid) await rm(pathIn(stateDir), { force: true });
}

export async function readToken(stateDir: string): Promise<string | undefined> {
  try {
    return (await readFile(join(stateDir, 'token'), 'utf8')).trim() || undefined;
  } catch {
    return undefined;
  }
}
