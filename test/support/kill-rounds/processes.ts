/** Which processes belong to a state directory, and which of them should be gone. Reads /proc; elsewhere it sees none. */
import { readFileSync, readlinkSync } from 'node:fs';
import {
  allPids,
  childrenOf,
  environmentOf,
  isLive,
  statOf,
} from '../../../src/work/processes/process-table.js';

/** A process for good: pids return, start times do not. */
export interface Sighting {
  readonly pid: number;
  readonly startTicks: number;
  readonly command: string;
}

function see(pid: number): Sighting | undefined {
  const stat = statOf(pid);
  if (!isLive(stat)) return undefined;
  return {
    pid,
    startTicks: stat.startTicks,
    command: textOf(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1')),
  };
}

function textOf(read: () => string): string {
  try {
    return read().replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

function names(pid: number, stateDir: string): boolean {
  return (
    textOf(() => readlinkSync(`/proc/${pid}/cwd`)).startsWith(stateDir) ||
    environmentOf(pid).includes(stateDir) ||
    textOf(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1')).includes(stateDir)
  );
}

/** Live processes that name the directory: in their arguments, their environment, or as where they work. */
export function processesOf(stateDir: string): Sighting[] {
  return allPids()
    .filter((pid) => names(pid, stateDir))
    .flatMap((pid) => see(pid) ?? []);
}

/** A server and all below it by birth: the process that runs commands names no directory. */
export function familyOf(pid: number): Sighting[] {
  const self = see(pid);
  return self === undefined ? [] : [self, ...childrenOf(pid).flatMap(familyOf)];
}

/** As they are now: one that was seen right after its birth had the command of its parent. */
export function living(sightings: Iterable<Sighting>): Sighting[] {
  return [...sightings].flatMap(({ pid, startTicks }) => {
    const now = see(pid);
    return now?.startTicks === startTicks ? [now] : [];
  });
}

/** Those of them that were there before this process. */
export function olderThan(sightings: readonly Sighting[], pid: number): Sighting[] {
  const startTicks = see(pid)?.startTicks ?? 0;
  return sightings.filter((sighting) => sighting.startTicks < startTicks);
}

/** Only for what a failed test leaves: a test that passes leaves nothing. */
export function endAll(sightings: readonly Sighting[]): void {
  for (const { pid } of living(sightings)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended in between.
    }
  }
}
