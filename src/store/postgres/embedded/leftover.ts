/**
 * Clears the way for a start: a postmaster left behind by a server that was killed is stopped, a stale lock file that
 * PostgreSQL would stumble over is removed. Called by the embedded server once it knows that no other server owns the
 * cluster; it never touches a process that does not work in our data directory.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../kit/clock.js';
import { identify, isSameProcess, processesIn, worksIn, type ProcessIdentity } from './process-identity.js';

const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 5_000;
const POLL_MS = 10;

export interface PostmasterFile {
  readonly pid: number;
  readonly ready: boolean;
}

/** `postmaster.pid`: line 1 is the process, line 8 its state. Undefined when there is none or it is being written. */
export async function readPostmasterFile(dataDir: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'latin1').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined;
}

export async function clearLeftover(dataDir: string, clock: Clock): Promise<void> {
  const file = await readPostmasterFile(dataDir);
  if (file === undefined) return;
  const postmaster = await identify(file.pid);
  if (postmaster !== undefined && (await worksIn(file.pid, dataDir))) await stopPostmaster(postmaster, clock);
  // Backends outlive a killed postmaster for a moment, and PostgreSQL rightly refuses to start beside them.
  for (const pid of await processesIn(dataDir)) await endBackend(pid, clock);
  // Now the pid is free, or a zombie's, or a stranger's: PostgreSQL would take the last two for a running postmaster.
  if (isSignallable(file.pid)) await rm(join(dataDir, 'postmaster.pid'), { force: true });
}

/** SIGINT is PostgreSQL's fast shutdown (sessions end, checkpoint), SIGQUIT the immediate one (recovery at next start). */
async function stopPostmaster(postmaster: ProcessIdentity, clock: Clock): Promise<void> {
  kill(postmaster.pid, 'SIGINT');
  if (await ends(postmaster, FAST_STOP_MS, clock)) return;
  kill(postmaster.pid, 'SIGQUIT');
  if (await ends(postmaster, IMMEDIATE_STOP_MS, clock)) return;
  kill(postmaster.pid, 'SIGKILL');
  await ends(postmaster, IMMEDIATE_STOP_MS, clock);
}

async function endBackend(pid: number, clock: Clock): Promise<void> {
  const backend = await identify(pid);
  if (backend === undefined) return;
  kill(pid, 'SIGKILL');
  await ends(backend, IMMEDIATE_STOP_MS, clock);
}

async function ends(identity: ProcessIdentity, withinMs: number, clock: Clock): Promise<boolean> {
  const deadline = clock.monotonic() + withinMs;
  while (await isSameProcess(identity)) {
    if (clock.monotonic() >= deadline) return false;
    await pause(POLL_MS, clock);
  }
  return true;
}

export function pause(ms: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.setTimer(ms, resolve));
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between, which is what was wanted.
  }
}

function isSignallable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
