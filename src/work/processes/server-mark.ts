/**
 * The mark that every process started on behalf of a server carries in its environment, so that what escaped its
 * process group, or outlived a killed server, is found again. The same idea as Jenkins' BUILD_ID cookie.
 * Called by the layer (to make it) and by the sweeps (to recognise it).
 */
import { createHash } from 'node:crypto';
import { readlinkSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { isLive, statOf } from './process-table.js';

export const SERVER_MARK_VARIABLE = 'TASKMESH_SERVER';
/** Names one attempt of a command, or one worker thread of modules, beneath the server's mark. */
export const ATTEMPT_MARK_VARIABLE = 'TASKMESH_IDEMPOTENCY_KEY';
export const WORKER_MARK_VARIABLE = 'TASKMESH_WORKER';

function textOr(fallback: string, read: () => string): string {
  try {
    return read();
  } catch {
    return fallback;
  }
}

/** The part that all servers on one state directory share. Pids mean nothing across namespaces, so theirs is part of it. */
export function stateMark(stateDir: string): string {
  const path = textOr(resolve(stateDir), () => realpathSync(stateDir));
  const namespace = textOr('', () => readlinkSync('/proc/self/ns/pid'));
  return createHash('sha256').update(`${path}\0${namespace}`).digest('hex').slice(0, 16);
}

/** `<state>-<pid>-<start>`: this incarnation of the server, unlike every earlier one with the same pid. */
export function serverMark(stateDir: string): string {
  const started = statOf('self')?.startTicks ?? Math.floor(performance.timeOrigin);
  return `${stateMark(stateDir)}-${process.pid}-${started}`;
}

/** Does the server that made this mark still run? */
export function isServerAlive(mark: string): boolean {
  const [, pid, started] = mark.split('-');
  const stat = statOf(Number(pid));
  return isLive(stat) && stat.startTicks === Number(started);
}

/** Is `NAME=value` in an environment as `environmentOf` gives it? */
export function carries(environment: string, name: string, value: string): boolean {
  return environment.includes(`\0${name}=${value}\0`);
}

/** The value of a variable in an environment as `environmentOf` gives it. */
export function variableIn(environment: string, name: string): string | undefined {
  const at = environment.indexOf(`\0${name}=`);
  if (at < 0) return undefined;
  const from = at + name.length + 2;
  return environment.slice(from, environment.indexOf('\0', from));
}
