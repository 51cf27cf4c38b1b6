/**
 * What the kernel says about processes, from Linux's /proc (proc(5)). Called by the parts that end, account for and
 * clean up after child processes. Where there is no /proc (macOS) every answer is empty, and callers fall back to
 * process groups alone. Never changes anything.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Times are in ticks of 10 ms: USER_HZ is 100 on every architecture that Node supports. */
export interface ProcessStat {
  readonly state: string;
  readonly groupId: number;
  /** User and system time of the process itself. */
  readonly ownTicks: number;
  /** The same of its children that ended and were waited for, theirs included. */
  readonly childTicks: number;
  /** Since boot; with the pid it names a process for good. */
  readonly startTicks: number;
}

export interface ProcessMemory {
  readonly residentBytes: number;
  readonly peakBytes: number;
}

export const TICK_MS = 10;

function readProc(path: string): string | undefined {
  try {
    // latin1 keeps every byte: names and environments need not be UTF-8.
    return readFileSync(`/proc/${path}`, 'latin1');
  } catch {
    return undefined;
  }
}

export function allPids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** The pid given out last in this pid namespace, the fifth field of /proc/loadavg. */
export function lastPid(): number | undefined {
  const field = readProc('loadavg')?.trim().split(' ').at(-1);
  return field === undefined ? undefined : Number(field);
}

/** The environment a process was started with, as `NAME=value` between NULs at both ends; empty for a zombie. */
export function environmentOf(pid: number): string {
  const text = readProc(`${pid}/environ`);
  return text ? `\0${text}\0` : '';
}

export function statOf(pid: number | 'self'): ProcessStat | undefined {
  const text = readProc(`${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field is the name in parentheses and may hold anything, parentheses and spaces included.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (number: number): number => Number(fields[number - 3]);
  return {
    state: fields[0] ?? '',
    groupId: at(5),
    ownTicks: at(14) + at(15),
    childTicks: at(16) + at(17),
    startTicks: at(22),
  };
}

/** Is it running, as opposed to gone or waiting as a zombie for a parent that may never collect it? */
export function isLive(stat: ProcessStat | undefined): stat is ProcessStat {
  return stat !== undefined && stat.state !== 'Z' && stat.state !== 'X';
}

function statusBytes(status: string, name: string): number {
  const at = status.indexOf(`${name}:`);
  return at < 0 ? 0 : Number.parseInt(status.slice(at + name.length + 1, at + name.length + 24), 10) * 1024;
}

export function memoryOf(pid: number): ProcessMemory | undefined {
  const status = readProc(`${pid}/status`);
  if (!status?.includes('VmHWM:')) return undefined;
  return { residentBytes: statusBytes(status, 'VmRSS'), peakBytes: statusBytes(status, 'VmHWM') };
}

/** Direct children of a process's main thread; empty where the kernel lacks CONFIG_PROC_CHILDREN. */
export function childrenOf(pid: number): number[] {
  const text = readProc(`${pid}/task/${pid}/children`)?.trim();
  return text ? text.split(' ').map(Number) : [];
}

/** Time the thread spent on a core, in ms with the kernel's nanosecond precision. `link` is the target of /proc/thread-self. */
export function threadCpuMs(link: string): number | null {
  const nanoseconds = readProc(`${link}/schedstat`)?.split(' ')[0];
  return nanoseconds === undefined ? null : Number(nanoseconds) / 1e6;
}
