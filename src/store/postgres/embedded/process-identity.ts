/**
 * Answers whether a process still lives and is the one it was, by its start time: a pid alone may have been reused.
 * Called by the embedded server about its own former postmaster and about the owner of a state directory.
 */
import { execFile } from 'node:child_process';
import { readFile, readlink, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ProcessIdentity {
  readonly pid: number;
  /** Differs for every process that ever had this pid on this machine. */
  readonly startedAt: string;
}

/** Undefined for a process that is gone, and for a zombie: in a container nobody may ever reap it, though `kill(pid, 0)` succeeds. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  if (process.platform !== 'linux') return identifyByPs(pid);
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (stat === undefined) return undefined;
  // proc(5): the name in parentheses may hold anything, so fields count from the last one; 3 is the state, 22 the start time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { pid, startedAt: fields[19] ?? '' };
}

export async function isSameProcess(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.startedAt === identity.startedAt;
}

async function identifyByPs(pid: number): Promise<ProcessIdentity | undefined> {
  const answer = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).catch(() => undefined);
  const line = answer?.stdout.trim() ?? '';
  if (line === '' || line.startsWith('Z')) return undefined;
  return { pid, startedAt: line.slice(line.indexOf(' ')).trim() };
}

/** Does this process work in `directory` (a postmaster and its children chdir into their data directory)? */
export async function worksIn(pid: number, directory: string): Promise<boolean> {
  if (process.platform === 'linux') return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === directory;
  const answer = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => undefined);
  return answer?.stdout.includes(directory) ?? false;
}

/** Live processes that work in `directory`. Linux only; elsewhere none, and PostgreSQL's own check of shared memory decides. */
export async function processesIn(directory: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).map(Number).filter((pid) => Number.isInteger(pid));
  const found = await Promise.all(
    pids.map(async (pid) => (await worksIn(pid, directory)) && (await identify(pid))),
  );
  return found.flatMap((identity) => (identity ? [identity.pid] : []));
}
