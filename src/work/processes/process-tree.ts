/**
 * Everything that one attempt started: its process group, and on Linux whatever left the group (setsid, double fork)
 * but still carries the attempt's mark in its environment. Called by executors to end it; when `killAll` resolves,
 * none of it runs. A process that both leaves the group and clears its environment is not found.
 */
import type { Clock } from '../../kit/clock.js';
import { allPids, environmentOf, isLive, lastPid, statOf } from './process-table.js';
import { carries, SERVER_MARK_VARIABLE } from './server-mark.js';

export interface TreeMark {
  readonly server: string;
  /** A second variable and its value, unique to what is ended here. */
  readonly variable: string;
  readonly value: string;
}

/** False when there is no such process or group (any more), or it is not ours to signal. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/** Beyond this the pid counter may have wrapped past the window's start, and every process is looked at. */
const WINDOW_MS_MAX = 60_000;
const POLL_MS = 5;
const POLL_MS_MAX = 50;

/**
 * Finding descendants costs one small read per pid given out since the tree began, not per process of the machine:
 * a descendant's pid is younger than the tree's first. 0.1 ms for a short command here, where reading every
 * process's environment takes 4 ms with 250 of them.
 */
export class ProcessTree {
  /** Undefined for what runs inside the server and only may start processes (module workers). */
  readonly #groupId: number | undefined;
  readonly #mark: TreeMark;
  readonly #clock: Clock;
  readonly #firstPid: number;
  readonly #beganAt: number;

  constructor(groupId: number | undefined, mark: TreeMark, clock: Clock) {
    this.#groupId = groupId;
    this.#mark = mark;
    this.#clock = clock;
    this.#firstPid = groupId ?? lastPid() ?? 0;
    this.#beganAt = clock.monotonic();
  }

  /** Asks all of it to end. */
  terminate(): void {
    if (this.#groupId !== undefined) signal(-this.#groupId, 'SIGTERM');
    for (const pid of this.escaped()) signal(pid, 'SIGTERM');
  }

  /** Kills until nothing is left; answers how many processes had left the group. */
  async killAll(): Promise<number> {
    const killed = new Set<number>();
    for (let waitMs = POLL_MS; ; waitMs = Math.min(waitMs * 2, POLL_MS_MAX)) {
      const group = this.#groupId !== undefined && signal(-this.#groupId, 'SIGKILL');
      const escaped = this.escaped();
      for (const pid of escaped) {
        signal(pid, 'SIGKILL');
        killed.add(pid);
      }
      if (escaped.length === 0 && !(group && this.#groupIsLive())) return killed.size;
      await this.#pause(waitMs);
    }
  }

  /** Resolves when nothing is left or `ms` have passed; true when nothing is left. */
  async gone(ms: number): Promise<boolean> {
    const until = this.#clock.monotonic() + ms;
    for (let waitMs = POLL_MS; ; waitMs = Math.min(waitMs * 2, POLL_MS_MAX)) {
      if (!this.#groupIsLive() && this.escaped().length === 0) return true;
      const leftMs = until - this.#clock.monotonic();
      if (leftMs <= 0) return false;
      await this.#pause(Math.min(waitMs, leftMs));
    }
  }

  /** Live processes outside the group that carry the mark. */
  escaped(): number[] {
    const found: number[] = [];
    for (const pid of this.#youngerPids()) {
      const environment = environmentOf(pid);
      if (!carries(environment, SERVER_MARK_VARIABLE, this.#mark.server)) continue;
      if (!carries(environment, this.#mark.variable, this.#mark.value)) continue;
      const stat = statOf(pid);
      if (isLive(stat) && stat.groupId !== this.#groupId) found.push(pid);
    }
    return found;
  }

  /** kill(2) counts zombies as members, and where process 1 collects none (many containers) they stay for good. */
  #groupIsLive(): boolean {
    if (this.#groupId === undefined || !signal(-this.#groupId, 0)) return false;
    const pids = this.#youngerPids();
    if (lastPid() === undefined) return true;
    const isMember = (pid: number): boolean => {
      const stat = statOf(pid);
      return isLive(stat) && stat.groupId === this.#groupId;
    };
    return isMember(this.#groupId) || pids.some(isMember);
  }

  #youngerPids(): number[] {
    const last = lastPid();
    if (last === undefined || last === this.#firstPid) return [];
    const wrapped = last < this.#firstPid || this.#clock.monotonic() - this.#beganAt > WINDOW_MS_MAX;
    if (wrapped) return allPids();
    const count = last - this.#firstPid;
    if (count <= 64) return Array.from({ length: count }, (_, i) => this.#firstPid + 1 + i);
    return allPids().filter((pid) => pid > this.#firstPid && pid <= last);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimer(ms, resolve));
  }
}
