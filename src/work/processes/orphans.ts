/**
 * What an earlier server on the same state directory left behind when it was killed: processes that still carry its
 * mark, and private directories of attempts. Called once at start, before the first attempt. Never touches what
 * belongs to a server that lives, this one included. Processes are found on Linux only.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../kit/clock.js';
import { allPids, environmentOf, isLive, statOf } from './process-table.js';
import { signal } from './process-tree.js';
import { isServerAlive, SERVER_MARK_VARIABLE, stateMark, variableIn } from './server-mark.js';

/** Where attempts keep their files: a folder per server, a folder per attempt. */
export function attemptsDir(stateDir: string): string {
  return join(stateDir, 'attempts');
}

function orphanedPids(stateDir: string): number[] {
  const prefix = `${stateMark(stateDir)}-`;
  return allPids().filter((pid) => {
    const mark = variableIn(environmentOf(pid), SERVER_MARK_VARIABLE);
    return mark?.startsWith(prefix) && !isServerAlive(mark) && isLive(statOf(pid));
  });
}

/** A folder of another pid namespace (a container that shares the directory) cannot be judged by its mark, only by its age. */
const FOREIGN_AGE_MS_MAX = 7 * 24 * 3_600_000;

function isLeft(stateDir: string, mark: string, now: number): boolean {
  if (mark.startsWith(`${stateMark(stateDir)}-`)) return !isServerAlive(mark);
  return now - statSync(join(attemptsDir(stateDir), mark)).mtimeMs > FOREIGN_AGE_MS_MAX;
}

function removeLeftFiles(stateDir: string, now: number): void {
  let marks: string[] = [];
  try {
    marks = readdirSync(attemptsDir(stateDir));
  } catch {
    return;
  }
  for (const mark of marks) {
    if (isLeft(stateDir, mark, now))
      rmSync(join(attemptsDir(stateDir), mark), { recursive: true, force: true });
  }
}

/**
 * Kills orphans at once (their server had its grace when its command host ended) and answers how many there were.
 * Repeats because a process may fork while it is being looked at.
 */
export function sweepOrphans(stateDir: string, clock: Pick<Clock, 'wall'>): number {
  const killed = new Set<number>();
  for (let round = 0; round < 10; round++) {
    const found = orphanedPids(stateDir);
    if (found.length === 0) break;
    for (const pid of found) {
      signal(pid, 'SIGKILL');
      killed.add(pid);
    }
  }
  removeLeftFiles(stateDir, clock.wall());
  return killed.size;
}
